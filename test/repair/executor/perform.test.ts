import { describe, expect, it } from 'vitest';
import { digest } from '../../../src/chain/memory/fingerprint.ts';
import { readApplicationHost } from '../../../src/formats/iis/application-host.ts';
import { openPfx } from '../../../src/formats/pfx/pfx.ts';
import { readStore } from '../../../src/lab/certificates/store.ts';
import { CONFIG_PATH } from '../../../src/lab/config/applied-config.ts';
import { HELD_LIST } from '../../../src/lab/disk/held-files.ts';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../../src/lab/open.ts';
import { setKeySddl } from '../../../src/lab/permissions/acls.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import type { Action } from '../../../src/model/repair/plan.ts';
import { perform } from '../../../src/repair/executor/perform.ts';
import { replaceFile } from '../../../src/repair/executor/replace-file.ts';
import { exportPfx } from '../../../src/windows-commands/certutil.ts';
import {
  configBytes,
  diagnoseLab,
  failure,
  fixLab,
  labDisk,
  machineOn,
  ourFiles,
  reboot,
  stateOf,
  tell,
} from '../../support/run-lab.ts';

const SECRETS = new Map([['transfer password', 'one-time']]);
const PASSWORD = { secret: 'transfer password' };
const performing = (machine: Machine) => ({ machine, secrets: SECRETS });
const text = (disk: MemoryDisk, path: string) => disk.read(path)?.toString('utf8');

