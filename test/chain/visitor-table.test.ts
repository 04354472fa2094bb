// Every kind of binding, with every record that it may meet, and everything that its visitors may have met: what is said of
// it stands in visitor-table.txt, for people to read and to judge. UPDATE_DOCS=1 writes it anew.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { shortThumbprint } from '../../src/chain/certificates/certificates.ts';
import { joinChains } from '../../src/chain/join.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { checkOutcome } from '../../src/diagnosis/outcome.ts';
import { visitedEndpoints } from '../../src/evidence/greet.ts';
import { endpointOfBinding } from '../../src/formats/http-sys/endpoint.ts';
import { exitCodeOf } from '../../src/model/run/run-outcome.ts';
import type { Evidence, Greeted, Greeting } from '../../src/model/server/evidence.ts';
import type { SslRecord } from '../../src/model/server/ssl-record.ts';
import { chainState } from '../../src/report/words/chain-state.ts';
import {
  capiKey,
  certificate,
  config,
  evidence,
  handshake,
  have,
  keyFile,
  keyFiles,
  record,
  serves,
  site,
} from '../support/evidence-folder.ts';

const BINDINGS = {
  all: ['*:443:www.example.test', 0],
  address: ['10.0.0.5:443:www.example.test', 0],
  SNI: ['*:443:www.example.test', 1],
  'wildcard SNI': ['*:443:*.example.test', 1],
  IPv6: ['[::]:443:www.example.test', 0],
  CCS: ['*:443:www.example.test', 2],
} as const;
const RECORDS = [
  'right',
  'absent',
  'other name',
  'gone certificate',
  'shadowed by address',
  'shadowed by [::]',
] as const;
/** `none made`: on a live server. `none kept`: in the folder of a collector that greets nobody, where five links decide. */
const MET = ['right', 'wrong', 'none made', 'none kept'] as const;

type Row = readonly [binding: keyof typeof BINDINGS, record: (typeof RECORDS)[number], met: (typeof MET)[number]];

const named = (seed: string, names: readonly string[]) =>
  certificate(seed, { key: capiKey({ container: `{${seed}}` }), facts: { names } });
const GOOD = named('good', ['www.example.test', '*.example.test']);
const OTHER = named('other', ['other.test']);
const THIRD = named('third', ['third.test']);
const GONE = named('gone', ['www.example.test']);

/** The record of the binding itself names this one. */
const ownCertificate = (what: Row[1]) => (what === 'other name' ? OTHER : what === 'gone certificate' ? GONE : GOOD);

function serverOf([kind, what]: Row): Evidence {
  const [information, flags] = BINDINGS[kind];
  const endpoint = endpointOfBinding(information, flags);
  if (!endpoint.ok) throw new Error(endpoint.error);
  const { table, name } = endpoint.value;
  const own = record(table, name, { thumbprint: table === 'ccs' ? '' : ownCertificate(what).thumbprint });
  const shadow = (at: string): SslRecord => record('ip', at, { thumbprint: THIRD.thumbprint });
  const shadows = {
    'shadowed by address': [shadow(kind === 'IPv6' ? '[2001:db8::5]:443' : '10.0.0.6:443')],
    'shadowed by [::]': kind === 'IPv6' ? [] : [shadow('[::]:443')],
  };
  const others = what === 'shadowed by address' || what === 'shadowed by [::]' ? shadows[what] : [];
  const stored = [GOOD, OTHER, THIRD];
  const files = stored.map(({ key }) => keyFile(key!, 'machine-capi'));
  return evidence({
    config: config([], [site(1, 'Web', [`https ${information} ${flags}`])]),
    addresses: have(['127.0.0.1', '::1', '10.0.0.5', '10.0.0.6', '2001:db8::5']),
    records: have(what === 'absent' ? [] : [own, ...others]),
    storeMy: have(stored),
    keyFiles: keyFiles(files),
    acls: have(new Map(files.map((path) => [path.toLowerCase(), 'O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)']))),
    handshakes: new Map(),
  });
}

