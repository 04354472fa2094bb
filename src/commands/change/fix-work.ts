// What a fix works with: the server looked at, and the repairs that could be made.

import { diagnose } from '../../diagnosis/diagnose.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import type { Hands, Risk } from '../../model/repair/plan.ts';
import { NO_CHOICES, type Planning, planningHere } from '../../model/repair/planning.ts';
import type { Playbook } from '../../model/repair/playbook.ts';
import type { Repairs } from '../../model/run/run-report.ts';
import { UserError } from '../../model/user-error.ts';
import type { Person } from '../../person/person.ts';
import { makePlans } from '../../repair/planning/make-plans.ts';
import { type Style, styleFor } from '../../report/terminal/style.ts';
import { listBackups } from '../../windows-commands/appcmd.ts';
import { lookAt } from '../looking.ts';
import type { Streams } from '../streams.ts';
import { chosenPlaybooks, type Target, type TargetOptions } from '../target.ts';
import { type GivenPfx, openGivenPfx } from './pfx-input.ts';
import { savedRepairs } from './plan-input.ts';

/** The flags of fix. */
export interface FixOptions extends TargetOptions {
  readonly only?: readonly string[];
  readonly yes?: Risk;
  /** For scheduled tasks: nobody is asked, even at a terminal, and the limits of config.json hold. */
  readonly unattended?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  /** One line of ASCII, and nothing on stderr. */
  readonly line?: boolean;
  readonly verbose?: boolean;
  readonly correct?: boolean;
  readonly through?: Hands;
  readonly pfx?: string;
  readonly pfxPasswordFile?: string;
  readonly plan?: string;
}

/** Everything a fix works with, once the server has been looked at. */
export interface Work {
  readonly target: Target & { readonly machine: Machine };
  readonly options: FixOptions;
  readonly streams: Streams;
  readonly style: Style;
  readonly playbooks: readonly Playbook[];
  readonly diagnosis: Diagnosis;
  readonly how: Planning;
  readonly repairs: Repairs;
  readonly pfx?: GivenPfx;
  /** An earlier run is still half done. */
  readonly left?: boolean;
}

/** Looks at the server and plans. A PFX that is given is opened first; nothing is written. */
export async function prepare(
  target: Work['target'],
  options: FixOptions,
  person: Person | undefined,
  streams: Streams,
): Promise<Work> {
  const playbooks = chosenPlaybooks(options.only);
  const pfx =
    options.pfx === undefined
      ? undefined
      : await openGivenPfx(options.pfx, options.pfxPasswordFile, person, streams.err);
  const diagnosis = diagnose(await lookAt(target.reader, streams), playbooks);
  if (pfx !== undefined) demandUse(pfx, diagnosis, streams);
  const how = planningHere(diagnosis.evidence, {
    ...NO_CHOICES,
    correct: options.correct === true,
    ...(options.through && { through: options.through }),
    ...(pfx && { pfx: { file: pfx.file, thumbprint: pfx.opened.thumbprint } }),
  });
  const repairs =
    options.plan === undefined ? makePlans(diagnosis.found, how) : await savedRepairs(options.plan, diagnosis.evidence);
  await demandAppcmd(repairs, target.machine);
  const style = styleFor(streams.stdout, streams.env, options.verbose);
  return { target, options, streams, style, playbooks, diagnosis, how, repairs, ...(pfx && { pfx }) };
}

/** Said before anything is asked or done: a plan that finds no appcmd in its middle would be taken back. */
async function demandAppcmd({ plans }: Repairs, machine: Machine): Promise<void> {
  if (!plans.some(({ through }) => through === 'appcmd')) return;
  const ran = await machine.run(listBackups());
  if (!ran.started)
    throw new UserError(
      `appcmd cannot run the binding again: it could not be started: ${ran.detail}; nothing was changed`,
      'Leave out --through appcmd',
      'refused',
    );
}

/** A PFX of another certificate than the broken one would heal nothing: say so before anything else. */
function demandUse({ file, opened }: GivenPfx, { found }: Diagnosis, streams: Streams): void {
  const mendable = found.filter(({ pfxOf }) => pfxOf !== undefined);
  const [first] = mendable;
  if (first === undefined) streams.err(`${file} was not needed: no stranded key was found.\n`);
  if (first === undefined || mendable.some(({ pfxOf }) => pfxOf === opened.thumbprint)) return;
  const { subject } = first.finding;
  throw new UserError(
    `${file} holds another certificate (${opened.thumbprint}) than the broken one: ${subject}`,
    'Give the PFX file of that one',
  );
}