describe('replaceFile', () => {
  const PATH = 'C:\\a.txt';
  const TEMPORARY = 'C:\\a.txt.iis-ssl-heal.tmp';
  const OLD = digest('old');
  const start = () => {
    const disk = labDisk();
    disk.write(PATH, Buffer.from('old'));
    return { disk, machine: machineOn(disk) };
  };
  const replace = (machine: Machine, expect = OLD) => replaceFile(machine, PATH, expect, Buffer.from('new'));

  it('puts the new bytes in place and leaves nothing beside them', async () => {
    const { disk, machine } = start();
    expect(await replace(machine)).toEqual({ ok: true });
    expect(text(disk, PATH)).toBe('new');
    expect(disk.read(TEMPORARY)).toBeUndefined();
  });

  it('leaves a file that is another one, or gone, and writes nothing', async () => {
    const { disk, machine } = start();
    expect(await replace(machine, digest('other'))).toEqual({
      ok: false,
      error: { stale: true, detail: 'C:\\a.txt was written by somebody else in the meantime' },
    });
    disk.remove(PATH);
    expect(await replace(machine)).toEqual({
      ok: false,
      error: { stale: true, detail: 'C:\\a.txt does not exist any more' },
    });
    expect(disk.read(TEMPORARY)).toBeUndefined();
  });

  it('does not take a file that cannot be read for a changed one', async () => {
    const { machine } = start();
    const closed: Machine = { ...machine, read: async () => ({ result: 'denied', detail: 'access denied' }) };
    expect(await replace(closed)).toEqual({
      ok: false,
      error: { stale: false, detail: 'C:\\a.txt cannot be read: access denied' },
    });
  });

  it('stops where the new file cannot be written whole', async () => {
    const { disk, machine } = start();
    const full: Machine = { ...machine, write: async () => ({ result: 'full', detail: 'disk full' }) };
    expect(await replace(full)).toEqual({
      ok: false,
      error: { stale: false, detail: `${TEMPORARY} cannot be written: disk full` },
    });
    const half: Machine = { ...machine, write: async (path) => machine.write(path, Buffer.from('ne')) };
    expect(await replace(half)).toEqual({
      ok: false,
      error: { stale: false, detail: `${TEMPORARY} does not hold what was written` },
    });
    const lost: Machine = { ...machine, write: async () => ({ result: 'ok' }) };
    expect(await replace(lost)).toEqual({
      ok: false,
      error: { stale: false, detail: `${TEMPORARY} does not hold what was written` },
    });
    expect(text(disk, PATH)).toBe('old');
    expect(disk.read(TEMPORARY)).toBeUndefined();
  });

  it('looks at the old file again at the last moment', async () => {
    const { disk, machine } = start();
    const raced: Machine = {
      ...machine,
      write: async (path, bytes) => {
        disk.write(PATH, Buffer.from('theirs'));
        return machine.write(path, bytes);
      },
    };
    expect(await replace(raced)).toMatchObject({ ok: false, error: { stale: true } });
    expect(text(disk, PATH)).toBe('theirs');
    expect(disk.read(TEMPORARY)).toBeUndefined();
  });

  it('waits for one who holds the file, longer each time, two seconds in all', async () => {
    const { disk, machine } = start();
    disk.write(HELD_LIST, Buffer.from(JSON.stringify({ held: [PATH] })));
    const naps: number[] = [];
    const patient: Machine = { ...machine, sleep: async (milliseconds) => void naps.push(milliseconds) };
    const result = await replace(patient);
    expect(result).toMatchObject({ ok: false, error: { stale: false } });
    expect(result.ok || result.error.detail).toMatch(/^C:\\a\.txt cannot be replaced: held/);
    expect(naps).toEqual([50, 100, 200, 400, 500, 750]);
    expect(text(disk, PATH)).toBe('old');
    expect(disk.read(TEMPORARY)).toBeUndefined();
  });

  it('does not wait where waiting cannot help', async () => {
    const { disk, machine } = start();
    const naps: number[] = [];
    const closed: Machine = {
      ...machine,
      rename: async () => ({ result: 'denied', detail: 'access denied' }),
      sleep: async (milliseconds) => void naps.push(milliseconds),
    };
    expect(await replace(closed)).toEqual({
      ok: false,
      error: { stale: false, detail: 'C:\\a.txt cannot be replaced: access denied' },
    });
    expect(naps).toEqual([]);
    expect(disk.read(TEMPORARY)).toBeUndefined();
  });

  it('sees while it waits that somebody has written', async () => {
    const { disk, machine } = start();
    disk.write(HELD_LIST, Buffer.from(JSON.stringify({ held: [PATH] })));
    const busy: Machine = {
      ...machine,
      sleep: async () => {
        disk.write(HELD_LIST, Buffer.from('{"held":[]}'));
        disk.write(PATH, Buffer.from('theirs'));
      },
    };
    expect(await replace(busy)).toMatchObject({ ok: false, error: { stale: true } });
    expect(text(disk, PATH)).toBe('theirs');
  });

  const OWN = 'O:BAG:SYD:PAI(A;;FA;;;BA)(A;;0x1200a9;;;S-1-5-21-1-2-3-9)';
  const closed = () => {
    const { disk, machine } = start();
    const server = openLab(disk);
    setKeySddl(server, PATH, OWN);
    server.save();
    return { disk, machine };
  };

  it('keeps permissions that the file has for itself', async () => {
    const { disk, machine } = closed();
    expect(await replace(machine)).toEqual({ ok: true });
    expect(disk.list('C:\\')?.files.filter((name) => name.includes('iis-ssl-heal'))).toEqual([]);
    const lists = JSON.parse(text(disk, 'C:\\acls.json') ?? '{}') as Record<string, string>;
    expect(Object.values(lists)).toContain(OWN);
  });

  it.each([
    ['cannot be given', failure('icacls', '/restore', 'fail', 1, 5), 'cannot be kept'],
    ['are not given although icacls says so', failure('icacls', '/restore', 'nothing'), 'cannot be kept'],
    ['cannot be read', failure('icacls', '/save', 'fail', 1, 5), 'cannot be read'],
  ])('does nothing where they %s', async (_name, told, detail) => {
    const { disk, machine } = closed();
    tell(disk, told);
    expect(await replace(machine)).toMatchObject({
      ok: false,
      error: { stale: false, detail: expect.stringContaining(detail) },
    });
    expect(text(disk, PATH)).toBe('old');
    expect(text(disk, TEMPORARY)).toBeUndefined();
  });

  it('reads back what it put in place', async () => {
    const { machine } = start();
    const lying: Machine = { ...machine, rename: async () => ({ result: 'ok' }) };
    expect(await replace(lying)).toEqual({
      ok: false,
      error: { stale: false, detail: 'C:\\a.txt does not hold what was written' },
    });
  });
});

