// The look of an unattended run.

import { unreachedEndpoints } from '../chain/unreached.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { collect } from '../evidence/collect.ts';
import { liveReader } from '../evidence/readers/live-reader.ts';
import type { Machine } from '../machine/machine.ts';
import type { Diagnosis } from '../model/repair/diagnosis.ts';
import type { Playbook } from '../model/repair/playbook.ts';
import { readLedger } from './memory.ts';

/**
 * What waits for its proof is greeted before all others: dead endpoints elsewhere may not hide it. And nobody would ever repair
 * what each look has no time to greet: where it found a fault there, it looks once more, and there first.
 */
export async function lookUnattended(machine: Machine, playbooks: readonly Playbook[]): Promise<Diagnosis> {
  const look = async (first: readonly string[]) => {
    const how = { first: new Set(first) };
    return diagnose(await collect(liveReader(machine, { eventDays: 1 }), 'everything', how), playbooks);
  };
  const ledger = await readLedger(machine);
  const awaited = ledger.ok ? (ledger.value.awaiting?.endpoints ?? []) : [];
  const seen = await look(awaited);
  const unreached = unreachedEndpoints(seen.evidence);
  const hidden = seen.findings.flatMap(({ endpoints }) => endpoints).filter((key) => unreached.has(key));
  return hidden.length === 0 ? seen : look([...awaited, ...hidden]);
}
