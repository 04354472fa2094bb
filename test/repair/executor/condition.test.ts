import { beforeAll, describe, expect, it } from 'vitest';
import { digest } from '../../../src/chain/memory/fingerprint.ts';
import { encodeEntry, putEntry, readStore, type StoreEntry } from '../../../src/lab/certificates/store.ts';
import { PROPERTY, withProperty } from '../../../src/lab/certificates/store-entry.ts';
import { CONFIG_PATH } from '../../../src/lab/config/applied-config.ts';
import { encodeKeyProvInfo } from '../../../src/lab/keys/key-prov-info.ts';
import { openLab } from '../../../src/lab/open.ts';
import { setKeySddl } from '../../../src/lab/permissions/acls.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import type { Condition } from '../../../src/model/repair/plan.ts';
import type { StoreCertificate } from '../../../src/model/server/certificate.ts';
import { known, unknown } from '../../../src/model/server/known.ts';
import type { SslRecord } from '../../../src/model/server/ssl-record.ts';
import { holdsNow } from '../../../src/repair/executor/condition.ts';
import { presentState } from '../../../src/repair/executor/present-state.ts';
import { diagnoseLab, failure, labDisk, machineOn, tell } from '../../support/run-lab.ts';

const disk = labDisk();
const machine = machineOn(disk);
let front: SslRecord;
let shop: SslRecord;
let entry: StoreCertificate;
let named: { readonly store: string; readonly thumbprint: string };

beforeAll(async () => {
  const { evidence } = await diagnoseLab(machine);
  [front, shop] = evidence.records.known ? (evidence.records.value as [SslRecord, SslRecord]) : [front, shop];
  [entry = entry] = evidence.storeMy.known ? evidence.storeMy.value : [];
  named = { store: 'MY', thumbprint: entry.thumbprint };
});

const absent = { store: 'MY', thumbprint: '0'.repeat(40) };

const holds = async (condition: Condition, on = machine) => {
  const result = await holdsNow(condition, on);
  return result.known ? result.value : result.why;
};

describe('a record', () => {
  it('is what it is, every setting compared', async () => {
    expect(await holds({ kind: 'record-is', record: front })).toBe(true);
    expect(await holds({ kind: 'record-is', record: shop })).toBe(true);
    const changes: readonly Partial<SslRecord>[] = [
      { thumbprint: shop.thumbprint },
      { appId: '{00000000-0000-0000-0000-000000000000}' },
      { store: 'WebHosting' },
      { checkMode: 0 },
      { freshnessTime: 1 },
      { urlTimeout: 0 },
      { ctlIdentifier: 'x' },
      { ctlStore: 'x' },
      { flags: 0 },
      { notUnderstood: ['x'] },
      { endpoint: { table: 'ip', name: '0.0.0.0:444' } },
    ];
    for (const change of changes)
      expect(await holds({ kind: 'record-is', record: { ...front, ...change } })).toBe(false);
  });

  it('is the same with its store in another spelling, or with its settings in another order', async () => {
    for (const store of ['', 'my', 'My'])
      expect(await holds({ kind: 'record-is', record: { ...front, store } })).toBe(true);
    const { endpoint, ...settings } = front;
    expect(await holds({ kind: 'record-is', record: { ...settings, endpoint } })).toBe(true);
  });

  it('is absent or not', async () => {
    expect(await holds({ kind: 'record-absent', endpoint: front.endpoint })).toBe(false);
    expect(await holds({ kind: 'record-absent', endpoint: { table: 'sni', name: front.endpoint.name } })).toBe(true);
  });
});

describe('a service', () => {
  const is = (running: boolean, service = 'W3SVC'): Condition => ({ kind: 'service-is', service, running });

  it('runs or stands still, and does neither on its way', async () => {
    const own = labDisk({ faults: ['not-listening'] });
    for (const [condition, holding] of [
      [is(true), false],
      [is(false), true],
      [is(true, 'HTTP'), true],
    ] as const)
      expect(await holds(condition, machineOn(own))).toBe(holding);
    const starting: Machine = {
      ...machine,
      run: async (command, secrets) => {
        const ran = await machine.run(command, secrets);
        if (command.program !== 'sc' || !ran.started) return ran;
        return { ...ran, stdout: Buffer.from(String(ran.stdout).replace('4  RUNNING', '2  START_PENDING')) };
      },
    };
    for (const running of [true, false]) expect(await holds(is(running), starting)).toBe(false);
    expect(await presentState(is(true), starting)).toBe('the service W3SVC is now in state 2');
  });

  it('is not known where it was not asked for, or could not be asked', async () => {
    expect(await holds(is(true, 'Spooler'))).toBe('the state of Spooler was not read');
    const own = labDisk();
    tell(own, ...['W3SVC', 'WAS', 'HTTP'].map((name) => failure('sc', name, 'hang')));
    expect(await holds(is(true), machineOn(own))).toBe('sc did not end in time');
  });
});