describe('files', () => {
  const disk = labDisk();
  const machine = machineOn(disk);
  disk.write('C:\\from.txt', Buffer.from('<content/>'));
  const copy = (sha256: string, from = 'C:\\from.txt', to = 'C:\\new\\folder\\to.txt') =>
    perform({ kind: 'copy-file', from, to, sha256 }, performing(machine));

  it('are copied with the folders above them, when they are what they should be', async () => {
    expect(await copy(digest('<content/>'))).toEqual({ ok: true });
    expect(text(disk, 'C:\\new\\folder\\to.txt')).toBe('<content/>');
    expect(await copy(digest('other'), 'C:\\from.txt', 'C:\\new\\other.txt')).toEqual({
      ok: false,
      error: { stale: true, detail: 'C:\\from.txt was written by somebody else in the meantime' },
    });
    expect(disk.read('C:\\new\\other.txt')).toBeUndefined();
    expect(await copy(digest(''), 'C:\\none.txt')).toEqual({
      ok: false,
      error: { stale: false, detail: 'C:\\none.txt cannot be read' },
    });
    expect(await copy(digest('<content/>'), 'C:\\from.txt', 'C:\\from.txt\\x')).toMatchObject({
      ok: false,
      error: { stale: false },
    });
  });

  it('are removed, and absent ones are fine', async () => {
    expect(await perform({ kind: 'remove-file', path: 'C:\\new\\folder\\to.txt' }, performing(machine))).toEqual({
      ok: true,
    });
    expect(disk.read('C:\\new\\folder\\to.txt')).toBeUndefined();
    expect(await perform({ kind: 'remove-file', path: 'C:\\none' }, performing(machine))).toEqual({ ok: true });
    const closed: Machine = { ...machine, remove: async () => ({ result: 'denied', detail: 'access denied' }) };
    expect(await perform({ kind: 'remove-file', path: 'C:\\x' }, performing(closed))).toEqual({
      ok: false,
      error: { stale: false, detail: 'C:\\x: access denied' },
    });
  });

  it('are put back from a copy that has not changed', async () => {
    disk.write('C:\\now.txt', Buffer.from('now'));
    disk.write('C:\\kept.txt', Buffer.from('then'));
    const restore = (expect: string, result: string, from = 'C:\\kept.txt') =>
      perform({ kind: 'restore-file', path: 'C:\\now.txt', from, expect, result }, performing(machine));
    expect(await restore(digest('now'), digest('other'))).toEqual({
      ok: false,
      error: { stale: false, detail: 'the copy C:\\kept.txt has changed' },
    });
    expect(await restore(digest('now'), digest('then'), 'C:\\none')).toEqual({
      ok: false,
      error: { stale: false, detail: 'the copy C:\\none cannot be read' },
    });
    expect(await restore(digest('other'), digest('then'))).toMatchObject({ ok: false, error: { stale: true } });
    expect(text(disk, 'C:\\now.txt')).toBe('now');
    expect(await restore(digest('now'), digest('then'))).toEqual({ ok: true });
    expect(text(disk, 'C:\\now.txt')).toBe('then');
  });
});

