// The first line names what is down, what will break and when; nothing is healthy that was not seen.

import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../src/model/repair/diagnosis.ts';
import type { Finding } from '../../../src/model/repair/finding.ts';
import type { Chain } from '../../../src/model/server/chain.ts';
import { type Evidence, endpointKey } from '../../../src/model/server/evidence.ts';
import { headingOf, localTime } from '../../../src/report/words/heading.ts';
import { healthyWords } from '../../../src/report/words/healthy-words.ts';
import { summaryPaint, summarySentence } from '../../../src/report/words/summary-sentence.ts';
import { toDo } from '../../../src/report/words/to-do.ts';
import { lack } from '../../support/evidence-folder.ts';
import { HEALTHY, STALE, STRANDED, UNREAD } from '../../support/samples.ts';

const [CHAIN] = HEALTHY.chains as [Chain];
const chain = (name: string, changes: Partial<Chain['links'][number]> = {}, host = name): Chain => ({
  ...CHAIN,
  site: { ...CHAIN.site, name },
  endpoint: { table: 'sni', name: `${host}:443` },
  links: CHAIN.links.map((link) => (link.name === 'http.sys' ? { ...link, ...changes } : link)),
});
const unseen = (name: string) => chain(name, { state: 'unknown', code: 'not-read' });
const broken = (name: string, host?: string) => chain(name, { state: 'broken', code: 'no-record' }, host);
const risky = (name: string) => chain(name, { state: 'warning', code: 'mapper-override' });
const elsewhere = (name: string) => chain(name, { code: 'not-on-this-server', state: 'skipped' });
const stopped = (name: string): Chain => {
  const closed = chain(name, { code: 'site-stopped', state: 'note' });
  return { ...closed, site: { ...closed.site, stopped: true } };
};
const finding = (severity: Finding['severity'], at: readonly Chain[], breaks?: string): Finding => ({
  playbook: 'test',
  id: `test:${at.map(({ site }) => site.name).join()}`,
  subject: 'the subject',
  severity,
  message: 'It is so.',
  ...(breaks && { breaks }),
  facts: [],
  endpoints: at.map(({ endpoint }) => endpointKey(endpoint)),
});
const diagnosis = (
  chains: readonly Chain[],
  verdict: Diagnosis['verdict'],
  findings: readonly Finding[] = [],
): Diagnosis => ({ ...HEALTHY, chains, verdict, findings });

const TWELVE = Array.from({ length: 12 }, (_, index) => chain(`S${index}`));
const SHOP = broken('Shop');
const FRONT = risky('Front');
const CDN = unseen('CDN');

describe('the first line of a server with faults', () => {
  it.each<readonly [string, Diagnosis, string]>([
    [
      'all that there can be',
      diagnosis([SHOP, FRONT, ...TWELVE, CDN], 'faulty', [
        finding('warning', [FRONT], 'at the next reboot'),
        finding('broken', [SHOP]),
      ]),
      'Down: Shop. At risk at the next reboot: Front. Healthy: 12 of 15 https bindings. Not checked: CDN.',
    ],
    [
      'one of the bindings of a site',
      diagnosis([broken('Shop', 'a'), chain('Shop', {}, 'b')], 'faulty', [finding('broken', [broken('Shop', 'a')])]),
      'Down: Shop (a:443). Healthy: 1 of 2 https bindings.',
    ],
    [
      'what is down already is not at risk too',
      diagnosis([SHOP], 'faulty', [finding('broken', [SHOP]), finding('warning', [SHOP], 'at the next reboot')]),
      'Down: Shop.',
    ],
    [
      'a break to come whose time nobody knows',
      diagnosis([FRONT, chain('A')], 'faulty', [finding('warning', [FRONT])]),
      'At risk: Front. Healthy: 1 of 2 https bindings.',
    ],
    [
      'a record that several bindings share: only those that it breaks',
      diagnosis([broken('Shop', 'x'), chain('Other', {}, 'x')], 'faulty', [finding('broken', [broken('Shop', 'x')])]),
      'Down: Shop. Healthy: 1 of 2 https bindings.',
    ],
    [
      'a fault that no chain shows, but visitors feel',
      diagnosis([chain('A'), chain('B')], 'faulty', [finding('broken', [chain('A')])]),
      'Down: A. Healthy: 1 of 2 https bindings.',
    ],
    [
      'a fault at no site binding',
      diagnosis([chain('A')], 'faulty', [finding('warning', [])]),
      'At risk: the subject. Healthy: 1 of 1 https binding.',
    ],
    [
      'what is broken and keeps nobody out',
      diagnosis([chain('A')], 'faulty', [finding('broken', [])]),
      'At risk: the subject. Healthy: 1 of 1 https binding.',
    ],
    [
      'a record that is broken, of no site',
      diagnosis([chain('A')], 'faulty', [finding('broken', [chain('Elsewhere')])]),
      'Down: the subject. Healthy: 1 of 1 https binding.',
    ],
    [
      'only some faults were looked for',
      diagnosis([SHOP, chain('A')], 'faulty'),
      'Down: Shop. None of the faults looked for was found. Healthy: 1 of 2 https bindings.',
    ],
    [
      'more than a line holds',
      diagnosis(
        [...'ABCDEFGHIJ'].map((name) => broken(name)),
        'faulty',
        [finding('broken', [broken('A')])],
      ),
      'Down: A, B, C, D, E, F, G, H and 2 more.',
    ],
  ])('%s', (_what, of, words) => expect(summarySentence(of)).toBe(words));
});

