// The look of an unattended run.

import { diagnose } from '../diagnosis/diagnose.ts';
import { collect } from '../evidence/collect.ts';
import { liveReader } from '../evidence/readers/live-reader.ts';
import type { Machine } from '../machine/machine.ts';
import type { Diagnosis } from '../model/repair/diagnosis.ts';
import type { Playbook } from '../model/repair/playbook.ts';
import { readLedger } from './memory.ts';

/** What waits for its proof is greeted before all others: dead endpoints elsewhere may not hide it. */
export async function lookUnattended(machine: Machine, playbooks: readonly Playbook[]): Promise<Diagnosis> {
  const ledger = await readLedger(machine);
  const first = new Set(ledger.ok ? ledger.value.awaiting?.endpoints : []);
  return diagnose(await collect(liveReader(machine, { eventDays: 1 }), 'everything', { first }), playbooks);
}