describe('programs', () => {
  const run = (disk: MemoryDisk): Promise<unknown> =>
    perform(
      { kind: 'run', command: { program: 'certutil', args: ['-delstore', 'MY', '0'.repeat(40)] } },
      performing(machineOn(disk)),
    );

  it('tell how they ended', async () => {
    const disk = labDisk();
    expect(await run(disk)).toEqual({ ok: true });
    tell(disk, failure('certutil', '', 'fail', 1, 0x80090010));
    expect(await run(disk)).toEqual({
      ok: false,
      error: { stale: false, detail: 'certutil ended with 0x80090010', code: 0x80090010 },
    });
    tell(disk, failure('certutil', '', 'hang'));
    expect(await run(disk)).toEqual({
      ok: false,
      error: { stale: false, detail: 'certutil did not end: certutil did not end in time' },
    });
    tell(disk, failure('certutil', '', 'missing'));
    expect(await run(disk)).toMatchObject({
      ok: false,
      error: { stale: false, detail: expect.stringMatching(/^certutil could not be started: /) },
    });
  });

  it.each([
    ['that succeeds', [0], 0],
    ['whose record is there already', [183], 0],
    ['that there is no record for', [2], 0],
    ['that says no number', [undefined], 0],
    ['whose key is not ready yet', [1312, 1312, 0], 2],
    ['whose key never gets ready', Array(7).fill(1312), 6],
  ])('are tried again only where a key may have landed just now: one %s', async (_name, codes, naps) => {
    const machine = machineOn(labDisk());
    const left = [...codes];
    const slept: number[] = [];
    const run: Machine['run'] = async () => {
      const code = left.shift();
      if (code === undefined) return { started: false, why: 'failed', detail: 'no number' };
      return { started: true, exitCode: code === 0 ? 0 : 1, stdout: said(code), stderr: Buffer.alloc(0) };
    };
    const sleep: Machine['sleep'] = async (milliseconds) => void slept.push(milliseconds);
    const command = { program: 'netsh', args: ['http', 'add', 'sslcert'] } as const;
    const result = await perform({ kind: 'run', command, patient: true }, performing({ ...machine, run, sleep }));
    expect(result).toMatchObject(codes.at(-1) === 0 ? { ok: true } : { ok: false });
    expect(!result.ok && 'code' in result.error).toBe(codes.at(-1) !== 0 && codes.at(-1) !== undefined);
    expect([left.length, slept.length]).toEqual([0, naps]);
    expect(slept).toEqual([300, 750, 1500, 3000, 5000, 5250].slice(0, naps));
  });

  /** As netsh words a failure. */
  const said = (code: number) => Buffer.from(code === 0 ? '' : `SSL Certificate add failed, Error: ${code}\r\n`);

  it('close a folder that was made for it', async () => {
    const disk = labDisk();
    const path = 'C:\\ProgramData\\private';
    const action: Action = {
      kind: 'make-private-folder',
      path,
      command: { program: 'icacls', args: [path, '/inheritance:r', '/grant:r', '*S-1-5-18:(OI)(CI)F'] },
    };
    expect(await perform(action, performing(machineOn(disk)))).toEqual({ ok: true });
    expect(disk.list(path)).toEqual({ files: [], folders: [] });
    tell(disk, failure('icacls', '', 'fail', 1, 5));
    expect(await perform(action, performing(machineOn(disk)))).toMatchObject({ ok: false, error: { code: 5 } });
    const full: Machine = { ...machineOn(disk), makeFolder: async () => ({ result: 'full', detail: 'disk full' }) };
    expect(await perform(action, performing(full))).toEqual({
      ok: false,
      error: { stale: false, detail: `${path}: disk full` },
    });
  });

  it('are not started with a secret that has no value', async () => {
    const action: Action = { kind: 'check-pfx', path: CONFIG_PATH, password: { secret: 'unheard of' }, thumbprint: '' };
    await expect(perform(action, performing(machineOn(labDisk())))).rejects.toThrow(
      'a secret that a plan names has no value',
    );
  });

  it('take no plain string for a secret', () => {
    // @ts-expect-error: a password in a plan would be in every report of it.
    const action: Action = { kind: 'check-pfx', path: CONFIG_PATH, password: 'plain', thumbprint: '' };
    // @ts-expect-error: the same in a command.
    expect(exportPfx('MY', '', CONFIG_PATH, 'plain').program).toBe('certutil');
    expect(action.kind).toBe('check-pfx');
  });
});

