import { describe, expect, it } from 'vitest';
import { openGivenPfx } from '../../../src/commands/change/pfx-input.ts';
import type { Person } from '../../../src/person/person.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SLOW = 'test/fixtures/pfx/slow.pfx';
const HINT = `Checking the password of ${SLOW}: it takes this file many rounds, and so up to a minute.\n`;

/** A person who gives these passwords, one after the other. */
function typing(...passwords: readonly string[]): Person {
  const left = [...passwords];
  return { secret: async () => ({ ok: true, value: left.shift() ?? '' }) } as Partial<Person> as Person;
}

describe('a PFX of half a million rounds', () => {
  it('says once that checking its password takes time, however often it is asked for', async () => {
    const said: string[] = [];
    const given = await openGivenPfx(SLOW, undefined, typing('wrong', 'test'), (line) => said.push(line));
    expect(given.opened.thumbprint).toMatch(/^[0-9A-F]{40}$/);
    expect(said).toEqual([HINT]);
  });

  it('says so with a password from a file too, and nothing of a quick one', async () => {
    const said: string[] = [];
    const folder = temporaryFolder({ password: 'test\n' });
    await openGivenPfx(SLOW, `${folder}/password`, undefined, (line) => said.push(line));
    await openGivenPfx('test/fixtures/pfx/aes.pfx', `${folder}/password`, undefined, (line) => said.push(line));
    expect(said).toEqual([HINT]);
  });
});
