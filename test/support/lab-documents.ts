// The documents that docs/json.md shows: one small server, healthy but for one lost SSL record, from check to runs.

import { fleetOf } from '../../src/fleet/fleet.ts';
import { newest } from '../../src/fleet/newest.ts';
import { rowOf } from '../../src/fleet/row.ts';
import { readSent } from '../../src/fleet/sent-document.ts';
import { defaultConfig } from '../../src/lab/config/default-config.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { applyFault, changeIds } from '../../src/lab/faults/faults.ts';
import { openLab } from '../../src/lab/open.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { hostOf, NO_CHOICES } from '../../src/model/repair/planning.ts';
import { writePlanFile } from '../../src/own-files/plan-file.ts';
import { listRuns, readRun } from '../../src/repair/journal/read-journal.ts';
import { plansElsewhere } from '../../src/repair/planning/plan-elsewhere.ts';
import { knownOf, savedPlan } from '../../src/repair/planning/saved-plans.ts';
import { fleetJson } from '../../src/report/documents/fleet-json.ts';
import { diagnosisJson, runJson } from '../../src/report/documents/json.ts';
import { recordedRunJson, runsJson } from '../../src/report/documents/runs-json.ts';
import { rememberHealthy } from '../../src/unattended/remember.ts';
import { diagnoseLab, fixLab, labDisk, machineOn } from './run-lab.ts';
import { linesOf, unattendedFix } from './unattended-lab.ts';

const TARGET = 'this server';

/** The lab's own configuration without the https binding of its first site: one chain is enough to show. */
const ONE_SITE = Buffer.from(
  defaultConfig()
    .toString('utf8')
    .replace(/^.*bindingInformation="\*:443:".*\r\n/m, ''),
);

/** Each document as its reader gets it: parsed JSON. */
type Documents = Readonly<Record<'check' | 'fix' | 'runs' | 'report' | 'plan', unknown>>;

/** Those of the small server. */
export const labDocuments = (): Promise<Documents> =>
  documentsOn(labDisk({ config: ONE_SITE, faults: ['lost-binding'] }));

/** Those of a whole lab with this fault; a change is made to a server that was seen healthy. */
export async function documentsOf(fault: string): Promise<Documents> {
  const isChange = changeIds.includes(fault);
  const disk = labDisk({ faults: isChange ? [] : [fault] });
  if (isChange) {
    const machine = machineOn(disk);
    await rememberHealthy(machine, await diagnoseLab(machine));
    const server = openLab(disk);
    applyFault(server, fault);
    server.save();
  }
  return documentsOn(disk);
}

async function documentsOn(disk: MemoryDisk): Promise<Documents> {
  const machine = machineOn(disk);
  const { before, repairs, report } = await fixLab(disk, machine);
  const { computer, machineGuid } = openLab(disk).facts;
  await unattendedFix(machine);
  const host = hostOf(before.evidence);
  const { plans } = plansElsewhere(before, { host, choices: NO_CHOICES });
  const planFile = writePlanFile({
    version: '0.1.0',
    collectedAt: before.evidence.collectedAt,
    computer,
    machineGuid,
    correct: false,
    host: knownOf(host),
    plans: plans.map((plan) => savedPlan(plan, machine.systemRoot)),
  });
  const runs = (await recorded(machine)).map((run) => recordedRunJson(run, machine.systemRoot));
  const check = plain(diagnosisJson(before, repairs, TARGET));
  return {
    check,
    report: plain(reportOn(check)),
    fix: plain(runJson(report, TARGET, before.evidence)),
    runs: plain(runsJson(runs, await linesOf(machine), TARGET, before.evidence)),
    plan: JSON.parse(Buffer.from(planFile).toString('utf8')),
  };
}

/** One server that was looked at an hour ago, and a file that was sent with its document. */
function reportOn(check: unknown) {
  const sent = readSent(Buffer.from(JSON.stringify(check)));
  if (!sent.ok) throw new Error(sent.error);
  const now = Date.parse(sent.value.collectedAt) + 3_600_000;
  const rows = newest(now);
  rows.take(rowOf(sent.value, { place: 'results/LABSRV.json', kind: 'document', isDated: true }, now));
  const notUnderstood = [{ place: 'results/WEB02.json', why: 'it is empty' }];
  return fleetJson(fleetOf({ seen: rows.all(), ahead: rows.ahead(), notUnderstood }, now, 24));
}

/** The runs of a machine as its journals tell them. */
export async function recorded(machine: Machine) {
  const runs = await Promise.all((await listRuns(machine)).map((id) => readRun(machine, id)));
  return runs.filter((run) => run !== undefined);
}

const plain = (document: unknown): unknown => JSON.parse(JSON.stringify(document));

/** What differs from lab to lab, because keys and so certificates do, as placeholders. */
export const normalised = (text: string): string =>
  text
    .replace(/\b[0-9a-f]{64}\b/g, '<sha256>')
    .replace(/\b[0-9A-F]{40}\b/g, '<THUMBPRINT>')
    .replace(/\b[0-9a-f]{40}\b/g, '<thumbprint>')
    .replace(/\b[0-9A-F]{8}\b(?!-)/g, '<THUMBPRINT>');