describe('the configuration', () => {
  async function edit(disk: MemoryDisk, change: Partial<Extract<Action, { kind: 'edit-file' }>>) {
    const bytes = disk.read(CONFIG_PATH)!;
    const read = readApplicationHost(bytes, CONFIG_PATH);
    if (!read.ok) throw new Error(read.error);
    const at = read.value.text.indexOf('442jqCFFZ77jBhZ7QYHKXuK9drc=');
    const edits = [{ start: at, end: at + 28, text: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }];
    const result = digest(Buffer.from(bytes.toString('utf8').replace('442jqCFFZ77jBhZ7QYHKXuK9drc=', edits[0]!.text)));
    const action: Action = { kind: 'edit-file', path: CONFIG_PATH, expect: digest(bytes), result, edits, ...change };
    return perform(action, performing(machineOn(disk)));
  }

  it('is edited as planned', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    expect(await edit(disk, {})).toEqual({ ok: true });
    expect(configBytes(disk)).toContain('value="AAAAAAAAAAAAAAAAAAAAAAAAAAA="');
  });

  it('is left alone where the edit would be another one, or break it', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    const was = configBytes(disk);
    expect(await edit(disk, { result: digest('x') })).toEqual({
      ok: false,
      error: { stale: false, detail: 'the edit does not give the planned result' },
    });
    const sites = was.indexOf('<sites>');
    expect(await edit(disk, { edits: [{ start: sites, end: sites + 7, text: '' }] })).toMatchObject({
      ok: false,
      error: { stale: false, detail: expect.stringMatching(/^the edited configuration would be wrong: /) },
    });
    expect(await edit(disk, { expect: digest('x') })).toEqual({
      ok: false,
      error: { stale: true, detail: `${CONFIG_PATH} was written by somebody else in the meantime` },
    });
    expect(configBytes(disk)).toBe(was);
  });

  it('is left alone where it cannot be read', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    expect(await edit(disk, { path: 'C:\\none' })).toEqual({
      ok: false,
      error: { stale: false, detail: 'C:\\none cannot be read' },
    });
    disk.write('C:\\bad.config', Buffer.from('<configuration'));
    expect(await edit(disk, { path: 'C:\\bad.config', expect: digest('<configuration') })).toMatchObject({
      ok: false,
      error: { detail: expect.stringMatching(/^C:\\bad\.config: /) },
    });
  });
});

/** A dragged certificate's PFX, as a person has it: from a lab whose owner exported it. */
async function personsPfx(disk: MemoryDisk, thumbprint: string) {
  const command = {
    program: 'certutil',
    args: ['-f', '-p', PASSWORD, '-exportPFX', 'MY', thumbprint, 'C:\\person.pfx', 'NoChain'],
  } as const;
  const exported = await perform({ kind: 'run', command }, performing(machineOn(disk)));
  if (!exported.ok) throw new Error(exported.error.detail);
  const bytes = disk.read('C:\\person.pfx')!;
  disk.remove('C:\\person.pfx');
  const opened = await openPfx(bytes, 'one-time');
  if (!opened.ok) throw new Error(opened.error.message);
  return { bytes, opened: opened.value };
}

