// A saved plan: applied exactly as it was reviewed, or refused with what has changed since.

import { playbooks } from '../../../playbooks/index.ts';
import { differences } from '../../chain/memory/fingerprint.ts';
import { diagnose } from '../../diagnosis/diagnose.ts';
import { readLocalFile } from '../../machine/files/local-files.ts';
import type { Repairs } from '../../model/run/run-report.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { UserError } from '../../model/user-error.ts';
import { type PlanFile, readPlanFile } from '../../own-files/plan-file.ts';
import { madeAgain } from '../../repair/planning/saved-plans.ts';

/**
 * The plans of the file, when this is their server, in their state, and their person's session; made again, since a file
 * may have been written by anybody.
 */
export async function savedRepairs(file: string, evidence: Evidence): Promise<Repairs> {
  const plan = await planFrom(file);
  demandServer(file, plan, evidence);
  const changed = plan.plans.flatMap((each) => differences(each.before, evidence));
  if (changed.length > 0) {
    const list = [...new Set(changed)].map((what) => `\n  ${what}`).join('');
    throw new UserError(
      `${file} was made for another state of this server, and nothing was changed:${list}`,
      'Make a new plan',
      'refused',
    );
  }
  const plans = madeAgain(plan.plans, diagnose(evidence, playbooks), plan);
  const foreign = plan.plans.filter((_saved, index) => plans[index] === undefined);
  if (foreign.length > 0) {
    const list = foreign.map(({ title }) => `\n  ${title}`).join('');
    throw new UserError(
      `${file} holds what this program would not do on this server, and nothing was changed:${list}`,
      'It was altered, or made by another version or from incomplete evidence. Make a new plan',
      'refused',
    );
  }
  return { plans: plans.filter((each) => each !== undefined), blocked: [] };
}

async function planFrom(file: string): Promise<PlanFile> {
  const read = await readLocalFile(file);
  if (read.result === 'absent') throw new UserError(`there is no file ${file}`, 'Name one that plan --out has written');
  if (read.result !== 'ok')
    throw new UserError(`${file} cannot be read: ${read.detail}`, 'Name a file that you may read');
  const plan = readPlanFile(read.bytes);
  if (!plan.ok)
    throw new UserError(`${file} is refused: ${plan.error}; nothing was changed`, 'Make a new plan', 'refused');
  return plan.value;
}

function demandServer(file: string, { machineGuid, session }: PlanFile, evidence: Evidence): void {
  if (machineGuid !== undefined && evidence.machineGuid.known && evidence.machineGuid.value !== machineGuid) {
    throw new UserError(
      `${file} was made for another server; nothing was changed`,
      'Make one here: plan --out',
      'refused',
    );
  }
  const sid = evidence.identity.known ? evidence.identity.value.sid : undefined;
  if (session !== undefined && sid !== session.sid) {
    throw new UserError(
      `${file} takes the session of ${session.name} (${session.sid}); nothing was changed`,
      'Run it there',
      'needs-person',
    );
  }
}
