import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { DEFAULT_POLICY } from '../../src/model/run/policy.ts';
import { NOT_READY } from '../../src/model/run/readiness.ts';
import { UNATTENDED_OUTCOMES } from '../../src/model/run/run-outcome.ts';
import { readPolicyFile } from '../../src/own-files/policy-file.ts';
import { eventType } from '../../src/unattended/rules/outcomes.ts';

const text = readFileSync('docs/self-heal.md', 'utf8');

describe('docs/self-heal.md', () => {
  it('lists every entry of the event log, and none that there is not', () => {
    const rows = [...text.matchAll(/^\| (\d+) \| (\w+) \| `([\w-]+)` \|/gm)].map(([, id, type, outcome]) => [
      outcome,
      { id: Number(id), type: type?.toUpperCase() },
    ]);
    const events = Object.entries(UNATTENDED_OUTCOMES).flatMap(([outcome, { event: id }]) =>
      id === undefined ? [] : [[outcome, { id, type: eventType(id) }]],
    );
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(events));
  });

  it('lists every reason why a server is not ready, as the program has it', () => {
    const rows = [...text.matchAll(/^\| `([\w-]+)` \| ([^|]+) \|$/gm)].map(([, code, means]) => [code, means]);
    expect(Object.fromEntries(rows)).toEqual(NOT_READY);
  });

  it('shows a config.json that is understood, and names the defaults', () => {
    const example = /<!-- example: config -->\n```json\n([^`]*)```/.exec(text)?.[1] ?? '';
    const read = readPolicyFile(Buffer.from(example), playbooks);
    const chosen = ['stale-hash', 'stranded-key', 'lost-binding', 'closed-key'];
    const isOff = ({ id, founding }: (typeof playbooks)[number]) => !founding && !chosen.includes(id);
    expect(read).toEqual({
      ok: true,
      value: {
        ...DEFAULT_POLICY,
        off: playbooks.filter(isOff).map(({ id }) => id),
        on: playbooks.map(({ id }) => id).filter((id) => chosen.includes(id)),
        maintenanceWindows: [{ days: ['Sat', 'Sun'], from: 1320, to: 240 }],
      },
    });
    for (const [name, value] of Object.entries(DEFAULT_POLICY)) {
      if (typeof value === 'number') expect(text).toMatch(new RegExp(`^\\| \`${name}\` \\|.*\\| ${value} \\|$`, 'm'));
    }
  });
});
