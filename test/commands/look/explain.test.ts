// explain, of a fault: what it is, and what to do.

import { describe, expect, it } from 'vitest';
import { playbooks } from '../../../playbooks/index.ts';
import { explain } from '../../../src/commands/look/explain.ts';
import type { Streams } from '../../../src/commands/streams.ts';
import { UserError } from '../../../src/model/user-error.ts';

async function explained(code: string): Promise<string> {
  const said: string[] = [];
  await explain(code, { out: (text: string) => said.push(text) } as unknown as Streams);
  return said.join('');
}

describe('explain', () => {
  it.each(playbooks.map((playbook) => [playbook.id, playbook] as const))(
    'of %s says what it is, why it comes, what is done and what to do',
    async (id, { title, cause, mayGoWrong, takenBack, sources }) => {
      const text = await explained(id);
      for (const words of [`${id}: ${title}`, cause, mayGoWrong, takenBack, ...sources]) expect(text).toContain(words);
      expect(text).toMatch(new RegExp(`^to do: .*iis-ssl-heal check --only ${id}.*iis-ssl-heal fix --only ${id}`, 'm'));
      expect(text.split('\n').map((line) => line.slice(0, line.indexOf(':') + 1))).toEqual([
        'fault:',
        'symptom:',
        'cause:',
        'repair:',
        'to do:',
        'mind:',
        'undone:',
        'source:',
        '',
      ]);
    },
  );

  it('takes the id of a finding for its playbook', async () => {
    expect(await explained('Not-Listening:port-taken:443')).toBe(await explained('not-listening'));
  });

  it('knows the update that breaks loopback', async () => {
    expect(await explained('KB5066835')).toContain('loopback');
  });

  it('refuses what is neither', async () => {
    for (const code of ['no-such-thing:0.0.0.0:443', ':443', ''])
      await expect(explained(code)).rejects.toThrow(UserError);
  });

  it('explains a term of its own in one line, however it is spelled', async () => {
    expect(await explained('ssl record')).toMatch(/^SSL record: what Windows keeps for .*\.\n$/);
  });
});