describe('a folder', () => {
  it('is absent or not, and not known where it cannot be listed', async () => {
    expect(await holds({ kind: 'folder-absent', path: 'C:\\none' })).toBe(true);
    expect(await holds({ kind: 'folder-absent', path: 'C:\\Windows' })).toBe(false);
    const closed: Machine = { ...machine, list: async () => ({ result: 'denied', detail: 'access denied' }) };
    expect(await holds({ kind: 'folder-absent', path: 'C:\\Windows' }, closed)).toBe(
      'C:\\Windows cannot be listed: access denied',
    );
  });
});

describe('a record that serves', () => {
  const shaken = (handshake: Awaited<ReturnType<Machine['handshake']>>): Machine => ({
    ...machine,
    handshake: async () => handshake,
  });
  const source = { kind: 'handshake', endpoint: '0.0.0.0:443' } as const;

  it('is as it should be, and gives its own certificate to a TLS client', async () => {
    const got = { outcome: 'certificate', protocol: 'TLSv1.3' } as const;
    const own = shaken(known({ ...got, thumbprint: front.thumbprint }, source));
    expect(await holds({ kind: 'serves', record: front }, own)).toBe(true);
    expect(await holds({ kind: 'serves', record: { ...front, flags: front.flags ^ 2 } }, own)).toBe(false);
    expect(await holds({ kind: 'serves', record: shop }, own)).toBe(false);
  });

  it('is not known to serve where no client could look', async () => {
    expect(await holds({ kind: 'serves', record: front }, shaken(unknown('no client', source)))).toBe('no client');
    for (const outcome of ['no-tls', 'no-connection'] as const)
      expect(await holds({ kind: 'serves', record: front }, shaken(known({ outcome, detail: '' }, source)))).toBe(
        false,
      );
  });
});

describe('a store entry', () => {
  it('has its bytes or others', async () => {
    expect(await holds({ kind: 'entry-is', ...named, sha256: digest(entry.blob) })).toBe(true);
    expect(await holds({ kind: 'entry-is', ...named, sha256: digest('x') })).toBe(false);
    expect(await holds({ kind: 'entry-is', ...absent, sha256: digest(entry.blob) })).toBe(false);
  });

  it('is lacking or not, in the store that is named', async () => {
    expect(await holds({ kind: 'store-lacks', ...named })).toBe(false);
    expect(await holds({ kind: 'store-lacks', ...absent })).toBe(true);
    expect(await holds({ kind: 'store-lacks', ...named, store: 'WebHosting' })).toBe(true);
    expect(await holds({ kind: 'store-lacks', ...named, store: 'webhosting' })).toBe(true);
    for (const store of ['CA', 'Root']) expect(await holds({ kind: 'store-lacks', ...absent, store })).toBe(true);
    expect(await holds({ kind: 'store-lacks', ...absent, store: 'Trust' })).toBe(
      'the store Trust is not one that is read',
    );
    expect(await holds({ kind: 'store-has', ...named })).toBe(true);
    expect(await holds({ kind: 'store-has', ...absent })).toBe(false);
    expect(await holds({ kind: 'store-has', ...named, store: 'CA' })).toBe(false);
  });

  it('has a machine key or not; midway it may be as it was', async () => {
    expect(await holds({ kind: 'machine-key', ...named })).toBe(true);
    const asItWas = labWith((old) => withProperty(old, PROPERTY.keyProvInfo, undefined));
    const midway = digest(encodeEntry(asItWas.entry));
    expect(
      await holds({ kind: 'machine-key', ...named, thumbprint: asItWas.entry.thumbprint, midway }, asItWas.machine),
    ).toBe(true);
    expect(
      await holds(
        { kind: 'machine-key', ...named, thumbprint: asItWas.entry.thumbprint, midway: digest('') },
        asItWas.machine,
      ),
    ).toBe(false);
    expect(await holds({ kind: 'machine-key', ...absent })).toBe(false);
    const dragged = labDisk({ faults: ['stranded-key'] });
    const seen = await diagnoseLab(machineOn(dragged));
    const thumbprint = seen.findings[0]!.id.slice('stranded-key:'.length);
    expect(await holds({ kind: 'machine-key', store: 'MY', thumbprint }, machineOn(dragged))).toBe(false);
    const lost = labDisk();
    const { evidence: before } = await diagnoseLab(machineOn(lost));
    const key = before.storeMy.known ? before.storeMy.value[0]! : entry;
    for (const path of before.keyFiles.known ? before.keyFiles.value.paths : []) lost.remove(path);
    expect(await holds({ kind: 'machine-key', store: 'MY', thumbprint: key.thumbprint }, machineOn(lost))).toBe(false);
  });
});

it('a key for signatures alone is no machine key that Schannel takes, unless it is of CNG', async () => {
  for (const [type, taken] of [
    [12, false],
    [0, true],
  ] as const) {
    const { machine: signing, entry: of } = labWith((old) =>
      withProperty(old, PROPERTY.keyProvInfo, encodeKeyProvInfo({ ...old.key!, type, keySpec: 2 })),
    );
    const thumbprint = of.thumbprint;
    expect(await holds({ kind: 'machine-key', store: 'MY', thumbprint }, signing)).toBe(taken);
  }
});

