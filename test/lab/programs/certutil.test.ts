import { createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { type CallerName, callerOf } from '../../../src/lab/callers.ts';
import { makeCertificate } from '../../../src/lab/certificates/make-certificate.ts';
import {
  entryFrom,
  findEntry,
  findUserEntry,
  type KeyProvInfo,
  MACHINE_KEYSET,
  putEntry,
  putUserEntry,
  readStore,
  type StoreEntry,
} from '../../../src/lab/certificates/store.ts';
import { PROPERTY, withProperty } from '../../../src/lab/certificates/store-entry.ts';
import { keyFileName, makeKey, openKey } from '../../../src/lab/keys/keys.ts';
import { setKeySddl } from '../../../src/lab/permissions/acls.ts';
import { runProgram } from '../../../src/lab/run.ts';
import type { LabFacts, LabServer } from '../../../src/lab/server.ts';
import { sharedKey, smallLab } from '../../support/small-lab.ts';

const SCHANNEL = { provider: 'Microsoft RSA SChannel Cryptographic Provider', type: 12, keySpec: 1 };
const KSP = { provider: 'Microsoft Software Key Storage Provider', type: 0, keySpec: 0 };
const PFX = 'C:\\Users\\olga\\kiosk.pfx';
const dates = { notBefore: new Date('2025-03-01T00:00:00Z'), notAfter: new Date('2035-03-01T13:05:00Z') };
const authority = makeCertificate({ names: ['Kiosk Issuing CA'], key: sharedKey(1), ...dates });
const issued = (name: string, number: number) =>
  makeCertificate({ names: [name], key: sharedKey(number), issuer: authority, ...dates }).der;
const web = issued('www.kiosk.example', 0);
const old = issued('old.kiosk.example', 2);
const WEB = new X509Certificate(web).fingerprint.replaceAll(':', '');

/** A server whose store MY holds the issuer, the web site's certificate and one without a key. */
function kiosk(webKey: KeyProvInfo, facts: Partial<LabFacts> = {}) {
  const server = smallLab(facts);
  const entries = [
    withProperty(
      entryFrom(authority.der, { ...KSP, container: 'kiosk-ca', flags: MACHINE_KEYSET }),
      PROPERTY.archived,
      Buffer.alloc(0),
    ),
    entryFrom(web, webKey, 'Kiosk web'),
    entryFrom(old),
  ];
  for (const entry of entries) putEntry(server, 'MY', entry);
  server.disk.makeFolder('C:\\Users\\olga');
  makeKey(server, {
    container: 'kiosk-ca',
    storage: 'cng',
    scope: 'machine',
    exportable: true,
    privateKey: sharedKey(1),
  });
  return server;
}

const web0 = { container: 'te-KioskWeb-0f6d', storage: 'capi', exportable: true, privateKey: sharedKey() } as const;

/** A machine key made by an enterprise enrolment: the entry names the key file itself. */
function enrolled(exportable: boolean, facts: Partial<LabFacts> = {}) {
  const container = keyFileName(web0.container, 'capi', smallLab().facts.machineGuid);
  const server = kiosk({ ...SCHANNEL, container, flags: MACHINE_KEYSET }, facts);
  makeKey(server, { ...web0, scope: 'machine', exportable });
  return server;
}

/** The fault of the article: the entry came to the machine's store, the key stayed with its owner. */
function dragged(exportable = true, facts: Partial<LabFacts> = {}) {
  const container = '{5D0AE1B2-77C4-4F39-A6E8-0B91C3D2F574}';
  const server = kiosk({ ...SCHANNEL, container, flags: 0 }, facts);
  makeKey(server, { ...web0, container, scope: server.facts.owner, exportable });
  return server;
}

interface Ran {
  readonly code: number;
  readonly lines: readonly string[];
}

function run(server: LabServer, caller: CallerName, ...args: readonly string[]): Ran {
  const result = runProgram(server, 'certutil', args, callerOf(server, caller));
  if (typeof result === 'string') throw new Error(result);
  expect(result.stderr).toHaveLength(0);
  const text = result.stdout.toString('latin1');
  expect(text.endsWith('\r\n')).toBe(true);
  return { code: result.exitCode, lines: text.split('\r\n').slice(0, -1) };
}

/** A line with what differs from machine to machine taken out: its label, blanks and kinds of value are left. */
function shape(line: string): string {
  return line
    .replace(/[0-9a-f]{32}_[0-9a-f-]{36}/g, '<key file>')
    .replace(/\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b/g, (digits) => `<${digits.length} digits>`)
    .replace(/(={16} Certificate |^Deleting Certificate |^Element )\d+/, '$1<n>');
}

function transcript(name: string): readonly string[] {
  const lines = readFileSync(`test/fixtures/transcripts/certutil-${name}.txt`, 'utf8').trimEnd().split('\n');
  expect(lines[0]).toMatch(/^# /);
  return lines.slice(1).map(shape);
}

/** The blocks of a store by subject: the store's own order follows the random thumbprints. */
function blocksBySubject(lines: readonly string[]): unknown {
  const text = lines.map(shape).join('\n');
  const blocks = text.split(/\n*(?=={16} Certificate )/);
  const last = blocks.length - 1;
  const [body, trailer] = (blocks[last] ?? '').split('\nCertUtil: ');
  const sorted = [...blocks.slice(1, last), body ?? ''].sort();
  return { header: blocks[0], blocks: sorted, trailer, emptyLines: lines.filter((line) => line === '').length };
}

function indexOf(server: LabServer, thumbprint: string): number {
  return (readStore(server, 'MY') ?? []).findIndex((entry) => entry.thumbprint === thumbprint);
}

describe('certutil -store prints what the transcripts show', () => {
  it('every certificate of a store', () => {
    const { code, lines } = run(enrolled(false), 'system', '-store', 'My');
    expect(code).toBe(0);
    expect(blocksBySubject(lines)).toEqual(blocksBySubject(transcript('store-my')));
  });

  it('one certificate whose key does not open', () => {
    const server = dragged();
    for (const caller of ['system', 'other-admin'] as const) {
      const { code, lines } = run(server, caller, '-store', 'my', WEB);
      expect(code).toBe(0);
      expect(lines.map(shape)).toEqual(transcript('store-my-no-key'));
      expect(lines[1]).toBe(`================ Certificate ${indexOf(server, WEB)} ================`);
    }
    expect(run(server, 'owner', '-store', 'my', WEB).lines.at(-2)).toBe('Encryption test passed');
  });

  it('none', () => {
    const { code, lines } = run(enrolled(true), 'owner', '-store', 'Root', '0'.repeat(40));
    expect(lines).toEqual(transcript('store-absent'));
    expect(code).toBe(0x80090011);
    expect(run(enrolled(true), 'owner', '-store', 'Nowhere').code).toBe(0x80070002);
  });

  it('verbosely, with the flags that tell whose key it is', () => {
    const server = kiosk({ ...SCHANNEL, container: '{5D0AE1B2-77C4-4F39-A6E8-0B91C3D2F574}', flags: MACHINE_KEYSET });
    makeKey(server, { ...web0, container: '{5d0ae1b2-77c4-4f39-a6e8-0b91c3d2f574}', scope: 'machine' });
    const { lines } = run(server, 'owner', '-v', '-store', 'My', WEB);
    expect(lines.slice(lines.findIndex((line) => line.startsWith('Cert Hash'))).map(shape)).toEqual(
      transcript('v-store-my'),
    );
    const draggedLines = run(dragged(), 'owner', '-v', '-store', 'My', WEB).lines;
    expect(draggedLines).toContain('  Flags = 0');
    expect(draggedLines.join()).not.toContain('CRYPT_MACHINE_KEYSET');
  });

  it("verbosely, a user's own store", () => {
    const server = smallLab();
    const { owner } = server.facts;
    const container = 'te-kiosk-41d7';
    makeKey(server, { ...web0, container, storage: 'cng', scope: owner });
    putUserEntry(server, owner, entryFrom(web, { ...KSP, container, flags: 0 }));
    const { lines } = run(server, 'owner', '-user', '-v', '-store', 'My');
    const expected = transcript('v-user-store-my');
    const start = lines.indexOf('  CERT_KEY_PROV_INFO_PROP_ID(2):');
    expect(lines.slice(start, start + expected.length).map(shape)).toEqual(expected);
    expect(run(server, 'other-admin', '-user', '-store', 'My').lines).toHaveLength(2);
  });
});

describe('certutil -exportPFX', () => {
  it('prints the new layout on a new build', () => {
    const { code, lines } = run(
      enrolled(true, { osBuild: 20348 }),
      'owner',
      '-f',
      '-p',
      'pw',
      '-exportpfx',
      'My',
      WEB,
      PFX,
    );
    expect(lines.map(shape)).toEqual(transcript('exportpfx-2022'));
    expect(code).toBe(0);
  });

  it("exports a dragged certificate in its owner's session, and nobody else's", () => {
    const server = dragged();
    for (const caller of ['system', 'other-admin'] as const) {
      const { code, lines } = run(server, caller, '-p', 'pw', '-exportPFX', 'My', WEB, PFX);
      expect(lines.slice(-2)).toEqual(transcript('exportpfx-keyset'));
      expect(code).toBe(0x80090016);
    }
    expect(server.disk.read(PFX)).toBeUndefined();

    expect(run(server, 'owner', '-p', 'pw', '-exportPFX', 'My', WEB, PFX, 'NoChain').code).toBe(0);
    const pfx = open(server.disk.read(PFX), 'pw');
    expect(pfx.certificates).toEqual([web]);
    expect(pfx.publicKey).toEqual(createPublicKey(sharedKey()));
  });

  it('adds the issuers that the machine knows, unless told not to', () => {
    const server = dragged();
    putEntry(server, 'Root', entryFrom(authority.der));
    run(server, 'owner', '-p', 'pw', '-exportPFX', WEB, PFX);
    expect(open(server.disk.read(PFX), 'pw').certificates).toEqual([web, authority.der]);
    run(server, 'owner', '-f', '-p', 'pw', '-exportPFX', 'My', WEB, PFX, 'NoRoot');
    expect(open(server.disk.read(PFX), 'pw').certificates).toEqual([web]);
  });

  it('fails as Windows does', () => {
    const server = dragged();
    const export_ = (...args: string[]) => run(server, 'owner', '-p', 'pw', '-exportPFX', 'My', ...args).code;
    expect(run(dragged(false), 'owner', '-p', 'pw', '-exportPFX', 'My', WEB, PFX).code).toBe(0x8009000b);
    expect(export_(new X509Certificate(old).fingerprint.replaceAll(':', ''), PFX)).toBe(0x80092004);
    expect(export_('0'.repeat(40), PFX)).toBe(0x80090011);
    expect(export_(WEB, 'C:\\nowhere\\x.pfx')).toBe(0x80070003);
    expect(export_(WEB, PFX, 'NoSuchModifier')).toBe(0x80070057);
    server.disk.write(PFX, Buffer.from('mine'));
    expect(export_(WEB, PFX)).toBe(0x80070050);
    expect(server.disk.read(PFX)?.toString()).toBe('mine');
    server.disk.write('C:\\held.json', Buffer.from(JSON.stringify({ held: [PFX] })));
    expect(run(server, 'owner', '-f', '-p', 'pw', '-exportPFX', 'My', WEB, PFX).code).toBe(0x80070020);
  });

  it('waits for a console without -p, once it knows that there is something to protect', () => {
    const server = dragged();
    const args = ['-exportPFX', 'My', WEB, PFX];
    expect(runProgram(server, 'certutil', args, callerOf(server, 'owner'))).toBe('hangs');
    expect(run(server, 'system', ...args).code).toBe(0x80090016);
  });

  it('writes AES when asked, from build 17763 on', () => {
    const aes = ['-p', 'pw', '-exportPFX', 'My', WEB, PFX, 'CryptoAlgorithm=Aes256-Sha256'];
    const server = dragged();
    expect(run(server, 'owner', ...aes).code).toBe(0);
    expect(open(server.disk.read(PFX), 'pw').publicKey).toEqual(createPublicKey(sharedKey()));
    expect(run(dragged(true, { osBuild: 14393 }), 'owner', ...aes).code).toBe(0x80070057);

    const older = smallLab({ osBuild: 14393 });
    older.disk.write('C:\\k.pfx', server.disk.read(PFX)!);
    expect(run(older, 'owner', '-p', 'pw', '-importPFX', 'C:\\k.pfx').code).toBe(0x80070056);
  });
});

describe('certutil -importPFX', () => {
  const exported = () => {
    const server = dragged();
    run(server, 'owner', '-p', 'pw', '-exportPFX', 'My', WEB, PFX);
    return server;
  };

  it('makes a machine key and an entry that points at it', () => {
    const server = exported();
    run(server, 'owner', '-delstore', 'My', WEB);
    const { code, lines } = run(server, 'owner', '-f', '-p', 'pw', '-importPFX', 'My', PFX, 'AT_KEYEXCHANGE');
    expect(lines).toEqual([
      'Certificate "www.kiosk.example" added to store.',
      '',
      'CertUtil: -importPFX command completed successfully.',
    ]);
    expect(code).toBe(0);
    const entry = findEntry(server, 'MY', WEB);
    expect(entry).toMatchObject({ friendlyName: 'Kiosk web', key: { ...SCHANNEL, flags: MACHINE_KEYSET } });
    const opened = openKey(server, callerOf(server, 'system'), entry!.key!);
    expect(opened).toMatchObject({ ok: true, exportable: true });
    expect(opened.ok && opened.file).toMatch(
      /^C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\[0-9a-f]{32}_5c0f/,
    );
  });

  it('keeps the old key link over an entry that was not deleted', () => {
    const server = exported();
    const before = findEntry(server, 'MY', WEB)?.key;
    expect(run(server, 'owner', '-f', '-p', 'pw', '-importPFX', 'My', PFX, 'AT_KEYEXCHANGE').code).toBe(0);
    expect(findEntry(server, 'MY', WEB)?.key).toEqual(before);
  });

  it('goes where the options say', () => {
    const server = exported();
    run(server, 'owner', '-delstore', 'My', WEB);
    run(server, 'owner', '-p', 'pw', '-csp', KSP.provider.toUpperCase(), '-importPFX', 'WebHosting', PFX, 'NoExport');
    const machine = findEntry(server, 'webhosting', WEB)!;
    expect(machine.key).toMatchObject({ ...KSP, flags: MACHINE_KEYSET });
    expect(openKey(server, callerOf(server, 'system'), machine.key!)).toMatchObject({ exportable: false });

    run(server, 'other-admin', '-user', '-p', 'pw', '-importPFX', PFX, 'NoRoot');
    const own = findUserEntry(server, server.facts.otherAdmin, WEB)!;
    expect(own.key).toMatchObject({ provider: 'Microsoft Enhanced Cryptographic Provider v1.0', type: 1, flags: 0 });
    expect(openKey(server, callerOf(server, 'other-admin'), own.key!)).toMatchObject({ ok: true });
    expect(openKey(server, callerOf(server, 'system'), own.key!)).toMatchObject({ ok: false });
    expect(findEntry(server, 'MY', WEB)).toBeUndefined();
  });

  it('fails as Windows does, and changes nothing then', () => {
    const server = exported();
    server.disk.write('C:\\junk.pfx', Buffer.from('not a PFX'));
    server.save();
    const before = server.disk.files();
    const wrong = run(server, 'owner', '-p', 'wrong', '-importPFX', 'My', PFX);
    expect(wrong).toEqual({ code: 0x80070056, lines: transcript('importpfx-password') });
    const tpm = run(server, 'owner', '-csp', 'Microsoft Platform Crypto Provider', '-p', 'pw', '-importPFX', PFX);
    expect(tpm).toEqual({ code: 0x80090029, lines: transcript('importpfx-tpm') });
    expect(run(server, 'owner', '-p', 'pw', '-importPFX', 'My', 'C:\\junk.pfx').code).toBe(0x8007000d);
    expect(run(server, 'owner', '-p', 'pw', '-importPFX', 'My', 'C:\\absent.pfx').code).toBe(0x80070002);
    expect(runProgram(server, 'certutil', ['-importPFX', PFX], callerOf(server, 'owner'))).toBe('hangs');
    const unelevated = { ...callerOf(server, 'owner'), elevated: false };
    expect(runProgram(server, 'certutil', ['-p', 'pw', '-importPFX', PFX], unelevated)).toMatchObject({
      exitCode: 0x80070005,
    });
    server.save();
    expect(server.disk.files()).toEqual(before);
  });

  it('reads what openssl and others write: a key whose certificate is not the first', () => {
    const server = smallLab();
    const certificates = [authority.der, web].map((der) =>
      forge.pki.certificateFromPem(new X509Certificate(der).toString()),
    );
    const key = forge.pki.privateKeyFromPem(sharedKey().export({ type: 'pkcs8', format: 'pem' }).toString());
    const der = forge.asn1.toDer(forge.pkcs12.toPkcs12Asn1(key, certificates, 'pw')).getBytes();
    server.disk.write('C:\\k.pfx', Buffer.from(der, 'latin1'));
    expect(run(server, 'owner', '-p', 'pw', '-importPFX', 'C:\\k.pfx').code).toBe(0);
    expect(thumbprints(readStore(server, 'MY'))).toEqual([WEB]);
    expect(thumbprints(readStore(server, 'Root'))).toEqual([entryFrom(authority.der).thumbprint]);
  });
});

describe('certutil -delstore and -addstore', () => {
  it('delete one entry and leave its key', () => {
    const server = dragged();
    const before = server.disk.files();
    const { code, lines } = run(server, 'other-admin', '-delstore', 'my', WEB);
    expect(lines.map(shape)).toEqual(transcript('delstore'));
    expect(lines[1]?.endsWith(WEB.toLowerCase())).toBe(true);
    expect(code).toBe(0);
    expect(findEntry(server, 'MY', WEB)).toBeUndefined();
    expect(server.disk.files()).toEqual(before);
  });

  it('call an absent one a success', () => {
    const { code, lines } = run(dragged(), 'owner', '-delstore', '-user', 'Root', '0'.repeat(40));
    expect({ code, lines }).toEqual({ code: 0, lines: transcript('delstore-absent') });
  });

  it('add a certificate without a key', () => {
    const server = smallLab();
    server.disk.write('C:\\k.cer', Buffer.from(new X509Certificate(web).toString()));
    expect(run(server, 'owner', '-addstore', 'My', 'C:\\k.cer').code).toBe(0);
    expect(findEntry(server, 'MY', WEB)?.key).toBeUndefined();
    expect(run(server, 'owner', '-addstore', 'My', 'C:\\k.cer').lines[1]).toContain('already in store');
    server.disk.write('C:\\k.cer', Buffer.from('junk'));
    expect(run(server, 'owner', '-addstore', 'My', 'C:\\k.cer').code).toBe(0x8007000d);
  });
});

describe('certutil -repairstore', () => {
  it('links a machine key that the entry does not name', () => {
    const server = smallLab();
    makeKey(server, {
      container: 'kiosk-ca',
      storage: 'cng',
      scope: 'machine',
      exportable: true,
      privateKey: sharedKey(1),
    });
    putEntry(server, 'MY', entryFrom(authority.der, { ...KSP, container: 'kiosk-ca', flags: 0 }));
    const { code, lines } = run(server, 'owner', '-f', '-repairstore', '-csp', KSP.provider, 'my', 'Kiosk Issuing');
    expect(lines.map(shape)).toEqual(transcript('repairstore'));
    expect(code).toBe(0);
    expect(readStore(server, 'MY')?.[0]?.key?.flags).toBe(MACHINE_KEYSET);
  });

  it("does not find a key in a user's keyset", () => {
    const server = dragged();
    const before = findEntry(server, 'MY', WEB);
    expect(run(server, 'owner', '-repairstore', 'My', WEB).code).toBe(0x80090011);
    expect(findEntry(server, 'MY', WEB)).toEqual(before);
  });

  it("sets the key's descriptor", () => {
    const server = enrolled(true);
    const { key } = findEntry(server, 'MY', WEB)!;
    const opened = openKey(server, callerOf(server, 'owner'), key!);
    setKeySddl(server, opened.ok ? opened.file : '', `D:PAI(A;;FA;;;${server.facts.owner.sid})`);
    expect(openKey(server, callerOf(server, 'system'), key!)).toEqual({ ok: false, hresult: 0x80090010 });
    expect(run(server, 'owner', '-repairstore', 'My', WEB, 'D:PAI(A;;GA;;;BA)(A;;GA;;;SY)').code).toBe(0);
    expect(openKey(server, callerOf(server, 'system'), key!).ok).toBe(true);
  });

  it('sets the properties that an INF says, as the documentation writes one, and looks for no key', () => {
    const server = dragged();
    const inf = (text: string) => server.disk.write('C:\\some.inf', Buffer.from(text.replaceAll('\n', '\r\n')));
    const told = () => run(server, 'owner', '-silent', '-repairstore', 'My', WEB, 'C:\\some.inf').code;
    expect(told()).toBe(0x80070002);
    inf(`[Properties]
     11 = "{text}Friendly Name" ; Add friendly name property
     2 = "{text}" ; Add Key Provider Information property
       _continue_ = "Container=Container Name&"
       _continue_ = "Provider=Microsoft Strong Cryptographic Provider&"
       _continue_ = "ProviderType=1&"
       _continue_ = "Flags=32&"
       _continue_ = "KeySpec=2"
`);
    expect(told()).toBe(0);
    expect(findEntry(server, 'MY', WEB)).toMatchObject({
      friendlyName: 'Friendly Name',
      key: {
        container: 'Container Name',
        provider: 'Microsoft Strong Cryptographic Provider',
        type: 1,
        flags: 32,
        keySpec: 2,
      },
    });
    inf('[Properties]\n11 =\n');
    expect(told()).toBe(0);
    expect(findEntry(server, 'MY', WEB)?.friendlyName).toBe('');
    inf('[Properties]\n127 = "{hex}"\n  _continue_ = "00 01 0a"\n');
    expect(told()).toBe(0);
    expect(findEntry(server, 'MY', WEB)?.properties.get(127)).toEqual(Buffer.from([0, 1, 10]));
    for (const bad of [
      '',
      '[Properties]\n',
      '[Properties]\n2 = "{text}Container=a"\n',
      '[Properties]\n127 = "{hex}0"\n',
    ]) {
      inf(bad);
      expect(told()).toBe(0x80070057);
    }
  });

  it('leaves a link that is there, or asks where no key fits, in a lab that is told so', () => {
    const made = (unknowns: LabFacts['unknowns']) => {
      const server = smallLab({ ...(unknowns && { unknowns }) });
      putEntry(server, 'MY', entryFrom(authority.der, { ...KSP, container: 'wrong', flags: 0 }));
      return server;
    };
    const asking = made({ 'repair-without-a-key': 'asks' });
    const search = ['-silent', '-repairstore', 'My', 'Kiosk Issuing'];
    expect(runProgram(asking, 'certutil', search, callerOf(asking, 'owner'))).toBe('hangs');
    for (const [answer, flags] of [
      ['rewritten', MACHINE_KEYSET],
      ['left-alone', 0],
    ] as const) {
      const server = made({ 'repair-of-a-link': answer });
      makeKey(server, {
        container: 'kiosk-ca',
        storage: 'cng',
        scope: 'machine',
        exportable: true,
        privateKey: sharedKey(1),
      });
      expect(run(server, 'owner', ...search).code).toBe(0);
      expect(readStore(server, 'MY')?.[0]?.key?.flags).toBe(flags);
    }
  });
});

describe('certutil -key, -delkey and -dump', () => {
  it('list and delete containers', () => {
    const server = dragged();
    makeKey(server, { ...web0, scope: 'machine' });
    expect(run(server, 'owner', '-key').lines).toContain('  te-KioskWeb-0f6d');
    expect(run(server, 'owner', '-user', '-key').lines).toContain('  {5D0AE1B2-77C4-4F39-A6E8-0B91C3D2F574}');
    expect(run(server, 'owner', '-delkey', 'TE-kioskweb-0F6D').code).toBe(0);
    const again = run(server, 'owner', '-delkey', 'te-KioskWeb-0f6d');
    expect(again).toEqual({ code: 0x80090016, lines: transcript('delkey-absent') });
    expect(run(server, 'owner', '-csp', KSP.provider, '-delkey', 'kiosk-ca').code).toBe(0);
  });

  it('show what is in a PFX', () => {
    const server = dragged();
    putEntry(server, 'Root', entryFrom(authority.der));
    run(server, 'owner', '-p', 'pw', '-exportPFX', 'My', WEB, PFX);
    expect(run(server, 'owner', '-p', 'pw', '-dump', PFX).lines.map(shape)).toEqual(transcript('dump-pfx'));
  });
});

describe('the command line', () => {
  it('is refused as a whole where a word is not known, with nothing done', () => {
    const server = dragged();
    for (const args of [
      ['-storee', 'My'],
      ['-exportPFX', 'My'],
      ['-delstore', 'My', WEB, 'x'],
      ['-store', '-p'],
    ]) {
      expect(run(server, 'owner', ...args).code).toBe(0x80070057);
    }
    // An en dash, as a web page makes of a hyphen: an operand of -dump, as it would be on Windows.
    expect(run(server, 'owner', '\u2013delstore').code).toBe(0x80070002);
    expect(findEntry(server, 'MY', WEB)).toBeDefined();
  });

  it('takes slashes and any case', () => {
    expect(run(dragged(), 'owner', '/STORE', 'MY', WEB).lines.at(-1)).toBe(
      'CertUtil: -store command completed successfully.',
    );
  });
});

describe('told failures', () => {
  it('strike on their call, and only once', () => {
    const told = [
      { program: 'certutil', argument: '-delstore', nth: 2, act: 'nothing' as const },
      { program: 'certutil', argument: '', nth: 5, act: 'missing' as const },
      { program: 'certutil', argument: '-store', nth: 1, act: 'fail' as const, exitCode: 7 },
      { program: 'certutil', argument: '-dump', nth: 1, act: 'hang' as const },
    ];
    const server = dragged(true, { told });
    const owner = callerOf(server, 'owner');
    const start = (...args: string[]) => runProgram(server, 'certutil', args, owner);
    expect(start('-delstore', 'My', '0'.repeat(40))).toMatchObject({ exitCode: 0 });
    expect(start('-delstore', 'My', WEB)).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) });
    expect(findEntry(server, 'MY', WEB)).toBeDefined();
    expect(start('-store', 'My')).toMatchObject({ exitCode: 7 });
    expect(start('-dump')).toBe('hangs');
    expect(start('-store', 'My')).toBe('missing');
    expect(server.facts.told).toEqual([]);
    expect(start('-delstore', 'My', WEB)).toMatchObject({ exitCode: 0 });
    expect(findEntry(server, 'MY', WEB)).toBeUndefined();
    expect(runProgram(server, 'no-such-program', [], owner)).toBe('missing');
  });
});

function thumbprints(entries: readonly StoreEntry[] | undefined): readonly string[] {
  return (entries ?? []).map(({ thumbprint }) => thumbprint);
}

/** Reads a PFX with node-forge itself. */
function open(bytes: Buffer | undefined, password: string) {
  const pfx = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes!.toString('latin1')), true, password);
  const { certBag, pkcs8ShroudedKeyBag } = forge.pki.oids as Record<string, string>;
  const bags = (type: string) => pfx.getBags({ bagType: type })[type] ?? [];
  return {
    certificates: bags(certBag!).map(({ cert }) => new X509Certificate(forge.pki.certificateToPem(cert!)).raw),
    publicKey: createPublicKey(forge.pki.privateKeyToPem(bags(pkcs8ShroudedKeyBag!)[0]!.key!)),
  };
}
