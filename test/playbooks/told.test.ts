// Every word that a playbook says over labs with its fault: how it tells the fault, how it mends it or why not, for whom.
// A changed sentence, fact or id shows as a change of a file here; UPDATE_DOCS=1 writes them anew.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { named } from '../../playbooks/index.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { collect } from '../../src/evidence/collect.ts';
import { liveReader } from '../../src/evidence/readers/live-reader.ts';
import type { CallerName } from '../../src/lab/callers.ts';
import { applyFault } from '../../src/lab/faults/faults.ts';
import { openLab } from '../../src/lab/open.ts';
import { rebootLab } from '../../src/lab/services/reboot.ts';
import type { Choices, Plan } from '../../src/model/repair/plan.ts';
import { NO_CHOICES, type Planning, planningHere } from '../../src/model/repair/planning.ts';
import type { Found, Playbook } from '../../src/model/repair/playbook.ts';
import type { BlockedFinding } from '../../src/model/run/run-report.ts';
import { makePlans } from '../../src/repair/planning/make-plans.ts';
import { rememberHealthy } from '../../src/unattended/remember.ts';
import { labDisk, machineOn } from '../support/run-lab.ts';

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'told');

type Asked = readonly [osBuild: number, as: CallerName, choices: Partial<Choices>, since?: 'after a reboot'];

/** Windows Server 2019, whose netsh knows no update, and 2022, whose does; whoever asks; whichever way is asked for. */
const ASKED: readonly Asked[] = [
  [17763, 'owner', {}],
  [20348, 'owner', { through: 'appcmd' }],
  [20348, 'other-admin', {}],
  [17763, 'owner', { way: 're-bind', correct: true }],
  [17763, 'owner', {}, 'after a reboot'],
];

/** Line by line what is said of a server that was seen healthy, and has the fault since. */
async function told(playbook: Playbook, [osBuild, as, choices, since]: Asked): Promise<readonly string[]> {
  const disk = labDisk({ osBuild });
  const machine = machineOn(disk, as);
  await rememberHealthy(machine, diagnose(await collect(liveReader(machine)), []));
  const server = openLab(disk);
  applyFault(server, playbook.id);
  if (since !== undefined) rebootLab(server);
  server.save();
  const { found, evidence } = diagnose(await collect(liveReader(machine)), [playbook]);
  const how = planningHere(evidence, { ...NO_CHOICES, ...choices });
  const { plans, blocked } = makePlans(found, how);
  return [
    ...found.flatMap((each) => findingLines(each, how)),
    ...plans.flatMap(planLines),
    ...blocked.flatMap(blockedLines),
  ];
}

function findingLines({ finding, owner, pfxOf, ways }: Found, how: Planning): readonly string[] {
  const { id, severity, subject, message, breaks = '', endpoints, facts } = finding;
  return [
    `${id}, ${`${severity} ${breaks}`.trim()}: ${message}`,
    `  ${subject}; at ${endpoints.join(', ')}`,
    ...facts.map(({ name, value, source }) => `  ${name} = ${value}, from ${source}`),
    ...(owner === undefined ? [] : [`  owner: ${owner.name}`]),
    ...(pfxOf === undefined ? [] : [`  pfx of: ${pfxOf}`]),
    ...ways(how).map(({ way, title }) => `  way ${way}: ${title}`),
  ];
}

function planLines({
  finding,
  title,
  risk,
  through,
  effects,
  steps,
  endpoints,
  covers,
  after,
}: Plan): readonly string[] {
  return [
    `plan of ${finding.id}: ${title} (${risk}${through ? `, ${through}` : ''})`,
    ...endpoints.map(({ name }) => `  at ${name}`),
    ...covers.map((id) => `  covers ${id}`),
    ...after.map((id) => `  after ${id}`),
    ...effects.map((effect) => `  effect: ${effect}`),
    ...steps.map((step) => `  step: ${step.title} -> ${JSON.stringify(step.holds)}`),
  ];
}

const blockedLines = ({ finding, blocked: { why, who, command } }: BlockedFinding): readonly string[] => [
  `no plan of ${finding.id}: ${[why, who, command].join(' | ')}`,
];

/** What is different in each lab, by the order in which it comes: thumbprints, digests, key containers. */
function withoutChance(text: string): string {
  const names = new Map<string, string>();
  const chance =
    /\b(?:[0-9a-f]{32}_)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{40}\b|\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b|\b[0-9a-f]{8}\b/gi;
  return text.replace(chance, (each) => {
    // A sentence has the first digits of a thumbprint that facts have whole.
    const key = each.length === 40 ? each.slice(0, 8).toUpperCase() : each.toUpperCase();
    names.set(key, names.get(key) ?? `<${names.size + 1}>`);
    return names.get(key) ?? '';
  });
}

it.each(named.map((playbook) => [playbook.id, playbook] as const))('%s says what it said', async (id, playbook) => {
  const said: string[] = [];
  for (const asked of ASKED) {
    const [osBuild, as, choices, since] = asked;
    const lines = withoutChance((await told(playbook, asked)).join('\n')).split('\n');
    // What was said before is not said again.
    said.push(
      `== build ${osBuild}, ${as}, ${JSON.stringify(choices)}${since ? `, ${since}` : ''}`,
      ...lines.filter((line) => !said.includes(line)),
    );
  }
  const text = `${said.join('\n')}\n`;
  const file = join(FOLDER, `${id}.txt`);
  if (process.env.UPDATE_DOCS === '1') {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, 'utf8'));
});