describe('the first line of a server without a fault that was seen', () => {
  it.each<readonly [string, readonly Chain[], string]>([
    ['one of many not seen', [...TWELVE, CDN], 'Healthy: 12 of 13 https bindings. Not checked: CDN.'],
    [
      'two bindings of one site',
      [chain('A'), unseen('B'), unseen('B')],
      'Healthy: 1 of 3 https bindings. Not checked: B.',
    ],
    [
      'a note is healthy',
      [chain('A', { state: 'note' }), unseen('B')],
      'Healthy: 1 of 2 https bindings. Not checked: B.',
    ],
    [
      'those of other servers do not count',
      [chain('A'), elsewhere('B'), unseen('C')],
      'Healthy: 1 of 2 https bindings. Not checked: C.',
    ],
    [
      'nor do those of stopped sites',
      [chain('A'), stopped('B'), unseen('C')],
      'Healthy: 1 of 2 https bindings. Not checked: C.',
    ],
    [
      'all chains seen, and something else not',
      [chain('A')],
      'Healthy: 1 of 1 https binding. Not all that decides could be read.',
    ],
    ['none seen', [unseen('A')], 'Cannot be judged: not everything that decides could be read.'],
    ['no chain', [], 'Cannot be judged: not everything that decides could be read.'],
  ])('%s', (_what, chains, words) => expect(summarySentence(diagnosis(chains, 'unknown'))).toBe(words));

  it('is healthy only where all was read', () => {
    const sentence = (...chains: readonly Chain[]) => summarySentence(diagnosis(chains, 'healthy'));
    expect(sentence(...TWELVE)).toBe('Healthy: 12 of 12 https bindings.');
    expect(sentence(chain('A'), stopped('B'))).toBe('Healthy: 1 of 1 https binding.');
    expect(sentence(stopped('A'), elsewhere('B'))).toBe(
      'Nothing is wrong: every site here that has an https binding is stopped on purpose.',
    );
    expect(sentence(elsewhere('B'))).toBe('Nothing is wrong: no https binding of a site is on this server.');
    expect(sentence()).toBe('Nothing is wrong: no site has an https binding.');
    expect(summarySentence(UNREAD)).not.toMatch(/healthy/i);
  });

  it('has the colour of the worst', () => {
    expect([HEALTHY, STALE, STRANDED, UNREAD].map(summaryPaint)).toEqual(['good', 'warn', 'bad', 'unsure']);
    expect(summaryPaint(diagnosis([SHOP], 'healthy'))).toBe('bad');
  });
});

it('puts what is down first of what is to do, and says when the rest will break', () => {
  const of = diagnosis([SHOP, FRONT], 'faulty', [
    finding('warning', [FRONT], 'at the next reboot'),
    finding('broken', [SHOP]),
  ]);
  expect(toDo(of).map(({ number, state }) => `${number} ${state}`)).toEqual([
    '1 Shop is down',
    '2 Front is at risk at the next reboot',
  ]);
});

describe('the heading', () => {
  it('names server, build, time and version, and what of them is not known', () => {
    expect(headingOf(HEALTHY)).toBe(
      'FRONT, Windows build 17763; looked at 2026-03-01 12:00:00 +00:00 by WEB01\\olga; iis-ssl-heal 0.0.0',
    );
    const { evidence } = HEALTHY;
    const dark: Evidence = { ...evidence, computerName: lack('gone'), osBuild: lack('gone'), identity: lack('gone') };
    expect(headingOf({ ...HEALTHY, evidence: dark })).toBe(
      'a server of unknown name, Windows of unknown build; looked at 2026-03-01 12:00:00 +00:00; iis-ssl-heal 0.0.0',
    );
  });

  it.each([
    ['Asia/Tokyo', '2026-03-01T21:00:00+09:00'],
    ['America/St_Johns', '2026-03-01T08:30:00-03:30'],
    ['UTC', '2026-03-01T12:00:00+00:00'],
  ])('tells the time of %s with its offset', (zone, told) => {
    process.env.TZ = zone;
    expect(localTime('2026-03-01T12:00:00.123Z')).toBe(told);
    process.env.TZ = 'UTC';
  });
});

it('shows which certificate a healthy binding has, and for how many days', () => {
  expect(healthyWords(CHAIN, '2026-12-30T12:00:00.000Z')).toMatch(
    /^Front, https \*:443:, certificate front\.example\.test \([0-9A-F]{8}\), 1 day left$/,
  );
});
