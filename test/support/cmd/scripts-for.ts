// The scripts for a lab, as `plan --script` makes them.

import { fixScript } from '../../../src/cmd-scripts/fix/script.ts';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../../src/lab/open.ts';
import { hostOf, NO_CHOICES } from '../../../src/model/repair/planning.ts';
import { plansElsewhere } from '../../../src/repair/planning/plan-elsewhere.ts';
import { diagnoseLab, machineOn } from '../run-lab.ts';

export interface Told {
  readonly correct?: boolean;
  readonly computer?: string;
  readonly machineGuid?: string;
}

/** Made from what somebody else than the owner of the lab's keys saw. */
export async function scriptsFor(disk: MemoryDisk, { correct = false, ...about }: Told = {}) {
  const diagnosis = await diagnoseLab(machineOn(disk, 'other-admin'));
  const host = { ...hostOf(diagnosis.evidence), netshUpdates: undefined };
  const { session, plans, blocked } = plansElsewhere(diagnosis, { host, choices: { ...NO_CHOICES, correct } });
  const scripts = fixScript(plans, {
    version: '1.2.3',
    collectedAt: diagnosis.evidence.collectedAt,
    places: diagnosis.evidence.places,
    computer: 'LABSRV',
    machineGuid: openLab(disk).facts.machineGuid,
    ...about,
    ...(session && { session: { sid: session.sid, name: session.name } }),
    notInScript: blocked.map(({ finding, blocked: { why } }) => ({ subject: finding.subject, why })),
  });
  return { ...scripts, plans };
}
