// Servers that were judged wrongly in the field, rebuilt in labs and read back from the folder that collect makes of them: what
// check says of each, and how it ends. Those that a lab cannot show are in test/playbooks/*-field.test.ts, by value.

import { describe, expect, it } from 'vitest';
import { checkOutcome } from '../../src/diagnosis/outcome.ts';
import { planningHere } from '../../src/model/repair/planning.ts';
import { exitCodeOf } from '../../src/model/run/run-outcome.ts';
import { makePlans } from '../../src/repair/planning/make-plans.ts';
import { renderDiagnosis } from '../../src/report/terminal/text.ts';
import { filesOf, folderDiagnosis } from '../support/evidence-lab.ts';
import { newLab } from '../support/new-lab.ts';
import { type Plant, plant, SITE } from '../support/plants.ts';
import { WIDE } from '../support/samples.ts';

type Files = Record<string, Uint8Array>;

async function told(files: Files) {
  const diagnosis = await folderDiagnosis(files);
  const text = renderDiagnosis(
    diagnosis,
    '',
    { ...WIDE, verbose: true },
    makePlans(diagnosis.found, planningHere(diagnosis.evidence)),
  );
  return { exit: exitCodeOf(checkOutcome(diagnosis)), text: text.replaceAll(/\s+/g, ' '), diagnosis };
}

async function filesWith(...plants: readonly Plant[]): Promise<Files> {
  const server = newLab();
  plant(server, ...plants);
  return filesOf(server.disk);
}

const without = (files: Files, ...names: readonly string[]): Files =>
  Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));

/** The folder of a person who pasted what netsh said, and could not export the registry. */
const pasted = (files: Files, netsh: string): Files => ({
  ...without(files, 'registry/http-parameters.reg', 'handshakes.json', 'addresses.txt'),
  'netsh-sslcert.txt': Buffer.from(netsh),
});

const HASH = '0123456789ABCDEF0123456789ABCDEF01234567';
const HEAD = 'SSL Certificate bindings:\r\n-------------------------\r\n\r\n';
const LIST = `    IP:port                      : 0.0.0.0:443\r\n    Certificate Hash             : ${HASH.toLowerCase()}\r\n`;

describe('a case of the field', () => {
  it.each<readonly [string, readonly Plant[], number, readonly string[]]>([
    ['address-of-another-server', ['foreign-address'], 0, ['Healthy: 2 of 2 https bindings.']],
    [
      'autoacme58-ccs-lost',
      ['central-record-lost'],
      1,
      ['has no SSL record for port 443', 'Add the SSL record of the central certificate store for port 443'],
    ],
    ['iiscommon31-renewal-served', ['renewal-linked'], 0, ['Healthy: ', 'the record still names']],
    ['keyspec-signature', ['signature-key'], 1, ['a key for signatures only', SITE]],
    [
      'no-abo-mapper-and-site-stopped',
      ['no-abo-mapper', 'site-stopped'],
      0,
      ['Healthy: 1 of 1 https binding.', 'stopped on purpose'],
    ],
    ['site-stopped-on-purpose', ['all-sites-stopped'], 0, ['every site here that has an https binding is stopped']],
    ['sni-falls-back', ['sni-record-lost'], 1, ['through the record of 0.0.0.0:443']],
    ['tpm-key-served', ['tpm-key'], 0, ['Healthy: ', 'http.sys has just used it']],
    ['w3svc-disabled', ['w3svc-disabled'], 1, ['W3SVC is disabled', 'read from registry/service-W3SVC.reg']],
    ['wrong-name-bound', ['wrong-name'], 1, ['does not have the name shop.example.test']],
  ])('%s', async (_case, plants, exit, words) => {
    const found = await told(await filesWith(...plants));
    expect(found.exit).toBe(exit);
    for (const each of words) expect(found.text).toContain(each);
  });

  it('address-of-another-server, in a folder of an earlier version: nobody knows whose the address is', async () => {
    const { exit, text } = await told(without(await filesWith('foreign-address'), 'addresses.txt', 'handshakes.json'));
    expect(exit).toBe(4);
    expect(text).toContain('it is not known whether 203.0.113.7 is an address of this server');
  });

  it('tpm-key-served, where nobody was greeted, is not known', async () => {
    const { exit } = await told(without(await filesWith('tpm-key'), 'handshakes.json'));
    expect(exit).toBe(4);
  });

  it.each([
    ['netsh-bc-backticks', `${HEAD}${LIST.replaceAll(/^ *(.*)\r$/gm, '`$1`\r')}`, 'was not understood'],
    [
      'netsh-only-one-endpoint',
      `netsh http show sslcert ipport=0.0.0.0:443\r\n\r\n${HEAD}${LIST}`,
      'asked for one endpoint and says nothing of the others',
    ],
  ])('%s', async (_case, netsh, words) => {
    const { exit, text } = await told(pasted(await filesWith(), netsh));
    expect([exit, text]).toEqual([4, expect.stringContaining(words)]);
    expect(text).not.toMatch(/lost-binding|healthy/);
  });

  it('idn-lab: a host name in Unicode is greeted by its A-labels', async () => {
    const binding = '<binding protocol="https" bindingInformation="*:443:www.müller.example" sslFlags="1" />';
    const config = `<configuration><system.applicationHost><sites><site name="Rad" id="1"><bindings>${binding}</bindings></site></sites></system.applicationHost></configuration>`;
    const { exit, text } = await told(await filesOf(newLab({ config: Buffer.from(config) }).disk));
    expect([exit, text]).toEqual([0, expect.stringContaining('Healthy: ')]);
  });
});

describe('a folder of an earlier version', () => {
  it('has one handshake for each endpoint, which is judged without knowing where it was made', async () => {
    const files = await filesWith();
    const lists = JSON.parse(Buffer.from(files['handshakes.json'] ?? []).toString()) as Record<string, object[]>;
    const older = Object.fromEntries(
      Object.entries(lists).map(([key, [first]]) => {
        const { outcome, thumbprint, protocol } = first as Record<string, string>;
        return [key, { outcome, thumbprint, protocol }];
      }),
    );
    const old = (text: object) => ({
      ...without(files, 'addresses.txt'),
      'handshakes.json': Buffer.from(JSON.stringify(text)),
    });
    const { exit, diagnosis } = await told(old(older));
    expect(exit).toBe(0);
    expect(diagnosis.chains.map(({ links }) => links.at(-1)?.state)).toEqual(['ok', 'ok']);
    const wrong = { ...older, 'sni shop.example.test:443': older['ip 0.0.0.0:443'] };
    expect((await told(old(wrong as object))).text).toContain('visitors get another certificate: labsrv.example.test');
  });
});
