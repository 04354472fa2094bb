// Our tasks as they should be, and what a registered one has instead. Pure.

import {
  REPETITION,
  type TaskAction,
  type TaskDefinition,
  type TaskSetting,
  type TaskTrigger,
  taskSettings,
} from '../../formats/tasks/task-xml.ts';
import type { OwnProgram } from '../../machine/machine.ts';
import type { Risk } from '../../model/repair/plan.ts';
import { SYSTEM_SID } from '../../model/server/evidence.ts';

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

/** In the server's own time; past the full hour, when servers have enough to do. */
const HOURS_COUNT_FROM = '2020-01-01T00:17:00';

const SETTINGS = taskSettings({
  MultipleInstancesPolicy: 'IgnoreNew',
  DisallowStartIfOnBatteries: 'false',
  StopIfGoingOnBatteries: 'false',
  StartWhenAvailable: 'true',
  // The second action waits for the healthy delay; every program that we start has a limit of its own.
  ExecutionTimeLimit: 'PT30M',
});

/**
 * As SYSTEM, two minutes after a boot (HTTP, W3SVC and IISADMIN are up then), half a minute after a symptom, and every
 * hour: some breaks log no event, such as a record that the ABO mapper has deleted. The hours count from a moment that
 * has long passed, so they go on from the registration, boot or not (Repetition, Task Scheduler Schema; not seen on a
 * real host). A repetition of the boot trigger would wait for the next boot, which on a server may be months away.
 */
export function selfHealTask(program: OwnProgram, risk: Risk): TaskDefinition {
  const yes = risk === 'safe' ? '--yes' : `--yes=${risk}`;
  return {
    description: 'Repairs the https bindings of IIS after a reboot. Made by iis-ssl-heal schedule install.',
    triggers: [
      { kind: 'BootTrigger', elements: { Enabled: 'true', Delay: 'PT2M' } },
      { kind: 'TimeTrigger', elements: { Enabled: 'true', StartBoundary: HOURS_COUNT_FROM, [REPETITION]: 'PT1H' } },
      { kind: 'EventTrigger', elements: { Enabled: 'true', Subscription: subscription(), Delay: 'PT30S' } },
    ],
    // LocalSystem has no logon type: the schema knows none for a service account.
    principal: { userId: SYSTEM_SID, logonType: '', runLevel: 'HighestAvailable' },
    settings: SETTINGS,
    actions: actions(program, `fix ${yes} --unattended`, 'check --unattended'),
  };
}

/**
 * At the logon of a stranded key's owner, with that person's own token: only it can open the key. A task that runs
 * without the person (S4U) has no access to encrypted files, and so none to the key. `ids`: the playbooks that need it.
 */
export function ownerTask(program: OwnProgram, sid: string, ids: readonly string[]): TaskDefinition {
  const only = ids.map((id) => `--only ${id}`).join(' ');
  return {
    description: "Moves this user's stranded certificate key to the machine. Made by iis-ssl-heal schedule install.",
    triggers: [{ kind: 'LogonTrigger', elements: { Enabled: 'true', UserId: sid } }],
    principal: { userId: sid, logonType: 'InteractiveToken', runLevel: 'HighestAvailable' },
    settings: SETTINGS,
    actions: actions(program, `fix ${only} --yes --unattended`, `check ${only} --unattended --owner-task`),
  };
}

/**
 * Started one after the other (Task Actions, Microsoft Learn: up to 32, in sequence). The second is a fresh process: it
 * verifies what the first one has healed, and its exit code is the task's last result.
 */
const actions = (
  { command, entry, workingDirectory }: OwnProgram,
  ...lines: readonly string[]
): readonly TaskAction[] =>
  lines.map((words) => ({
    command,
    arguments: entry === undefined ? words : `"${entry}" ${words}`,
    workingDirectory,
  }));

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

function actionFaults(registered: readonly TaskAction[], wanted: readonly TaskAction[]): readonly string[] {
  if (registered.length === 0) return ['it starts nothing'];
  return [
    ...wanted.flatMap((should, at) => faultsOfAction(registered[at], should, at)),
    ...registered.slice(wanted.length).map(({ command }) => `it also starts ${command}`),
  ];
}

function faultsOfAction(is: TaskAction | undefined, should: TaskAction, at: number): readonly string[] {
  const [it, its] = at === 0 ? ['it', 'its'] : [`its action ${at + 1}`, `its action ${at + 1}'s`];
  if (is === undefined) return [`${it} is missing: ${should.arguments}`];
  return [
    // Paths of Windows mean the same in upper and lower case.
    ...(is.command.toLowerCase() === should.command.toLowerCase()
      ? []
      : differing(`${it} starts`, is.command, should.command)),
    ...differing(`${its} arguments are`, is.arguments, should.arguments),
    ...differing(`${its} working folder is`, is.workingDirectory, should.workingDirectory),
  ];
}

const differing = (what: string, is: string, should: string): readonly string[] =>
  is === should ? [] : [`${what} ${is || 'nothing'} instead of ${should || 'nothing'}`];
