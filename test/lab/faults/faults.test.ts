import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { callerOf } from '../../../src/lab/callers.ts';
import { deleteEntry, readStore, readUserStore } from '../../../src/lab/certificates/store.ts';
import { CONFIG_PATH } from '../../../src/lab/config/applied-config.ts';
import { changeIds, faultIds } from '../../../src/lab/faults/faults.ts';
import { LAB_IIS_APP_ID, readRecord, readRecords } from '../../../src/lab/http/http-sys.ts';
import { openKey } from '../../../src/lab/keys/keys.ts';
import type { ProgramResult } from '../../../src/lab/program.ts';
import { netsh } from '../../../src/lab/programs/netsh.ts';
import type { LabServer } from '../../../src/lab/server.ts';
import { rebootLab } from '../../../src/lab/services/reboot.ts';
import { restartIis } from '../../../src/lab/services/restart-iis.ts';
import { configText, eventsOf, newLab, served } from '../../support/new-lab.ts';

const SHOP = 'shop.example.test';
const ENTRY =
  '<property id="5506" dataType="Binary" userType="1" attributes="None" value="442jqCFFZ77jBhZ7QYHKXuK9drc=" />';

/** Deletes the record of 0.0.0.0:443 and adds it again, as an administrator would; the exit code of the add. */
function rebind(server: LabServer, who: 'owner' | 'system'): number {
  const { thumbprint } = readRecord(server, 'ip', '0.0.0.0:443')!;
  const run = (line: string) => netsh(line.split(' '), server, callerOf(server, who)) as ProgramResult;
  run('http delete sslcert ipport=0.0.0.0:443');
  const options = `certhash=${thumbprint} appid=${LAB_IIS_APP_ID} certstorename=MY`;
  return run(`http add sslcert ipport=0.0.0.0:443 ${options}`).exitCode;
}

describe('a healthy lab', () => {
  it('serves both sites, each with its own certificate, also after a restart and a reboot', async () => {
    const server = newLab();
    const [site, shop] = readRecords(server).map(({ thumbprint }) => thumbprint);
    expect(site).not.toBe(shop);
    for (const act of [() => {}, () => restartIis(server), () => rebootLab(server)]) {
      act();
      expect(await served(server)).toBe(site);
      expect(await served(server, SHOP)).toBe(shop);
    }
    expect(eventsOf(server, 'System')).toEqual([]);
    expect(eventsOf(server, 'Security')).toEqual([]);
  });
});

describe('stranded-key', () => {
  it('serves until the reboot, and not after it', async () => {
    const server = newLab({ faults: ['stranded-key'] });
    const { thumbprint } = readRecord(server, 'ip', '0.0.0.0:443')!;
    expect(await served(server)).toBe(thumbprint);
    rebootLab(server);
    expect(await served(server)).toBe('no-tls');
    expect(await served(server, SHOP)).toBe(readRecord(server, 'sni', `${SHOP}:443`)!.thumbprint);
    expect(eventsOf(server, 'System')).toEqual(['36870', '15021 0.0.0.0:443']);
    expect(eventsOf(server, 'Security')).toEqual(['5061']);
  });

  it('leaves the entry verbatim but for the machine flag, and the key in the profile of the owner', () => {
    const healthy = newLab();
    const server = newLab({ faults: ['stranded-key'] });
    const { thumbprint } = readRecord(server, 'ip', '0.0.0.0:443')!;
    const entry = readStore(server, 'MY')!.find((each) => each.thumbprint === thumbprint)!;
    expect(entry.key).toMatchObject({ flags: 0, type: 12, keySpec: 1 });
    expect([...entry.properties.keys()]).toEqual([...readStore(healthy, 'MY')![0]!.properties.keys()]);
    const opened = openKey(server, callerOf(server, 'owner'), entry.key!);
    expect(opened).toMatchObject({ ok: true, exportable: true });
    const folder = `C:\\Users\\olga\\AppData\\Roaming\\Microsoft\\Crypto\\RSA\\${server.facts.owner.sid}`;
    expect(opened.ok && opened.file.startsWith(`${folder}\\`)).toBe(true);
    for (const who of ['system', 'other-admin'] as const) {
      expect(openKey(server, callerOf(server, who), entry.key!)).toEqual({ ok: false, hresult: 0x80090016 });
    }
    expect(server.disk.list('C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys')!.files).toEqual([]);
    expect(readUserStore(server, server.facts.owner)).toEqual([]);
  });

  it('is relieved until the next reboot by a re-bind of the owner, not by one of SYSTEM', async () => {
    const server = newLab({ faults: ['stranded-key'] });
    rebootLab(server);
    const { thumbprint } = readRecord(server, 'ip', '0.0.0.0:443')!;
    expect(rebind(server, 'owner')).toBe(0);
    expect(await served(server)).toBe(thumbprint);
    rebootLab(server);
    expect(await served(server)).toBe('no-tls');
    expect(rebind(server, 'system')).toBe(1);
    expect(readRecord(server, 'ip', '0.0.0.0:443')).toBeUndefined();
  });

  it('serves on from memory even where the entry is taken out of the store', async () => {
    const server = newLab({ faults: ['stranded-key'] });
    const { thumbprint } = readRecord(server, 'ip', '0.0.0.0:443')!;
    deleteEntry(server, 'MY', thumbprint);
    expect(await served(server)).toBe(thumbprint);
    rebootLab(server);
    expect(await served(server)).toBe('no-tls');
    expect(eventsOf(server, 'System')).toEqual(['15021 0.0.0.0:443']);
  });
});

