// runs: what was done here, run by run, and how the unattended runs ended.

import { collectOnly } from '../../evidence/collect.ts';
import { liveReader } from '../../evidence/readers/live-reader.ts';
import { listRuns, readRun } from '../../repair/journal/read-journal.ts';
import { renderRuns, runsJson } from '../../report/documents/runs-json.ts';
import { readTrailOf } from '../../unattended/trail.ts';
import type { Streams } from '../streams.ts';
import { openMachine, type TargetOptions } from '../target.ts';

/** Lists every run with its plans, oldest first. */
export async function runs(options: TargetOptions & { readonly json?: boolean }, streams: Streams): Promise<undefined> {
  const { machine, name } = await openMachine(options);
  const ids = await listRuns(machine);
  const read = await Promise.all(ids.map((id) => readRun(machine, id)));
  const all = read.filter((run) => run !== undefined);
  const trail = await readTrailOf(machine);
  if (!options.json) {
    streams.out(renderRuns(all, trail));
    return;
  }
  const server = await collectOnly(liveReader(machine), ['computerName', 'machineGuid', 'osBuild', 'edition']);
  streams.out(`${JSON.stringify(runsJson(all, trail, name, server, machine.systemRoot), null, 2)}\n`);
}
