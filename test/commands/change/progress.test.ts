import headless from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { startProgress } from '../../../src/commands/change/progress.ts';
import type { Plan } from '../../../src/model/repair/plan.ts';
import type { StepOutcome } from '../../../src/model/run/outcome.ts';
import type { ApplyEvent } from '../../../src/model/run/run-report.ts';
import { countedProgress, SILENT } from '../../../src/report/terminal/progress.ts';

const TERMINAL = { isTTY: true, columns: 40 };

/** A screen that keeps what was written. */
function screenOf(shape: { readonly isTTY?: boolean; readonly columns?: number }) {
  const written: string[] = [];
  const write = (text: string, done?: () => void) => {
    written.push(text);
    done?.();
  };
  return { screen: { ...shape, write } as unknown as NodeJS.WriteStream, text: () => written.join('') };
}

const holds = { kind: 'action-succeeds' } as const;
const endpoint = { table: 'ip', name: '0.0.0.0:443' } as const;
const step = (title: string, more: object = {}) => ({ title, holds, ...more });
const REPLACED = [
  step('Update'),
  step('Delete', { holds: { kind: 'record-absent', endpoint }, unless: holds }),
  step('Add', { holds: { kind: 'record-is', record: { endpoint } } }),
];
const planOf = (title: string, steps: readonly object[]) => ({ title, steps }) as unknown as Plan;

function events(plan: Plan, outcomes: readonly StepOutcome[]): readonly ApplyEvent[] {
  const steps = outcomes.flatMap((outcome, index): readonly ApplyEvent[] => [
    { kind: 'step-begin', index },
    { kind: 'step-end', index, outcome, ...(outcome === 'failed' && { detail: 'access denied' }) },
  ]);
  return [{ kind: 'plan', plan }, ...steps, { kind: 'plan-end' }];
}

const plansIn = (all: readonly ApplyEvent[]) => all.flatMap((event) => (event.kind === 'plan' ? event.plan : []));

async function told(all: readonly ApplyEvent[], shape: object = {}, env = {}): Promise<string> {
  const { screen, text } = screenOf(shape);
  const { onEvent, stop } = await startProgress(screen, { LC_ALL: 'C.UTF-8', NO_COLOR: '1', ...env }, plansIn(all));
  for (const event of all) onEvent(event);
  await stop();
  return text();
}