describe('a PFX', () => {
  it('is checked for this very certificate, with the right password', async () => {
    const disk = labDisk();
    const machine = machineOn(disk);
    const { evidence } = await diagnoseLab(machine);
    const [first, second] = evidence.storeMy.known ? evidence.storeMy.value : [];
    const { bytes } = await personsPfx(disk, first!.thumbprint);
    disk.write('C:\\t.pfx', bytes);
    const check = (changes: object = {}) =>
      perform(
        { kind: 'check-pfx', path: 'C:\\t.pfx', password: PASSWORD, thumbprint: first!.thumbprint, ...changes },
        performing(machine),
      );
    expect(await check()).toEqual({ ok: true });
    expect(await check({ thumbprint: second!.thumbprint })).toEqual({
      ok: false,
      error: { stale: false, detail: `the transfer file holds another certificate: ${first!.thumbprint}` },
    });
    expect(await check({ path: 'C:\\none' })).toEqual({
      ok: false,
      error: { stale: false, detail: 'the transfer file cannot be read' },
    });
    disk.write('C:\\junk.pfx', Buffer.from('junk'));
    expect(await check({ path: 'C:\\junk.pfx' })).toMatchObject({
      ok: false,
      error: { detail: expect.stringMatching(/^the transfer file cannot be used: ./) },
    });
    const wrong = await perform(
      { kind: 'check-pfx', path: 'C:\\t.pfx', password: PASSWORD, thumbprint: first!.thumbprint },
      { machine, secrets: new Map([['transfer password', 'wrong']]) },
    );
    expect(wrong).toMatchObject({
      ok: false,
      error: { detail: expect.stringMatching(/^the transfer file cannot be used: /) },
    });
  });

  it('heals where the key is gone with its profile, from SYSTEM too, and is never written as it is', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    const { findings } = await diagnoseLab(machineOn(disk));
    const thumbprint = findings[0]!.id.slice('stranded-key:'.length);
    const { opened } = await personsPfx(disk, thumbprint);
    for (const path of disk.files().keys()) if (/\\olga\\.*\\Crypto\\/.test(path)) disk.remove(path);
    reboot(disk);
    const machine = machineOn(disk, 'system');
    const choices = { pfx: { file: 'D:\\person.pfx', thumbprint } };
    const blocked = await fixLab(disk, machine);
    expect(blocked.report.outcome).toBe('needs-person');
    const { report } = await fixLab(disk, machine, { choices, pfx: opened });
    expect(report.outcome).toBe('healed');
    expect(report.plans[0]?.steps.map(({ outcome }) => outcome)).toEqual(Array(8).fill('done'));
    expect(ourFiles(disk).filter((path) => path.endsWith('.pfx'))).toEqual([]);
    reboot(disk);
    expect((await diagnoseLab(machine)).verdict).toBe('healthy');
  });

  it('of a saved plan has to be opened again, and be the same', async () => {
    const disk = labDisk();
    const machine = machineOn(disk);
    const [first, second] = readStore(openLab(disk), 'MY')!;
    const { opened } = await personsPfx(disk, first!.thumbprint);
    const write = (thumbprint: string): Action => ({
      kind: 'write-pfx',
      source: 'D:\\person.pfx',
      to: 'C:\\w.pfx',
      password: PASSWORD,
      thumbprint,
    });
    const before = stateOf(disk);
    expect(await perform(write(first!.thumbprint), performing(machine))).toEqual({
      ok: false,
      error: { stale: false, detail: 'D:\\person.pfx has to be opened again: its password is never kept' },
    });
    expect(await perform(write(second!.thumbprint), { ...performing(machine), pfx: opened })).toEqual({
      ok: false,
      error: { stale: false, detail: `D:\\person.pfx holds another certificate: ${first!.thumbprint}` },
    });
    expect(stateOf(disk)).toEqual(before);
    expect(await perform(write(first!.thumbprint), { ...performing(machine), pfx: opened })).toEqual({ ok: true });
    const wrapped = await openPfx(disk.read('C:\\w.pfx')!, 'one-time');
    expect(wrapped.ok && wrapped.value.thumbprint).toBe(first!.thumbprint);
  });
});

describe('a store entry', () => {
  it('is put back byte for byte, and its file does not stay', async () => {
    const disk = labDisk();
    const machine = machineOn(disk);
    const before = stateOf(disk);
    const { evidence } = await diagnoseLab(machine);
    const [entry] = evidence.storeMy.known ? evidence.storeMy.value : [];
    const thumbprint = entry!.thumbprint;
    const deleted = await perform(
      { kind: 'run', command: { program: 'certutil', args: ['-delstore', 'MY', thumbprint] } },
      performing(machine),
    );
    expect(deleted).toEqual({ ok: true });
    expect(stateOf(disk)).not.toEqual(before);
    const file = 'C:\\Windows\\Temp\\e.reg';
    const action: Action = {
      kind: 'restore-store-entry',
      store: 'MY',
      thumbprint,
      blob: Buffer.from(entry!.blob).toString('base64'),
      file,
      command: { program: 'reg', args: ['import', file] },
    };
    const full: Machine = { ...machine, write: async () => ({ result: 'full', detail: 'disk full' }) };
    expect(await perform(action, performing(full))).toEqual({
      ok: false,
      error: { stale: false, detail: `${file}: disk full` },
    });
    tell(disk, failure('reg', 'import', 'fail', 1, 1));
    expect(await perform(action, performing(machine))).toMatchObject({ ok: false, error: { code: 1 } });
    // What was written for it is enough, also where there is no room for it any more.
    expect(await perform(action, performing(full))).toEqual({ ok: true });
    disk.remove(file);
    expect(stateOf(disk)).toEqual(before);
  });
});