describe('stale-hash', () => {
  it('serves until the mapper runs, and not after it', async () => {
    const server = newLab({ faults: ['stale-hash'] });
    const { thumbprint } = readRecord(server, 'ip', '0.0.0.0:443')!;
    expect(await served(server)).toBe(thumbprint);
    restartIis(server);
    expect(await served(server)).toBe('no-tls');
    expect(readRecord(server, 'ip', '0.0.0.0:443')).toBeUndefined();
    expect(eventsOf(server, 'System')).toEqual(['15300 0.0.0.0:443']);
  });

  it('adds exactly the entry of the article', () => {
    const key = `            <key path="LM/W3SVC/1">\r\n                ${ENTRY}\r\n            </key>\r\n`;
    const opened = `<customMetadata>\r\n${key}        </customMetadata>`;
    const healthy = configText(newLab());
    expect(configText(newLab({ faults: ['stale-hash'] }))).toBe(healthy.replace('<customMetadata />', opened));
  });
});

describe('lost-binding', () => {
  it('loses the record of the last site, and logs that it was deleted', async () => {
    const server = newLab({ faults: ['lost-binding'] });
    const [record, ...rest] = readRecords(server);
    expect(rest).toEqual([]);
    expect(await served(server, SHOP)).toBe(record!.thumbprint);
    expect(eventsOf(server, 'System')).toEqual([`15300 ${SHOP}:443`]);
  });
});

describe('superseded-certificate', () => {
  it('leaves an expired certificate bound to the last site, whose renewal of the same names and issuer is beside it', async () => {
    const server = newLab({ faults: ['superseded-certificate'] });
    const { thumbprint } = readRecord(server, 'sni', `${SHOP}:443`)!;
    expect(await served(server, SHOP)).toBe(thumbprint);
    const all = readStore(server, 'MY')!.map(({ der, thumbprint }) => ({ x509: new X509Certificate(der), thumbprint }));
    const old = all.find((each) => each.thumbprint === thumbprint)!.x509;
    const [renewal, ...others] = all.filter(({ x509 }) => x509 !== old && x509.subjectAltName === old.subjectAltName);
    expect(others).toEqual([]);
    expect(renewal!.x509.issuer).toBe(old.issuer);
    const [clock, ends, begins] = [server.facts.clock, old.validTo, renewal!.x509.validFrom].map((at) =>
      Date.parse(at),
    );
    expect(ends!).toBeLessThan(clock!);
    expect(begins!).toBeLessThan(ends!);
    rebootLab(server);
    expect(await served(server, SHOP)).toBe(thumbprint);
  });

  it('befalls a site whose certificate is for its name, and is refused where there is none', () => {
    const wrong = newLab({ faults: ['wrong-name', 'superseded-certificate'] });
    const { thumbprint } = readRecord(wrong, 'ip', '0.0.0.0:443')!;
    expect(thumbprint).not.toBe(readRecord(wrong, 'sni', `${SHOP}:443`)!.thumbprint);
    const config = Buffer.from(
      '<configuration><system.applicationHost><sites><site name="a" id="1"><bindings>' +
        '<binding protocol="https" bindingInformation="*:443:*.b.example.test" sslFlags="1" /></bindings></site></sites></system.applicationHost></configuration>',
    );
    expect(readStore(newLab({ config, faults: ['superseded-certificate'] }), 'MY')).toHaveLength(2);
    expect(() => newLab({ config, faults: ['lost-binding', 'superseded-certificate'] })).toThrow(/^No .*\.$/);
  });
});

