// report --fleet, as a person starts it: a folder of what servers have sent, to one text, one document, one page.

import { mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { HtmlValidate } from 'html-validate/node';
import { describe, expect, it } from 'vitest';
import { fleetInputs } from '../../../src/commands/look/fleet-inputs.ts';
import { gather } from '../../../src/commands/look/report.ts';
import { STATES } from '../../../src/fleet/fleet.ts';
import type { FleetDocument } from '../../../src/report/documents/fleet-document.ts';
import { filesOf } from '../../support/evidence-lab.ts';
import { newLab } from '../../support/new-lab.ts';
import { heal } from '../../support/program.ts';
import { STALE, STRANDED, UNREAD } from '../../support/samples.ts';
import { documentOf, guidOf, hoursAgo, sent, sentWith } from '../../support/sent-documents.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync('docs/schemas/report.schema.json', 'utf8')),
);

async function reported(files: Files, ...more: readonly string[]): Promise<FleetDocument & { readonly code: number }> {
  const { code, out } = await heal('report', '--fleet', temporaryFolder(files), '--json', ...more);
  const document = JSON.parse(out);
  expect(validate(document) ? [] : validate.errors).toEqual([]);
  expect(document.exitCode).toBe(code);
  expect(STATES.reduce((sum, state) => sum + document.counts[state], 0)).toBe(document.servers.length);
  return { ...document, code };
}

const states = ({ servers }: FleetDocument) => servers.map(({ name, state }) => `${name} ${state}`);
const whys = ({ notUnderstood }: FleetDocument) =>
  notUnderstood.map(({ place, why }) => `${place.replace(/^.*[\\/]/, '')}: ${why}`);