/** What a terminal holds once the list has been drawn to its end. */
async function drawn(all: readonly ApplyEvent[]): Promise<{ readonly lines: readonly string[] }> {
  const { screen, text } = screenOf({ isTTY: true, columns: 80 });
  const { onEvent, stop } = await startProgress(screen, { LC_ALL: 'C.UTF-8' }, plansIn(all));
  for (const event of all) onEvent(event);
  await stop();
  const terminal = new headless.Terminal({ cols: 80, rows: 24, convertEol: true, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(text(), resolve));
  const { active } = terminal.buffer;
  const rows = Array.from(
    { length: active.length },
    (_, row) => active.getLine(row)?.translateToString(true).trim() ?? '',
  );
  return { lines: rows.filter((row) => row !== '') };
}

describe('startProgress', () => {
  const plan = planOf('First plan', [step('one'), step('two 100%'), step('three\u001b[2J')]);

  it.each([
    ['a pipe', {}, {}],
    ['TERM=dumb', TERMINAL, { TERM: 'dumb' }],
    ['a terminal without a width', { isTTY: true, columns: 0 }, {}],
  ])('writes one line a step to %s, and no code', async (_name, shape, env) => {
    expect(await told([...events(plan, ['done', 'already-so', 'done']), { kind: 'look' }], shape, env)).toBe(
      'First plan\n  ✔ one\n  ✔ two 100% (already so)\n  ✔ three\\u001b[2J\n',
    );
  });

  it('says why a step failed, and how many were not reached', async () => {
    expect(await told(events(plan, ['failed']))).toBe(
      'First plan\n  ✖ one (failed: access denied)\n  - 2 more not reached\n',
    );
    expect(await told(events(plan, []))).toBe('First plan\n  - 3 more not reached\n');
  });

  it('counts what is done only where the step before it was not enough as a part of that step', async () => {
    const conditional = planOf('Plan', [...REPLACED, step('next')]);
    const title = 'Update; only if visitors do not get it then: delete and add';
    expect(await told(events(conditional, ['done', 'already-so', 'already-so', 'done']))).toBe(
      `Plan\n  ✔ ${title}\n  ✔ next\n`,
    );
    expect(await told(events(conditional, ['done', 'done', 'done', 'done']))).toBe(`Plan\n  ✔ ${title}\n  ✔ next\n`);
    expect(await told(events(conditional, ['done', 'done', 'failed']))).toBe(
      `Plan\n  ✖ ${title} (failed: access denied)\n  - 1 more not reached\n`,
    );
  });

  it('says in short what else is only done then', async () => {
    const both = planOf('Plan', [
      step('Look for the key'),
      step('Where the link is as it was: Write it down', { unless: holds }),
      step('Have it linked', { unless: holds }),
      step('Add', { holds: { kind: 'record-is', record: { endpoint } } }),
    ]);
    expect(await told(events(both, ['done', 'already-so', 'already-so', 'done']))).toBe(
      'Plan\n  ✔ Look for the key; only if that is not enough: write it down, have it linked\n  ✔ Add\n',
    );
  });

  it.each<readonly [string, readonly ApplyEvent[], readonly string[]]>([
    [
      'all went well',
      events(plan, ['done', 'already-so', 'done']),
      ['✔ one', '✔ two 100% (already so)', '✔ three\\u001b[2J'],
    ],
    [
      'one failed',
      events(plan, ['failed']),
      ['✖ one', '› access denied', '↓ two 100% (not reached)', '↓ three\\u001b[2J (not reached)'],
    ],
    [
      'a part of a step was not needed',
      events(planOf('First plan', REPLACED), ['done', 'already-so', 'already-so']),
      ['✔ Update; only if visitors do not get it then: delete and add'],
    ],
  ])('draws a list on a terminal: %s', async (_name, all, lines) => {
    const were = [process.stdout.isTTY, process.stderr.isTTY];
    const { lines: shown } = await drawn([...all, { kind: 'look' }]);
    expect(shown).toEqual(['First plan', ...lines]);
    // What this process writes to is as it was: no file is taken for a terminal.
    expect([process.stdout.isTTY, process.stderr.isTTY]).toEqual(were);
  });

  it('says which of several repairs it is', async () => {
    const many = [planOf('First', [step('one')]), planOf('Second', [step('two')])];
    const all = many.flatMap((each) => events(each, ['done']));
    expect(await told(all)).toBe('First (1 of 2)\n  ✔ one\nSecond (2 of 2)\n  ✔ two\n');
    expect((await drawn(all)).lines).toEqual(['First (1 of 2)', '✔ one', 'Second (2 of 2)', '✔ two']);
  });

  it('is a count where stdout has a document', async () => {
    const many = [planOf('First', [step('one')]), planOf('Second', [step('two')])];
    const said: string[] = [];
    const progress = countedProgress(many, { at: (words) => said.push(words), end: () => said.push('end') });
    for (const event of many.flatMap((each) => events(each, ['done']))) progress.onEvent(event);
    progress.onEvent({ kind: 'look' });
    progress.onEvent({ kind: 'greeted', done: 3, of: 9 });
    await progress.stop();
    expect(said).toEqual([
      'Repairing: 1 of 2',
      'Repairing: 2 of 2',
      'Looking again ...',
      'Greeting endpoints: 3 of 9',
      'end',
    ]);
  });

  it('is silent when told so', async () => {
    SILENT.onEvent({ kind: 'look' });
    await SILENT.stop();
  });
});
