// A folder as the world sends them: a user with umlauts, names in punycode, IPv6, 25 sites on one address, 200 store
// entries, and free text that some code page has turned to garbage.

import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../../src/lab/certificates/make-certificate.ts';
import { putEntry } from '../../src/lab/certificates/store.ts';
import { entryFrom } from '../../src/lab/certificates/store-entry.ts';
import { faultIds } from '../../src/lab/faults/faults.ts';
import { textValue } from '../../src/lab/registry/registry-values.ts';
import { renderDiagnosis } from '../../src/report/terminal/text.ts';
import { filesOf, folderDiagnosis } from '../support/evidence-lab.ts';
import { configText, newLab } from '../support/new-lab.ts';
import { sharedKey } from '../support/small-lab.ts';

const OWNER = 'Jürgen Größe';
const LIST = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';

const hosts = Array.from({ length: 24 }, (_none, number) => `kunde${number}.example.test`);
const sites = [
  ...hosts.map((host, number) => [number + 10, `*:443:${host}`, 1] as const),
  [50, '*:443:xn--gre-hna8e.example.test', 1] as const,
  [51, '[2001:db8::17]:8443:', 0] as const,
  [52, '[::]:9443:', 0] as const,
].map(([id, information, flags]) => {
  const binding = `<binding protocol="https" bindingInformation="${information}" sslFlags="${flags}" />`;
  return `<site name="Site ${id} Größe" id="${id}"><bindings>${binding}</bindings></site>`;
});

/** The server, with the key of its first site stranded in the profile of somebody with umlauts. */
function strangeServer() {
  const config = configText(newLab()).replace('</sites>', `${sites.join('')}</sites>`);
  const server = newLab({ config: Buffer.from(config), faults: [faultIds[0] ?? ''], keyPool: () => sharedKey(0) });
  for (let number = 0; number < 200; number += 1) {
    const names = [`other${number}.example.test`];
    const made = makeCertificate({
      names,
      notBefore: new Date('2024-01-01'),
      notAfter: new Date('2044-01-01'),
      key: sharedKey(0),
    });
    putEntry(server, 'MY', entryFrom(made.der, undefined, `Zertifikat Nr. ${number} \u0084\uFFFD`));
  }
  moveProfile(server);
  server.save();
  return server;
}

/** What Windows does when an account is called so from the start. */
function moveProfile({ registry, disk, facts }: ReturnType<typeof newLab>): void {
  const profile = `C:\\Users\\${OWNER}`;
  registry.setValue(`${LIST}\\${facts.owner.sid}`, 'ProfileImagePath', textValue(profile, 'REG_EXPAND_SZ'));
  for (const [path, bytes] of disk.files()) {
    if (!path.startsWith(`${facts.owner.profile}\\`)) continue;
    const moved = path.replace(facts.owner.profile, profile);
    disk.makeFolder(moved.slice(0, moved.lastIndexOf('\\')));
    disk.write(moved, bytes);
    disk.remove(path);
  }
}

/** Bytes of a code page that nobody knows, around what is read by its shape. */
const garbage = (bytes: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from([0x0d, 0x0a, 0x84, 0xff, 0x81, 0x20, 0xe1, 0x0d, 0x0a]),
    bytes,
    Buffer.from([0x94, 0x99, 0xfe]),
  ]);

describe('a strange folder', () => {
  it('is read right, and readable', async () => {
    const files = { ...(await filesOf(strangeServer().disk)) };
    for (const name of ['machine-guid.txt', 'os-build.txt', 'netsh-sslcert.txt', 'netsh-add-help.txt']) {
      const bytes = files[name];
      if (bytes !== undefined) files[name] = garbage(bytes);
    }
    const diagnosis = await folderDiagnosis(files);
    expect(diagnosis.chains).toHaveLength(2 + sites.length);
    expect(diagnosis.findings.map(({ playbook }) => playbook)).toEqual(['stranded-key']);
    const facts = Object.fromEntries(diagnosis.findings[0]!.facts.map(({ name, value }) => [name, value]));
    expect(facts.ownerName).toBe(OWNER);
    expect(facts.profilePath).toBe(`C:\\Users\\${OWNER}`);
    expect(facts.keyFile).toContain(`C:\\Users\\${OWNER}\\AppData`);
    const { storeMy } = diagnosis.evidence;
    expect(storeMy.known && storeMy.value.length).toBeGreaterThan(200);
    const names = diagnosis.chains.map(({ endpoint }) => endpoint.name);
    expect(names).toEqual(
      expect.arrayContaining(['xn--gre-hna8e.example.test:443', '[2001:db8::17]:8443', '[::]:9443']),
    );
    const healthy = diagnosis.chains.filter(({ links }) => links.slice(0, 5).every(({ state }) => state === 'ok'));
    expect(healthy).toHaveLength(diagnosis.chains.length - 1);
    const text = renderDiagnosis(diagnosis, '--from x', { color: false, width: 80, unicode: true });
    expect(text).toContain(OWNER);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});
