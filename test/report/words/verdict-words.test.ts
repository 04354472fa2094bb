// The headline counts what was seen: nothing is healthy that was not.

import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../src/model/repair/diagnosis.ts';
import type { Chain } from '../../../src/model/server/chain.ts';
import { verdictSentence } from '../../../src/report/words/verdict-words.ts';
import { HEALTHY, UNREAD } from '../../support/samples.ts';

const [CHAIN] = HEALTHY.chains as [Chain];
const chain = (name: string, changes: Partial<Chain['links'][number]> = {}): Chain => ({
  ...CHAIN,
  site: { ...CHAIN.site, name },
  links: CHAIN.links.map((link) => (link.name === 'http.sys' ? { ...link, ...changes } : link)),
});
const unseen = (name: string) => chain(name, { state: 'unknown', code: 'not-read' });
const elsewhere = (name: string) => chain(name, { code: 'not-on-this-server', state: 'skipped' });
const stopped = (name: string): Chain => {
  const closed = chain(name, { code: 'site-stopped', state: 'note' });
  return { ...closed, site: { ...closed.site, stopped: true } };
};
const sentence = (chains: readonly Chain[], verdict: Diagnosis['verdict'] = 'unknown') =>
  verdictSentence({ ...HEALTHY, chains, verdict });

const TWELVE = Array.from({ length: 12 }, (_, index) => chain(`S${index}`));

describe('the headline', () => {
  it.each<readonly [string, readonly Chain[], string]>([
    [
      'one of many not seen',
      [...TWELVE, unseen('CDN')],
      '12 of 13 https bindings checked and healthy; CDN was not checked.',
    ],
    [
      'two bindings of one site',
      [chain('A'), unseen('B'), unseen('B')],
      '1 of 3 https bindings checked and healthy; B was not checked.',
    ],
    [
      'many not seen',
      [chain('A'), ...['B', 'C', 'D', 'E', 'F'].map(unseen)],
      '1 of 6 https bindings checked and healthy; B, C, D and 2 more sites were not checked.',
    ],
    [
      'a note is healthy',
      [chain('A', { state: 'note' }), unseen('B')],
      '1 of 2 https bindings checked and healthy; B was not checked.',
    ],
    [
      'those of other servers do not count',
      [chain('A'), elsewhere('B'), unseen('C')],
      '1 of 2 https bindings checked and healthy; C was not checked.',
    ],
    [
      'nor do those of stopped sites',
      [chain('A'), stopped('B'), unseen('C')],
      '1 of 2 https bindings checked and healthy; C was not checked.',
    ],
    [
      'all chains seen, and something else not',
      [chain('A')],
      '1 of 1 https binding checked and healthy; not everything that decides could be read.',
    ],
    ['none seen', [unseen('A')], 'Cannot be judged: not everything that decides could be read.'],
    ['no chain', [], 'Cannot be judged: not everything that decides could be read.'],
  ])('%s', (_what, chains, words) => expect(sentence(chains)).toBe(words));

  it('is as it was where all was read, and never healthy where the records were not', () => {
    expect(sentence(TWELVE, 'healthy')).toBe('HTTPS is healthy: nothing is wrong with 12 https site bindings.');
    expect(sentence([chain('A'), stopped('B')], 'healthy')).toBe(
      'HTTPS is healthy: nothing is wrong with 1 https site binding.',
    );
    expect(sentence([stopped('A'), elsewhere('B')], 'healthy')).toBe(
      'Nothing is wrong: every site here that has an https binding is stopped on purpose.',
    );
    expect(verdictSentence(UNREAD)).not.toMatch(/healthy/);
  });
});