describe('faults together', () => {
  it.each([
    [['stranded-key', 'stale-hash', 'lost-binding']],
    [['lost-binding', 'stale-hash', 'stranded-key']],
    [['stale-hash', 'lost-binding', 'stranded-key']],
  ])('%s', (faults) => {
    const server = newLab({ faults });
    expect(readRecords(server).map(({ endpoint }) => endpoint)).toEqual(['0.0.0.0:443']);
    expect(configText(server)).toContain(ENTRY);
    const keys = readStore(server, 'MY')!.map(({ key }) => key!.flags);
    expect(keys.toSorted()).toEqual([0, 0x20]);
  });

  it('strands the only certificate even when its record is lost already', () => {
    const config = Buffer.from(
      '<configuration><system.applicationHost><sites><site name="a" id="1"><bindings>' +
        '<binding protocol="https" bindingInformation="*:443:" /></bindings></site></sites></system.applicationHost></configuration>',
    );
    const server = newLab({ config, faults: ['lost-binding', 'stranded-key'] });
    expect(readRecords(server)).toEqual([]);
    expect(readStore(server, 'MY')!.map(({ key }) => key!.flags)).toEqual([0]);
  });

  it('are refused by name, before anything is written', () => {
    expect(() => newLab({ faults: ['stale-hash', 'stalehash'] })).toThrow(
      `There is no fault "stalehash"; a lab knows ${[...faultIds, ...changeIds].join(', ')}.`,
    );
  });

  it('are refused where there is nothing to break', () => {
    const config = Buffer.from(
      '<configuration><system.applicationHost><sites /></system.applicationHost></configuration>',
    );
    for (const fault of ['stranded-key', 'stale-hash', 'lost-binding']) {
      expect(() => newLab({ config, faults: [fault] })).toThrow(/^(The|No) .*\.$/);
    }
  });
});

describe('the ABO mapper', () => {
  /** The default lab with these lines as its customMetadata. */
  function withMetadata(lines: (thumbprint: string, other: string) => string) {
    const server = newLab();
    const [site, shop] = readRecords(server).map(({ thumbprint }) => thumbprint);
    const section = `<customMetadata>${lines(base64(site!), base64(shop!))}</customMetadata>`;
    server.disk.write(CONFIG_PATH, Buffer.from(configText(server).replace('<customMetadata />', section)));
    restartIis(server);
    return { server, site, shop };
  }
  const base64 = (thumbprint: string) => Buffer.from(thumbprint, 'hex').toString('base64');
  const property = (id: number, value: string) => `<property id="${id}" value="${value}" />`;

  it('makes the record anew with a valid hash, without the settings of the old one', () => {
    const { server, shop } = withMetadata((_, other) => `<key path="/lm/w3svc/1/">${property(5506, other)}</key>`);
    expect(readRecord(server, 'ip', '0.0.0.0:443')).toMatchObject({ thumbprint: shop, flags: 0, checkMode: 0 });
    expect(eventsOf(server, 'System')).toEqual(['15300 0.0.0.0:443', '15301 0.0.0.0:443']);
  });

  it('takes the hash of LM/W3SVC for every site that has none of its own', () => {
    const { server, site, shop } = withMetadata(
      (one, two) =>
        `<key path="LM/W3SVC">${property(5506, one)}</key><key path="LM/W3SVC/1">${property(5506, two)}</key>`,
    );
    expect(readRecord(server, 'ip', '0.0.0.0:443')!.thumbprint).toBe(shop);
    expect(readRecord(server, 'sni', `${SHOP}:443`)!.thumbprint).toBe(site);
  });

  it('looks in the store that 5511 names', () => {
    const { server } = withMetadata(
      (one) => `<key path="LM/W3SVC/1">${property(5506, one)}${property(5511, 'WebHosting')}</key>`,
    );
    expect(readRecord(server, 'ip', '0.0.0.0:443')).toBeUndefined();
  });

  it.each(['', 'not base64!', 'AAAA', 'E38DA3A8214567BEE306167B4181CA5EE2BD76B7'])(
    '"%s" is an invalid hash',
    (value) => {
      const { server } = withMetadata(() => `<key path="LM/W3SVC/1">${property(5506, value)}</key>`);
      expect(readRecords(server).map(({ endpoint }) => endpoint)).toEqual([`${SHOP}:443`]);
    },
  );

  it('minds neither other keys nor comments, nor a configuration that it cannot read', () => {
    const { server } = withMetadata(
      (one) =>
        `<!-- <key path="LM/W3SVC/1">${property(5506, 'x')}</key> --><key path="LM/W3SVC/1/ROOT">${property(5506, 'x')}</key>` +
        `<key path="LM/W3SVC/9">${property(5506, one)}</key><key path="LM/W3SVC/1">${property(1018, '23')}</key>`,
    );
    expect(readRecords(server)).toHaveLength(2);
    server.disk.write(CONFIG_PATH, Buffer.from('<configuration>'));
    restartIis(server);
    expect(readRecords(server)).toHaveLength(2);
    expect(eventsOf(server, 'System')).toEqual([]);
  });

  it('is not there where IISADMIN is not installed or disabled', () => {
    for (const disable of [
      (server: LabServer) => server.registry.deleteKey(ADMIN),
      (server: LabServer) =>
        server.registry.setValue(ADMIN, 'Start', { type: 'REG_DWORD', data: Buffer.from([4, 0, 0, 0]) }),
    ]) {
      const server = newLab({ faults: ['stale-hash'] });
      disable(server);
      restartIis(server);
      expect(readRecords(server)).toHaveLength(2);
    }
  });
  const ADMIN = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\IISADMIN';
});
