// runs: what was done here, run by run, and how the unattended runs ended.

import { collectOnly } from '../../evidence/collect.ts';
import { liveReader } from '../../evidence/readers/live-reader.ts';
import { fromRuns, listRuns } from '../../repair/journal/read-journal.ts';
import { recordedRunJson, renderRun, renderRuns, runsJson } from '../../report/documents/runs-json.ts';
import { readTrailOf } from '../../unattended/trail.ts';
import type { Streams } from '../streams.ts';
import { openMachine, type TargetOptions } from '../target.ts';

/** Lists every run with its plans, oldest first. */
export async function runs(options: TargetOptions & { readonly json?: boolean }, streams: Streams): Promise<undefined> {
  const { machine, name } = await openMachine(options);
  const ids = await listRuns(machine);
  if (!options.json) {
    const words = await fromRuns(machine, ids, renderRun);
    streams.out(renderRuns(words, await readTrailOf(machine)));
    return;
  }
  const all = await fromRuns(machine, ids, (run) => recordedRunJson(run, machine.systemRoot));
  const trail = await readTrailOf(machine);
  const server = await collectOnly(liveReader(machine), ['computerName', 'machineGuid', 'osBuild', 'edition']);
  streams.out(`${JSON.stringify(runsJson(all, trail, name, server), null, 2)}\n`);
}
