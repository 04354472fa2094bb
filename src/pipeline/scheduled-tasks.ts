// Our tasks as they should be, and what a registered one has instead. Pure.

import type { TaskDefinition, TaskSetting, TaskTrigger } from '../formats/task-xml.ts';
import { taskSettings } from '../formats/task-xml.ts';
import type { OwnProgram } from '../machine/own-program.ts';
import { SYSTEM_SID } from '../model/evidence.ts';
import type { Risk } from '../model/plan.ts';

/** In the root folder: schtasks can make a folder and cannot remove one, and nothing must be left behind. */
export const SELF_HEAL = 'iis-ssl-heal';

/** The task of the owner of a stranded key has the owner's SID in its name. */
export const OWNER_PREFIX = 'iis-ssl-heal-owner-';

/**
 * Symptoms only: a handshake without a usable key (Schannel 36870) and a record without a certificate (HttpEvent 15021).
 * Never 15300 and 15301, which a re-bind writes: the task would start itself again.
 */
const SYMPTOMS = [
  ['Schannel', 36870],
  ['Microsoft-Windows-HttpEvent', 15021],
] as const;

const subscription = (): string => {
  const selects = SYMPTOMS.map(
    ([provider, id]) => `<Select Path="System">*[System[Provider[@Name='${provider}'] and EventID=${id}]]</Select>`,
  );
  return `<QueryList><Query Id="0" Path="System">${selects.join('')}</Query></QueryList>`;
};

const SETTINGS = taskSettings({
  MultipleInstancesPolicy: 'IgnoreNew',
  DisallowStartIfOnBatteries: 'false',
  StopIfGoingOnBatteries: 'false',
  StartWhenAvailable: 'true',
  ExecutionTimeLimit: 'PT10M',
});

/** As SYSTEM, two minutes after a boot (HTTP, W3SVC and IISADMIN are up then) and half a minute after a symptom. */
export function selfHealTask(program: OwnProgram, risk: Risk): TaskDefinition {
  const yes = risk === 'safe' ? '--yes' : `--yes=${risk}`;
  return {
    description: 'Repairs the https bindings of IIS after a reboot. Made by iis-ssl-heal schedule install.',
    triggers: [
      { kind: 'BootTrigger', elements: { Enabled: 'true', Delay: 'PT2M' } },
      { kind: 'EventTrigger', elements: { Enabled: 'true', Subscription: subscription(), Delay: 'PT30S' } },
    ],
    // LocalSystem has no logon type: the schema knows none for a service account.
    principal: { userId: SYSTEM_SID, logonType: '', runLevel: 'HighestAvailable' },
    settings: SETTINGS,
    actions: [action(program, `fix ${yes} --unattended`)],
  };
}

/**
 * At the logon of a stranded key's owner, with that person's own token: only it can open the key. A task that runs
 * without the person (S4U) has no access to encrypted files, and so none to the key.
 */
export function ownerTask(program: OwnProgram, sid: string): TaskDefinition {
  return {
    description: "Moves this user's stranded certificate key to the machine. Made by iis-ssl-heal schedule install.",
    triggers: [{ kind: 'LogonTrigger', elements: { Enabled: 'true', UserId: sid } }],
    principal: { userId: sid, logonType: 'InteractiveToken', runLevel: 'HighestAvailable' },
    settings: SETTINGS,
    actions: [action(program, 'fix --only stranded-key --yes --unattended')],
  };
}

const action = (
  { command, entry, workingDirectory }: OwnProgram,
  words: string,
): TaskDefinition['actions'][number] => ({
  command,
  arguments: entry === undefined ? words : `"${entry}" ${words}`,
  workingDirectory,
});

/** The risk that a registered task was given; `safe` where its arguments are none of ours. */
export const riskOf = ({ actions }: TaskDefinition): Risk =>
  actions[0]?.arguments.includes('--yes=disruptive') ? 'disruptive' : 'safe';

/** Every difference that changes who runs what, and when: one clause each, about "it", the task. */
export function taskFaults(registered: TaskDefinition, wanted: TaskDefinition): readonly string[] {
  return [
    ...triggerFaults(registered.triggers, wanted.triggers),
    ...differing('it runs as', registered.principal.userId, wanted.principal.userId),
    ...differing('its logon type is', registered.principal.logonType, wanted.principal.logonType),
    ...differing('its run level is', registered.principal.runLevel, wanted.principal.runLevel),
    ...(Object.keys(wanted.settings) as TaskSetting[]).flatMap((name) =>
      differing(`its setting ${name} is`, registered.settings[name], wanted.settings[name]),
    ),
    ...actionFaults(registered.actions, wanted.actions),
  ];
}

function triggerFaults(registered: readonly TaskTrigger[], wanted: readonly TaskTrigger[]): readonly string[] {
  const lacking = wanted.filter((each) => !registered.some((other) => sameTrigger(each, other)));
  const foreign = registered.filter((each) => !wanted.some((other) => sameTrigger(each, other)));
  return [
    ...lacking.map(({ kind }) => `its ${kind} is missing or has been changed`),
    ...foreign.map(({ kind }) => `it has a ${kind} that is not ours`),
  ];
}

function sameTrigger(one: TaskTrigger, other: TaskTrigger): boolean {
  const names = new Set([...Object.keys(one.elements), ...Object.keys(other.elements)]);
  return one.kind === other.kind && [...names].every((name) => one.elements[name] === other.elements[name]);
}

function actionFaults(registered: TaskDefinition['actions'], wanted: TaskDefinition['actions']): readonly string[] {
  const [is, more] = registered;
  const [should] = wanted;
  if (is === undefined || should === undefined) return ['it starts nothing'];
  return [
    // Paths of Windows mean the same in upper and lower case.
    ...(is.command.toLowerCase() === should.command.toLowerCase()
      ? []
      : differing('it starts', is.command, should.command)),
    ...differing('its arguments are', is.arguments, should.arguments),
    ...differing('its working folder is', is.workingDirectory, should.workingDirectory),
    ...(more === undefined ? [] : [`it also starts ${more.command}`]),
  ];
}

const differing = (what: string, is: string, should: string): readonly string[] =>
  is === should ? [] : [`${what} ${is || 'nothing'} instead of ${should || 'nothing'}`];
