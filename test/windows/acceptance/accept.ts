// One fault from its making to its undo: made, found, healed, served, taken back, and everything as before.

import type { Ended, Fault, Stage, Subject } from './fault.ts';
import { differences, newKeyFiles, stateOf } from './state.ts';
import { everyVisitor } from './visitors.ts';

/** One step of the course, and what was seen. */
export interface Step {
  readonly step: string;
  readonly ok: boolean;
  readonly seen: string;
}

/** What became of a fault here. */
export interface Outcome {
  readonly fault: string;
  readonly playbook: string;
  readonly made: string;
  readonly verdict: 'passed' | 'failed' | 'not made';
  readonly steps: readonly Step[];
  /** All that was done, and what came of it. */
  readonly raw: readonly string[];
}

/** What a step found; false: the course ends there. */
type Seen = readonly [ok: boolean, seen: string];

/** The whole course; what it has made is taken back in any case. `raw` is where the bench of this stage notes; `tell` hears each step. */
export async function accept(
  fault: Fault,
  stage: Stage,
  raw: readonly string[],
  tell: (step: Step) => void = () => {},
): Promise<Outcome> {
  const steps: Step[] = [];
  const outcome = (verdict: Outcome['verdict']): Outcome => {
    const { id, playbook, how } = fault;
    return { fault: id, playbook, made: how, verdict, steps, raw };
  };
  const why = await fault.cannot?.(stage);
  if (why !== undefined) {
    steps.push({ step: 'made', ok: false, seen: why });
    return outcome('not made');
  }
  try {
    for await (const step of course(fault, stage)) {
      steps.push(step);
      tell(step);
      if (!step.ok) return outcome('failed');
    }
    return outcome('passed');
  } catch (error) {
    steps.push({ step: 'the course', ok: false, seen: error instanceof Error ? error.message : String(error) });
    return outcome(error instanceof NotMade ? 'not made' : 'failed');
  } finally {
    await stage.bench.takeBack();
  }
}

async function* course(fault: Fault, stage: Stage): AsyncGenerator<Step> {
  const { bench, heal } = stage;
  const step = (name: string, [ok, seen]: Seen): Step => ({ step: name, ok, seen });

  const subject = await fault.begin(stage);
  const healthy = await visitors(stage, subject);
  const served = [...healthy].filter(([, seen]) => seen === subject.good.thumbprint).map(([visitor]) => visitor);
  yield step('begun', [served.length > 0, told(healthy)]);
  if (!fault.badFromTheStart) yield step('remembered', await remembers(stage));

  await fault.breakIt(stage, subject);
  yield step('made', [true, told(await visitors(stage, subject))]);
  const found = await finds(stage, fault, true);
  if (!found[0] && (await isHidden(stage, fault, subject, served)))
    throw new NotMade('everybody is served as before: it would show after a reboot');
  yield step('found', found);

  const before = await stateOf(bench.host);
  const fixed = await heal('fix', `--yes=${fault.consent ?? 'safe'}`, '--json');
  if (fault.told) {
    yield step('told', endedWith(fixed, 1, 3));
    yield step('as before', same(before, await stateOf(bench.host)));
    return;
  }
  yield step('healed', endedWith(fixed, 0));
  yield step('served', await servedAgain(stage, subject, served));
  yield step('nothing left', await finds(stage, fault, false));

  yield step('undone', endedWith(await heal('undo', '--yes'), 0));
  yield step('as before', same(before, await stateOf(bench.host)));
  const again = await finds(stage, fault, true);
  yield step('found again', [again[0] || (await isHidden(stage, fault, subject, served)), again[1]]);
}

class NotMade extends Error {}

const isHidden = async (stage: Stage, fault: Fault, subject: Subject, served: readonly string[]): Promise<boolean> =>
  fault.mayStayHidden === true && servesAll(await visitors(stage, subject), subject, served);

/** Everybody who was served before, with that very certificate. */
const servesAll = (seen: ReadonlyMap<string, string>, { good }: Subject, served: readonly string[]): boolean =>
  served.every((visitor) => seen.get(visitor) === good.thumbprint);

async function visitors({ bench, knock }: Stage, subject: Subject): Promise<ReadonlyMap<string, string>> {
  const addresses = await bench.host.machine.addresses();
  if (!addresses.known) throw new Error(addresses.why);
  return everyVisitor(subject, addresses.value, knock);
}

/** As often as whatever was just restarted may need. */
const PATIENCE = { tries: 10, pauseMs: 1000 };

async function servedAgain(stage: Stage, subject: Subject, served: readonly string[]): Promise<Seen> {
  for (let tries = 1; ; tries += 1) {
    const seen = await visitors(stage, subject);
    const ok = servesAll(seen, subject, served);
    if (ok || tries === PATIENCE.tries) return [ok, told(seen)];
    await stage.bench.host.machine.sleep(PATIENCE.pauseMs);
  }
}

const told = (seen: ReadonlyMap<string, string>): string =>
  [...seen].map(([visitor, what]) => `${visitor}: ${what}`).join('; ');

/** Both outputs belong into the report where it is not as it should be. */
const endedWith = ({ code, out, err }: Ended, ...wanted: readonly number[]): Seen =>
  wanted.includes(code) ? [true, `ended with ${code}`] : [false, `ended with ${code}: ${err}${out}`];

/** What is not healthy is what one wants to know where it is not remembered. */
async function remembers({ heal }: Stage): Promise<Seen> {
  const saved = endedWith(await heal('baseline', 'save'), 0);
  if (saved[0]) return saved;
  const { out, err } = await heal('check', '--verbose');
  return [false, `${saved[1]}${err}${out}`];
}

async function finds({ heal }: Stage, { playbook }: Fault, wanted: boolean): Promise<Seen> {
  const { code, out, err } = await heal('check', '--only', playbook, '--json');
  if (out === '') return [false, `check ended with ${code}: ${err}`];
  const { findings } = JSON.parse(out) as { readonly findings: readonly { id: string; playbook: string }[] };
  const found = findings.filter((finding) => finding.playbook === playbook).map(({ id }) => id);
  return [found.length > 0 === wanted, found.length === 0 ? 'nothing found' : found.join(', ')];
}

function same(before: Parameters<typeof differences>[0], after: Parameters<typeof differences>[1]): Seen {
  const other = differences(before, after);
  const left = newKeyFiles(before, after);
  if (other.length > 0) return [false, `not as before: ${other.join(', ')}`];
  return [true, left.length === 0 ? 'everything' : `everything; left beside it: ${left.join(', ')}`];
}
