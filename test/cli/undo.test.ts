// undo as a person meets it: what it would do, which run it means, and how the server is afterwards.

import { describe, expect, it } from 'vitest';
import { heal, newLab } from '../support/program.ts';

const runIds = async (lab: string): Promise<readonly string[]> => {
  const { out } = await heal('runs', '--lab', lab, '--json');
  return (JSON.parse(out) as { runs: readonly { id: string }[] }).runs.map(({ id }) => id);
};

/** Two faults, mended one by one: two runs. */
async function twoRuns() {
  const lab = await newLab('lost-binding', 'stale-hash');
  for (const id of ['lost-binding', 'stale-hash']) await heal('fix', '--yes', '--only', id, '--lab', lab);
  const ids = await runIds(lab);
  expect(ids).toHaveLength(2);
  return { lab, older: ids[0] ?? '', newer: ids[1] ?? '' };
}

describe('undo', () => {
  it('says what will be so again, asks, and looks again', async () => {
    const lab = await newLab('lost-binding');
    await heal('fix', '--yes', '--lab', lab);
    const [id] = await runIds(lab);
    const asked = await heal('undo', '--lab', lab);
    const told = `Run ${id} is taken back. What it had repaired will be so again:\n  - The https binding *:443:shop.example.test of Shop has no SSL record`;
    expect([asked.code, asked.err]).toEqual([3, 'Nothing was changed.\n']);
    expect(asked.out).toContain(told);
    expect(asked.out).toContain('Newest step first:\n');
    expect((await heal('check', '--lab', lab)).code).toBe(0);

    const done = await heal('undo', '--yes', '--lab', lab);
    expect([done.code, done.err]).toEqual([0, '']);
    expect(done.out).toContain(told);
    const { out, code } = await heal('check', '--lab', lab);
    expect(code).toBe(1);
    const timeless = (text: string) => text.replace(/looked at \S+ \S+ \S+/g, 'looked at');
    expect(timeless(done.out).endsWith(timeless(out))).toBe(true);
  });

  it('means the latest run that stands: one that was undone is not offered again', async () => {
    const { lab, older, newer } = await twoRuns();
    expect((await heal('undo', '--yes', '--lab', lab)).out).toContain(`Run ${newer} is taken back.`);
    expect((await heal('undo', '--yes', '--lab', lab)).out).toContain(`Run ${older} is taken back.`);
    const none = await heal('undo', '--yes', '--lab', lab);
    expect([none.code, none.out]).toEqual([
      0,
      'There is nothing to take back: no run has changed anything here that stands.\n',
    ]);
    expect((await heal('undo', older, '--yes', '--lab', lab)).out).toBe(
      `Run ${older} has nothing left to take back.\n`,
    );
  });

  it('knows a run by as much of its id as no other run has, and by no less', async () => {
    const { lab, older, newer } = await twoRuns();
    expect(newer.startsWith(older.slice(0, 1))).toBe(true);
    const both = await heal('undo', older.slice(0, 1), '--yes', '--lab', lab);
    expect([both.code, both.err]).toEqual([
      2,
      `error: ${older.slice(0, 1)} could be ${older} or ${newer}. Give more of it.\n`,
    ]);
    const unique = [...older].findIndex((sign, at) => newer[at] !== sign) + 1;
    const one = await heal('undo', older.slice(0, unique), '--yes', '--lab', lab);
    expect([one.code, one.out]).toEqual([0, expect.stringContaining(`Run ${older} is taken back.`)]);
  });
});