/** A lab whose first entry was changed. */
function labWith(change: (entry: StoreEntry) => StoreEntry) {
  const changed = labDisk();
  const server = openLab(changed);
  const [old] = readStore(server, 'MY')!.filter(({ key }) => key?.type !== 0);
  const entry = change(old!);
  putEntry(server, 'MY', entry);
  server.save();
  return { machine: machineOn(changed), entry };
}

describe('the permissions of a key file', () => {
  const OTHER = 'S-1-5-21-9-9-9-1234';
  const closed = `O:BAG:SYD:PAI(D;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;${OTHER})`;
  const path = 'C:\\ProgramData\\k';
  const on = (sddl: string) => {
    const lab = labDisk();
    lab.write(path, Buffer.from('k'));
    setKeySddl(openLab(lab), path, sddl);
    return machineOn(lab);
  };
  const may = { kind: 'system-may-read', path, sddl: closed } as const;

  it('let SYSTEM read, and others do what they could', async () => {
    expect(await holds(may, on(closed))).toBe(false);
    expect(await holds({ ...may, midway: true }, on(closed))).toBe(true);
    const open = `O:BAG:SYD:PAI(A;;FR;;;${OTHER})(A;;FA;;;BA)(A;;FA;;;SY)`;
    for (const how of [may, { ...may, midway: true } as const]) {
      expect(await holds(how, on(open))).toBe(true);
      // Somebody else has lost what he had, or has got more.
      expect(await holds(how, on('O:BAG:SYD:PAI(A;;FA;;;BA)(A;;FA;;;SY)'))).toBe(false);
      expect(await holds(how, on(`${open}(A;;FA;;;WD)`))).toBe(false);
    }
  });

  it('are these or others, whoever owns the file', async () => {
    const is = { kind: 'acl-is', path, sddl: closed } as const;
    expect(await holds(is, on(closed.replace('O:BA', 'O:SY')))).toBe(true);
    expect(await holds(is, on('O:BAG:SYD:PAI(A;;FA;;;BA)'))).toBe(false);
    expect(await holds({ ...is, sddl: '?' }, on(closed))).toBe(false);
    const why = 'the permissions of C:\\none cannot be read';
    expect(await holds({ ...is, path: 'C:\\none' })).toBe(why);
    expect(await holds({ ...may, path: 'C:\\none' })).toBe(why);
  });
});

describe('a file', () => {
  it('is present, absent, empty, or has its bytes', async () => {
    const bytes = disk.read(CONFIG_PATH)!;
    expect(await holds({ kind: 'file-is', path: CONFIG_PATH, sha256: digest(bytes) })).toBe(true);
    expect(await holds({ kind: 'file-is', path: CONFIG_PATH, sha256: digest('x') })).toBe(false);
    expect(await holds({ kind: 'file-is', path: 'C:\\none', sha256: digest('') })).toBe(false);
    expect(await holds({ kind: 'file-present', path: CONFIG_PATH })).toBe(true);
    expect(await holds({ kind: 'file-present', path: 'C:\\none' })).toBe(false);
    expect(await holds({ kind: 'file-absent', path: CONFIG_PATH })).toBe(false);
    expect(await holds({ kind: 'file-absent', path: 'C:\\none' })).toBe(true);
    const empty = labDisk();
    empty.write('C:\\empty', Buffer.alloc(0));
    expect(await holds({ kind: 'file-present', path: 'C:\\empty' }, machineOn(empty))).toBe(false);
    expect(await holds({ kind: 'file-absent', path: 'C:\\empty' }, machineOn(empty))).toBe(false);
  });
});

describe('what cannot be read', () => {
  it('is not known, and never counts as done', async () => {
    const closed: Machine = { ...machine, read: async () => ({ result: 'denied', detail: 'access denied' }) };
    for (const kind of ['file-present', 'file-absent'] as const)
      expect(await holds({ kind, path: 'C:\\x' }, closed)).toBe('C:\\x cannot be read: access denied');
    const conditions: readonly Condition[] = [
      { kind: 'record-is', record: front },
      { kind: 'record-absent', endpoint: front.endpoint },
      { kind: 'entry-is', ...named, sha256: digest(entry.blob) },
      { kind: 'store-lacks', ...named },
      { kind: 'store-has', ...named },
      { kind: 'machine-key', ...named },
    ];
    for (const condition of conditions) {
      const broken = labDisk();
      const every = [1, 2, 3, 4, 5, 6];
      tell(
        broken,
        ...every.map(() => failure('reg', 'export', 'hang')),
        ...every.map(() => failure('netsh', 'show', 'hang')),
      );
      expect([condition.kind, await holds(condition, machineOn(broken))]).toEqual([
        condition.kind,
        'reg did not end in time',
      ]);
    }
  });

  it('and an action that only its own result can judge is never already done', async () => {
    expect(await holds({ kind: 'action-succeeds' })).toBe(false);
  });
});