const withMark = (text: string, order: 'le' | 'be', mark: boolean): Buffer => {
  const bytes = Buffer.from(mark ? `\ufeff${text}` : text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
};

describe('report --fleet', () => {
  it('groups the faults of all servers, worst first', async () => {
    const document = await reported({
      'a.json': sent('A'),
      'b.json': sent('B', STRANDED),
      'c.json': sent('C', STRANDED),
      'd.json': sent('D', STALE),
      'e.json': sent('E', UNREAD),
    });
    expect(states(document)).toEqual(['B faulty', 'C faulty', 'D faulty', 'E unknown', 'A healthy']);
    expect(document.counts).toEqual({ servers: 5, faulty: 3, unknown: 1, stale: 0, healthy: 1, notUnderstood: 0 });
    expect(document.groups).toEqual([
      { playbook: 'stranded-key', code: 'key-stranded', severity: 'broken', servers: ['B', 'C'] },
      { playbook: 'stale-hash', code: 'no-such-certificate', severity: 'warning', servers: ['D'] },
    ]);
    expect(document.code).toBe(1);
  });

  it('names with each certificate every server that uses it, the next first', async () => {
    const document = await reported({ 'a.json': sent('A'), 'b.json': sent('B') });
    expect(document.certificates.length).toBeGreaterThan(0);
    expect(document.certificates.every(({ servers }) => servers.join() === 'A,B')).toBe(true);
    const times = document.certificates.map(({ notAfter }) => notAfter);
    expect(times).toEqual(times.toSorted());
    expect(document.servers[0]?.nextExpiry).toBe(document.certificates.find(({ expired }) => !expired)?.notAfter);
  });

  it.each([
    [{ 'a.json': sent('A') }, 0],
    [{ 'a.json': sent('A'), 'b.json': sent('B', STALE) }, 1],
    [{ 'a.json': sent('A'), 'b.json': sent('B', UNREAD) }, 4],
    [{ 'a.json': sent('A'), 'b.json': sent('B', undefined, 30) }, 4],
    [{ 'a.json': sent('A'), 'b.json': '' }, 4],
    [{}, 4],
  ])('ends as the worst of them: %#', async (files, code) => {
    expect((await reported(files)).code).toBe(code);
  });

  it.each([
    ['UTF-8 with a mark', Buffer.from(`\ufeff${sent('Ä')}`)],
    ['UTF-16 as PowerShell 5.1 writes it', withMark(sent('Ä'), 'le', true)],
    ['UTF-16 without a mark', withMark(sent('Ä'), 'le', false)],
    ['UTF-16, high byte first', withMark(sent('Ä'), 'be', true)],
    ['UTF-16, high byte first, without a mark', withMark(sent('Ä'), 'be', false)],
  ])('reads %s', async (_how, bytes) => {
    const document = await reported({ 'a.json': bytes });
    expect([states(document), document.code]).toEqual([['Ä healthy'], 0]);
  });

  it('judges an evidence folder among documents, and one that is named itself', async () => {
    const evidence = await filesOf(newLab({ faults: ['stale-hash'] }).disk);
    const inFolder = Object.fromEntries(Object.entries(evidence).map(([path, bytes]) => [`web1/${path}`, bytes]));
    const folder = temporaryFolder({ 'a.json': sent('A'), ...inFolder });
    const { code, out } = await heal('report', '--fleet', folder, '--json', '--stale', '999999');
    const document: FleetDocument = JSON.parse(out);
    expect([code, states(document)]).toEqual([1, ['LABSRV faulty', 'A healthy']]);
    expect(document.servers[0]).toMatchObject({ kind: 'evidence', place: join(folder, 'web1') });
    expect(document.groups.map(({ playbook }) => playbook)).toEqual(['stale-hash']);
    const alone = await heal('report', '--fleet', join(folder, 'web1'), '--json', '--stale', '999999');
    expect(states(JSON.parse(alone.out))).toEqual(['LABSRV faulty']);
    const page = join(temporaryFolder(), 'page.html');
    await heal('report', '--fleet', folder, '--html', page);
    expect(readFileSync(page, 'utf8')).toContain('Strip property 5506 of LM/W3SVC/1');
  });

  it('takes the look after a fix, and no fix that did not look again', async () => {
    const after = { ...documentOf('A') };
    const fix = { schema: 1, server: after.server, verdict: 'healed', plans: [], blocked: [], after, exitCode: 0 };
    const document = await reported({
      'a.json': JSON.stringify(fix),
      'b.json': JSON.stringify({ ...fix, after: null }),
      'c.json': JSON.stringify({ ...fix, after: documentOf('C'), exitCode: 6 }),
      'd.json': JSON.stringify({ schema: 1, runs: [], unattended: [] }),
    });
    expect(states(document)).toEqual(['C faulty', 'A healthy']);
    expect(whys(document)).toEqual([
      'b.json: a fix that did not look again: send what check --json says',
      'd.json: it has no chains: send what check --json says',
    ]);
  });

  it('names what it does not understand, each with its reason, and drops nothing', async () => {
    const folder = temporaryFolder({
      'a.json': sent('A'),
      'cut.json': sent('B').slice(0, 900),
      'list.json': '[]',
      'many.json': `{"schema":1,"chains":[${'{},'.repeat(1_000_000)}{}]}`,
      'notes.txt': 'hello',
      'off.json': '{ "notReached": "off" }',
      'odd.json': withMark(sent('C'), 'le', true).subarray(0, -3),
      'other.json': '{"schema":2,"chains":[]}',
      'worse.json': sentWith('D', { verdict: 'splendid' }),
      'late.json': sentWith('E', { collectedAt: 'yesterday' }),
    });
    mkdirSync(join(folder, 'empty'));
    symlinkSync(join(folder, 'a.json'), join(folder, 'link.json'));
    writeFileSync(join(folder, 'huge.json'), '');
    truncateSync(join(folder, 'huge.json'), 51 * 2 ** 20);
    const { code, out } = await heal('report', '--fleet', folder, '--json');
    const document: FleetDocument = JSON.parse(out);
    expect([code, states(document)]).toEqual([4, ['A healthy']]);
    expect(whys(document)).toEqual([
      'cut.json: it is no JSON, or cut off',
      expect.stringContaining('empty: '),
      'huge.json: it is larger than 50 MB',
      'late.json: its collectedAt is not what it should be',
      'link.json: it is a link or a device: neither is followed',
      'list.json: it is no document of ours',
      'many.json: it has more parts than any document of ours',
      'notes.txt: it is neither a .json file nor a folder of evidence',
      'odd.json: it is no JSON, or cut off',
      'off.json: the server was not reached, says whoever gathered these',
      'other.json: its schema is not 1',
      'worse.json: its verdict is not what it should be',
    ]);
  });

  it('does not take the page that it writes for one of them, and writes it whole or not at all', async () => {
    const folder = temporaryFolder({ 'a.json': sent('A') });
    const page = join(folder, 'fleet.html');
    for (let run = 0; run < 2; run++) expect((await heal('report', '--fleet', folder, '--html', page)).code).toBe(0);
    expect(readdirSync(folder)).toEqual(['a.json', 'fleet.html']);
    expect(readFileSync(page, 'utf8')).toMatch(/<\/html>\n$/);
    const refused = await heal('report', '--fleet', folder, '--html', join(folder, 'none', 'fleet.html'));
    expect(refused.code).toBe(2);
  });

  it('reads 10,000 files and folders, and says how many more there are', async () => {
    const folder = temporaryFolder();
    for (let index = 0; index < 10_003; index++) writeFileSync(join(folder, `${index}.json`), '');
    const { inputs, beyond } = await fleetInputs([folder, folder], undefined);
    expect([inputs.length, beyond]).toEqual([10_000, 3]);
    const { notUnderstood } = await gather(inputs.slice(0, 1), beyond, 24);
    expect(notUnderstood.map(({ place }) => place)).toEqual([join(folder, '0.json'), '3 more']);
  });

  it.each([
    [['report']],
    [['report', '--fleet', '/nowhere/at/all']],
    [['report', '--fleet', '.', '--stale', '0']],
    [['report', '--fleet', '.', '--stale', 'soon']],
  ])('%j is wrong usage', async (args) => {
    const { code, out, err } = await heal(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: .*\.\n$/);
  });
});

describe('which look counts', () => {
  it('is the newest of one server, in whatever order they come; the others are counted', async () => {
    const document = await reported({
      '1.json': sent('A', STALE, 5),
      '2.json': sent('A', undefined, 1),
      '3.json': sent('A', STRANDED, 9),
    });
    expect(states(document)).toEqual(['A healthy']);
    expect(document.servers[0]?.older).toBe(2);
  });

  it('is the worse of two at the same moment', async () => {
    const collectedAt = hoursAgo(1);
    const faulty = { ...documentOf('A', STALE), collectedAt };
    const files = [sentWith('A', { collectedAt }), JSON.stringify(faulty)];
    for (const [one = '', two = ''] of [files, files.toReversed()])
      expect(states(await reported({ '1.json': one, '2.json': two }))).toEqual(['A faulty']);
  });

  it('keeps two servers of one name apart, and two names with one MachineGuid', async () => {
    const document = await reported({
      '1.json': sent('A'),
      '2.json': sentWith('A', { server: { computer: 'A', machineGuid: guidOf('other') } }),
      '3.json': sentWith('B', { server: { computer: 'B', machineGuid: guidOf('A') } }),
    });
    expect(document.servers.map(({ name }) => name.replace(/\(.*[\\/]/, '('))).toEqual([
      'A (1.json)',
      'A (2.json)',
      'B',
    ]);
    expect(document.remarks).toEqual([
      { about: 'A', says: '2 servers have this name, and are told apart by their MachineGuid or file' },
      { about: 'A, B', says: expect.stringContaining('2 servers with one MachineGuid') },
    ]);
  });

  it('goes by the name where there is no MachineGuid, and by the file where there is neither', async () => {
    const document = await reported({
      '1.json': sentWith('A', { server: { computer: 'web1' } }),
      '2.json': sentWith('A', { server: { computer: 'WEB1' }, collectedAt: hoursAgo(2) }),
      '3.json': sentWith('A', { server: {} }),
      '4.json': sentWith('A', { server: { machineGuid: 'x'.repeat(36) } }),
    });
    expect(states(document)).toEqual(['3.json healthy', '4.json healthy', 'web1 healthy']);
  });

  it('is never one of the future where there is another, and alone that one is not healthy', async () => {
    const ahead = sent('A', undefined, -24 * 400);
    const both = await reported({ '1.json': ahead, '2.json': sent('A', STALE, 2) });
    expect(states(both)).toEqual(['A faulty']);
    expect(both.remarks.map(({ about, says }) => `${about.slice(-6)} ${says}`)).toEqual([
      expect.stringMatching(/^1.json .* in the future/),
    ]);
    const alone = await reported({ '1.json': ahead });
    expect([states(alone), alone.code]).toEqual([['A unknown'], 4]);
    expect(alone.servers[0]?.remarks).toEqual([expect.stringContaining('in the future')]);
  });

  it('is stale after 24 hours, or what --stale says; a fault is told however old it is', async () => {
    const files = {
      '1.json': sent('A', undefined, 23),
      '2.json': sent('B', undefined, 25),
      '3.json': sent('C', STALE, 90),
    };
    const usual = await reported(files);
    expect(states(usual)).toEqual(['C faulty', 'B stale', 'A healthy']);
    expect(usual.servers.map(({ stale }) => stale)).toEqual([true, true, false]);
    expect(states(await reported(files, '--stale', '48'))).toEqual(['C faulty', 'A healthy', 'B healthy']);
    expect(states(await reported(files, '--stale=0.5'))).toEqual(['C faulty', 'A stale', 'B stale']);
  });
});

describe('a document that says healthy', () => {
  const [chain] = documentOf('A').chains;
  const linkAs = (name: string, state: string) => [
    { ...chain, links: chain?.links.map((link) => (link.name === name ? { ...link, state } : link)) },
  ];
  it.each([
    ['faulty', 'names a fault', { findings: documentOf('A', STALE).findings }],
    ['faulty', 'has a broken link', { chains: linkAs('key', 'broken') }],
    ['faulty', 'has a link that will break', { chains: linkAs('site', 'warning') }],
    ['faulty', 'has a handshake that failed', { chains: linkAs('handshake', 'broken') }],
    ['faulty', 'ended with 1: a run is left', { exitCode: 1 }],
    ['unknown', 'ended with 4', { exitCode: 4 }],
    ['unknown', 'has an unknown link that decides', { chains: linkAs('certificate', 'unknown') }],
    ['unknown', 'has no chain', { chains: [] }],
    ['healthy', 'was not greeted', { chains: linkAs('handshake', 'unknown') }],
    ['healthy', 'has notes alone', { findings: [{ ...documentOf('A', STALE).findings[0], severity: 'note' }] }],
    ['healthy', 'has fields of a later version', { more: { than: ['today'] } }],
  ])('is %s where it %s', async (state, _where, changes) => {
    expect(states(await reported({ '1.json': sentWith('A', changes) }))).toEqual([`A ${state}`]);
  });

  it('is not understood without its chains, or with fewer than six links', async () => {
    const { chains: _none, ...rest } = documentOf('A');
    const document = await reported({
      '1.json': JSON.stringify(rest),
      '2.json': sentWith('A', { chains: [{ ...chain, links: chain?.links.slice(0, 5) }] }),
    });
    expect([states(document), document.notUnderstood.length, document.code]).toEqual([[], 2, 4]);
  });
});

describe('hostile documents', () => {
  const SCRIPT = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'&';
  const HIDDEN = 'a\u0090\u202eb\u0007\u200b';
  const LONG = 'x'.repeat(65_536);
  const hostile = (text: string, verdict = 'faulty') => {
    const [chain] = documentOf('A').chains;
    const [finding] = documentOf('A', STALE).findings;
    return sentWith('A', {
      verdict,
      server: { computer: text },
      summary: { says: text },
      version: text,
      chains: [
        {
          ...chain,
          site: { name: text },
          binding: { protocol: text, information: text },
          certificate: { ...chain?.certificate, subject: text },
          links: chain?.links.map((link) => ({
            ...link,
            name: text,
            says: text,
            code: text,
            source: text,
            state: 'note',
          })),
        },
      ],
      findings: [
        { ...finding, playbook: text, says: text, facts: [{ name: 'code', value: text }] },
        { ...finding, says: text, repair: { blocked: { why: text, who: text }, steps: [] } },
        { ...finding, says: text, repair: { title: text, risk: text, steps: [{ title: text, shown: text }] } },
      ],
      notChecked: [{ what: text, why: text }],
    });
  };

  it('send no markup, no hidden sign and no long name through, on the page, as text or as JSON', async () => {
    const files = {
      '1.json': hostile(SCRIPT),
      '2.json': hostile(HIDDEN),
      '3.json': hostile(LONG),
      '4.json': '{"schema":1',
    };
    const folder = temporaryFolder(files);
    const page = join(temporaryFolder(), 'fleet.html');
    const text = await heal('report', '--fleet', folder, '--html', page);
    const json = await heal('report', '--fleet', folder, '--json');
    const html = readFileSync(page, 'utf8');
    for (const each of [text.out, json.out, html]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\u200b]/.exec(each)?.[0]).toBe(undefined);
      expect(each).toContain('(cut: 65536 characters)');
      expect(each).not.toContain('x'.repeat(2001));
    }
    expect(html).not.toMatch(/<(script|img)/);
    const report = await new HtmlValidate({
      extends: ['html-validate:recommended', 'html-validate:a11y'],
    }).validateString(html);
    expect(
      report.results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)),
    ).toEqual([]);
    expect([text.code, json.code]).toEqual([1, 1]);
  });

  it('fill the page with no more than a part of what they send', async () => {
    const [chain] = documentOf('A').chains;
    const [finding] = documentOf('A', STALE).findings;
    const many = <Item>(item: (index: number) => Item) => Array.from({ length: 3000 }, (_none, index) => item(index));
    const folder = temporaryFolder({
      '1.json': sentWith('A', {
        chains: many((index) => ({
          ...chain,
          certificate: { ...chain?.certificate, thumbprint: index.toString(16).padStart(40, '0') },
          links: chain?.links.map((link) => ({ ...link, state: 'broken' })),
        })),
        findings: many((index) => ({ ...finding, playbook: `p${index}` })),
        notChecked: many(() => ({ what: 'w', why: 'y' })),
      }),
    });
    const page = join(folder, 'page.html');
    const { out } = await heal('report', '--fleet', folder, '--json', '--html', page);
    const document: FleetDocument = JSON.parse(out);
    expect([document.groups.length, document.certificates.length]).toEqual([200, 100]);
    expect(document.servers[0]).toMatchObject({ broken: 0, warnings: 3000, bindings: 3000 });
    expect(document.servers[0]?.remarks.join()).toContain('more kinds of fault');
    const html = readFileSync(page, 'utf8');
    for (const what of ['faults', 'bindings', 'parts that were not checked'])
      expect(html).toContain(`and 2950 more ${what}`);
  });
});