/** As its visitors come, through the doors that they are greeted at. */
function metOn(row: Row): Evidence {
  const server = serverOf(row);
  const [kind, what, met] = row;
  if (met === 'none made') return server;
  if (met === 'none kept') return { ...server, recorded: true };
  const isShadowed = ({ address }: Greeting) =>
    what === 'shadowed by [::]'
      ? address.includes(':')
      : address === '10.0.0.6' || (kind === 'IPv6' && address === '2001:db8::5');
  const answer = (greeting: Greeting): Greeted => {
    const isHere = !what.startsWith('shadowed') || isShadowed(greeting);
    const got = met === 'wrong' && isHere ? THIRD : ownCertificate(what);
    const none = handshake({ outcome: 'no-tls', detail: 'ECONNRESET' });
    return { greeting, got: kind === 'CCS' && got === GONE ? none : serves(got.thumbprint) };
  };
  const doors = [...visitedEndpoints(server)].map(
    ([key, visited]) => [key, visited.doors.map(([first]) => answer(first as Greeting))] as const,
  );
  return { ...server, handshakes: new Map(doors) };
}

function judge(row: Row) {
  const given = metOn(row);
  const diagnosis = diagnose(given, playbooks);
  const [chain] = joinChains(given);
  if (chain === undefined) throw new Error('no chain');
  const telling = chain.links.filter(({ state }) => state !== 'ok' && state !== 'skipped');
  const said = telling.length > 0 ? telling : chain.links.slice(-1);
  return {
    row,
    chain,
    exit: exitCodeOf(checkOutcome(diagnosis)),
    state: chainState(chain),
    sentence: said.map(({ name, message }) => `${name}: ${message}`).join(' | '),
  };
}

const ROWS = (Object.keys(BINDINGS) as Row[0][]).flatMap((kind) =>
  RECORDS.filter((what) => kind !== 'IPv6' || what !== 'shadowed by [::]').flatMap((what) =>
    MET.map((met): Row => [kind, what, met]),
  ),
);
const judged = ROWS.map(judge);

/** Names in the place of thumbprints, which say nothing to a reader. */
const readable = (text: string): string =>
  Object.entries({ GOOD, OTHER, THIRD, GONE }).reduce(
    (all, [name, { thumbprint }]) => all.replaceAll(shortThumbprint(thumbprint), name),
    text,
  );

describe('what is said of a binding', () => {
  it('is what the table says', () => {
    const file = join(import.meta.dirname, 'visitor-table.txt');
    const lines = judged.map(({ row, exit, state, sentence }) => [...row, exit, state, readable(sentence)].join(' · '));
    const text = `${['binding', 'record', 'handshake', 'exit', 'chain', 'says'].join(' · ')}\n${lines.join('\n')}\n`;
    if (process.env.UPDATE_DOCS === '1') writeFileSync(file, text);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it.each(judged.map((each) => [each.row.join(', '), each] as const))('%s: is healthy only if seen', (_name, each) => {
    const [kind, what, met] = each.row;
    if (each.exit !== 0) return;
    expect(met).not.toBe('none made');
    const { links, greeted } = each.chain;
    expect(links.filter(({ state }) => state === 'broken' || state === 'warning')).toEqual([]);
    expect(links.slice(0, 4).filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(what).not.toBe('absent');
    // A certificate that is chosen by file name is seen by nobody but visitors.
    if (met === 'none kept') expect(kind).not.toBe('CCS');
    for (const { got } of greeted)
      expect(got.known && got.value.outcome === 'certificate' && got.value.thumbprint).toBe(GOOD.thumbprint);
    // One at the very address answers before all others, and [::] before 0.0.0.0 alone: a host name comes before both.
    const before = /SNI/.test(kind) ? /^shadowed by address/ : /^shadowed/;
    if (met === 'none kept' && kind !== 'address' && kind !== 'CCS') expect(what).not.toMatch(before);
  });

  it('is broken or a warning wherever somebody was seen to get another certificate than is meant, or none', () => {
    const wrong = judged.filter(({ chain }) =>
      chain.greeted.some(
        ({ got }) => got.known && got.value.outcome === 'certificate' && got.value.thumbprint === THIRD.thumbprint,
      ),
    );
    expect(wrong.length).toBeGreaterThan(30);
    for (const { row, exit } of wrong) expect([row, exit]).toEqual([row, 1]);
  });
});