describe('the page', () => {
  it('shows every server folded, in valid HTML without a script', async () => {
    const folder = temporaryFolder({
      '1.json': sent('A'),
      '2.json': sent('B', STRANDED),
      '3.json': sent('C', UNREAD, 50),
      '4.json': sent('A', STALE, 3),
      '5.json': '{',
      ...Object.fromEntries(Array.from({ length: 12 }, (_none, index) => [`d${index}.json`, sent(`D${index}`, STALE)])),
    });
    const page = join(folder, 'page.html');
    const { out } = await heal('report', '--fleet', folder, '--html', page);
    const html = readFileSync(page, 'utf8');
    expect(out).toContain('Faulty: 13 of 15 servers. Stale: 1. Healthy: 1. Not understood: 1.');
    expect(html).toContain('Faulty: 13 of 15 servers. Stale: 1. Healthy: 1. Not understood: 1.');
    expect(html.match(/<details id="server-\d+">/g)?.length).toBe(15);
    expect(html).toContain('<summary>12 servers</summary>');
    expect(html).not.toContain('while this page was made');
    const report = await new HtmlValidate({
      extends: ['html-validate:recommended', 'html-validate:a11y'],
    }).validateString(html);
    expect(
      report.results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)),
    ).toEqual([]);
  });

  it('of an empty folder says that nothing was seen', async () => {
    const folder = temporaryFolder();
    const page = join(folder, 'page.html');
    const { code, out } = await heal('report', '--fleet', folder, '--html', page);
    expect([code, out.split('\n')[0]]).toEqual([4, expect.stringContaining('No server was seen.')]);
    expect(readFileSync(page, 'utf8')).toContain('<p>No server was seen.</p>');
  });
});
