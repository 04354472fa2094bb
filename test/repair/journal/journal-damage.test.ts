// Journals that were damaged, or altered by whoever could: nothing is done that was not in a plan of ours, nothing that cannot
// be read counts as absent, and no answer is an internal error.

import { beforeAll, describe, expect, it } from 'vitest';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import type { Machine, ReadResult } from '../../../src/machine/machine.ts';
import type { Action, Plan } from '../../../src/model/repair/plan.ts';
import { checksum } from '../../../src/own-files/checksum.ts';
import { changeServer } from '../../../src/repair/change/change.ts';
import { stepsToUndo, undoRun } from '../../../src/repair/executor/undo.ts';
import { readRun } from '../../../src/repair/journal/read-journal.ts';
import { Crash, mortal } from '../../support/mortal.ts';
import {
  configBytes,
  diagnoseLab,
  fixLab,
  ids,
  labDisk,
  machineOn,
  ourFiles,
  undoLatest,
} from '../../support/run-lab.ts';

const OLGA = { sid: 'S-1-5-21-1-2-3-1001', name: 'WEB01\\olga', elevated: true };
const OURS = 'C:\\ProgramData\\iis-ssl-heal';

/** A lab whose fix was cut off: the store entry is deleted, and the transfer file lies there. */
async function cutOff(): Promise<MemoryDisk> {
  const disk = labDisk({ faults: ['stranded-key'] });
  let imported = false;
  const machine = machineOn(disk);
  const dying: Machine = {
    ...machine,
    processId: 2 ** 30,
    run: async (command, secrets) => {
      if (imported) throw new Crash();
      imported = command.args.includes('-delstore');
      return machine.run(command, secrets);
    },
  };
  await expect(fixLab(disk, dying)).rejects.toThrow(Crash);
  return disk;
}

const folderOf = (disk: MemoryDisk): string => `${OURS}\\runs\\${disk.list(`${OURS}\\runs`)?.folders[0]}`;
const entriesOf = (disk: MemoryDisk): readonly string[] => disk.list(folderOf(disk))?.files ?? [];
const pathOf = (disk: MemoryDisk, kind: string): string =>
  `${folderOf(disk)}\\${entriesOf(disk).find((name) => name.endsWith(`-${kind}.json`))}`;
const transferFiles = (disk: MemoryDisk) => ourFiles(disk).filter((path) => path.endsWith('.pfx'));

const change = (machine: Machine) =>
  changeServer(
    machine,
    OLGA,
    () => {},
    async () => 'changed',
  );

let left: MemoryDisk;
beforeAll(async () => {
  left = await cutOff();
});

describe('an entry that cannot be read keeps its run open, and is named', () => {
  const inTheMiddle: readonly (readonly [string, (path: string, machine: Machine) => Machine | Buffer])[] = [
    ['torn', () => Buffer.from('{ "kind": "pl')],
    ['empty', () => Buffer.alloc(0)],
    ['zeroed', () => Buffer.alloc(200)],
    ['busy', (path, machine) => unreadable(path, machine, { result: 'failed', detail: 'EBUSY' })],
    ['denied', (path, machine) => unreadable(path, machine, { result: 'denied', detail: 'EACCES' })],
  ];

  it.each(inTheMiddle)('%s: 7, and the transfer file is gone', async (_name, damage) => {
    const disk = left.clone();
    const path = pathOf(disk, 'plan');
    expect(transferFiles(disk)).toHaveLength(1);
    const damaged = damage(path, machineOn(disk));
    if (Buffer.isBuffer(damaged)) disk.write(path, damaged);
    const machine = Buffer.isBuffer(damaged) ? machineOn(disk) : damaged;
    for (let time = 0; time < 2; time += 1) {
      const changed = await change(machine);
      expect(changed).toMatchObject({ ok: false, error: { outcome: 'refused', why: expect.stringContaining(path) } });
      expect(transferFiles(disk)).toEqual([]);
    }
    if (Buffer.isBuffer(damaged)) {
      // What the refusal says helps.
      const folder = folderOf(disk);
      for (const name of entriesOf(disk)) disk.remove(`${folder}\\${name}`);
      disk.remove(folder);
    }
    expect(await change(machineOn(disk))).toEqual({ ok: true, value: 'changed' });
  });

  it('missing: 7', async () => {
    const disk = left.clone();
    disk.remove(pathOf(disk, 'plan'));
    expect(await change(machineOn(disk))).toMatchObject({
      ok: false,
      error: { outcome: 'refused', why: /lacks its entry 1/ },
    });
  });

  it('of another format version: 7, by name', async () => {
    const disk = left.clone();
    const head = JSON.parse(disk.read(pathOf(disk, 'run'))!.toString());
    disk.write(pathOf(disk, 'run'), Buffer.from(JSON.stringify({ ...head, formatVersion: 3, more: [] })));
    const why = /0000-run\.json has format version 3, and this program reads 1 and 2/;
    expect(await change(machineOn(disk))).toMatchObject({
      ok: false,
      error: { outcome: 'refused', why: expect.stringMatching(why) },
    });
  });

  it('of the version before, which had no checksums, is read', async () => {
    const disk = left.clone();
    for (const name of entriesOf(disk)) {
      const path = `${folderOf(disk)}\\${name}`;
      const { checksum: _, ...entry } = JSON.parse(disk.read(path)!.toString());
      disk.write(path, Buffer.from(JSON.stringify({ ...entry, ...(entry.kind === 'run' && { formatVersion: 1 }) })));
    }
    expect(await change(machineOn(disk))).toEqual({ ok: true, value: 'changed' });
    expect(ids(await diagnoseLab(machineOn(disk)))).toEqual([expect.stringMatching(/^stranded-key:/)]);
  });

  it('that is the last one and torn is what a crash leaves: the run is taken back', async () => {
    const disk = left.clone();
    const last = `${folderOf(disk)}\\${entriesOf(disk).at(-1)}`;
    disk.write(last, disk.read(last)!.subarray(0, 20));
    expect(await change(machineOn(disk))).toEqual({ ok: true, value: 'changed' });
    expect(await readRun(machineOn(disk), folderOf(disk).split('\\').at(-1)!)).toMatchObject({
      closed: true,
      outcome: 'rolled-back',
    });
  });

  it('where the runs cannot be listed nothing is changed', async () => {
    const machine = machineOn(left.clone());
    const list: Machine['list'] = async (path) =>
      path.endsWith('\\runs') ? { result: 'denied', detail: 'EACCES' } : machine.list(path);
    expect((await change({ ...machine, list })).ok).toBe(false);
  });
});

function unreadable(path: string, machine: Machine, result: ReadResult): Machine {
  return { ...machine, read: async (asked) => (asked === path ? result : machine.read(asked)) };
}

describe('a forged entry, whose checksum fits', () => {
  const forged: readonly (readonly [string, Action])[] = [
    ['writes into System32', { kind: 'remove-file', path: 'C:\\Windows\\System32\\kernel32.dll' }],
    ['leaves our folder by ..', { kind: 'remove-file', path: `${OURS}\\work\\..\\..\\x.pfx` }],
    ['writes a stream', { kind: 'remove-file', path: `${OURS}\\work\\a.pfx:x.pfx` }],
    ['takes back a foreign file', { kind: 'remove-file', path: 'D:\\person.pfx' }],
    ['runs a path', { kind: 'run', command: { program: '..\\..\\Temp\\evil' as 'reg', args: [] } }],
    [
      'imports a .reg of its own',
      { kind: 'run', command: { program: 'reg', args: ['import', 'C:\\Users\\a\\x.reg'] } },
    ],
    ['adds a Run value', { kind: 'run', command: { program: 'reg', args: ['add', 'HKLM\\SOFTWARE', '/v', 'x'] } }],
    ['starts a task', { kind: 'run', command: { program: 'schtasks', args: ['/Create', '/TN', 'x'] } }],
    ['opens a folder', { kind: 'run', command: { program: 'icacls', args: ['C:\\', '/grant', 'Users:F'] } }],
    ['adds a URL reservation', { kind: 'run', command: { program: 'netsh', args: ['http', 'add', 'urlacl', 'x'] } }],
    ['reads a password', { kind: 'run', command: { program: 'certutil', args: ['-p', { secret: 'other' }, '-dump'] } }],
    ['deletes another kind of thing', { kind: 'run', command: { program: 'appcmd', args: ['delete', 'site', 'x'] } }],
  ];

  it.each(forged)('that %s is refused by name, and nothing of it is done', async (_name, action) => {
    const disk = left.clone();
    const path = pathOf(disk, 'plan');
    const { checksum: _, ...entry } = JSON.parse(disk.read(path)!.toString());
    entry.content.cleanup = [action];
    disk.write(path, Buffer.from(JSON.stringify({ ...entry, checksum: checksum(entry) })));
    const before = disk.clone();
    expect(await change(machineOn(disk))).toMatchObject({
      ok: false,
      error: { outcome: 'refused', why: expect.stringContaining(path) },
    });
    for (const [file, bytes] of before.files())
      if (!file.startsWith(OURS) && !file.endsWith('lab.json')) expect(disk.read(file)?.equals(bytes), file).toBe(true);
  });
});

describe('200 mutated journals', () => {
  /** What the plans of a disk may run. */
  function commandsOf(plan: Plan): readonly string[] {
    const actions = plan.steps.flatMap(({ do: action, undo, remains }) => [
      action,
      ...(typeof undo === 'object' && 'do' in undo ? [undo.do] : []),
      ...(remains ? [remains.do] : []),
    ]);
    return actions.flatMap((action) => ('command' in action ? [JSON.stringify(action.command)] : []));
  }

  const CHANGES = /^(?:certutil|appcmd|netsh|reg (?:import|add|delete)|icacls .*(?:grant|restore|setowner)|schtasks)/;

  /** Every command that could change something is noted, and none is run: what counts is which. */
  function noting(machine: Machine, ran: string[]): Machine {
    return {
      ...machine,
      run: async (command, secrets) => {
        const line = `${command.program} ${command.args.join(' ')}`;
        if (!CHANGES.test(line) || line.includes('show')) return machine.run(command, secrets);
        ran.push(JSON.stringify(command));
        return { started: true, exitCode: 1, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
      },
    };
  }

  it('are answered with 0, 5, 6 or 7, and run nothing that was not in a plan of ours', async () => {
    const undone = labDisk({ faults: ['stranded-key'] });
    await fixLab(undone, machineOn(undone));
    await undoLatest(undone);
    const sources = [left, undone];
    const allowed = new Set<string>();
    for (const disk of sources) {
      const run = await readRun(machineOn(disk), folderOf(disk).split('\\').at(-1)!);
      for (const { plan } of run?.plans ?? []) for (const command of commandsOf(plan)) allowed.add(command);
    }
    let count = 0;
    for (const disk of sources) {
      for (const name of entriesOf(disk)) {
        const path = `${folderOf(disk)}\\${name}`;
        for (const bytes of mutations(disk.read(path)!)) {
          const mutated = disk.clone();
          mutated.write(path, bytes);
          const ran: string[] = [];
          const machine = noting(machineOn(mutated), ran);
          const what = `${name}: ${bytes.toString('latin1').slice(0, 300)}`;
          const changed = await change(machine);
          if (!changed.ok) expect(changed.error.outcome, what).toBeOneOf(['rolled-back', 'half-done', 'refused']);
          const run = await readRun(machine, folderOf(mutated).split('\\').at(-1)!);
          if (run !== undefined && run.damage === undefined)
            await undoRun(run, stepsToUndo(run, 'C:\\Windows'), machine);
          for (const command of ran) expect(allowed.has(command), `${what}\nran ${command}`).toBe(true);
          count += 1;
        }
      }
    }
    expect(count).toBeGreaterThanOrEqual(200);
  }, 300_000);

  /** Regions cut out and zeroed, and each member of the JSON with a value of another type, sealed again. */
  function* mutations(bytes: Buffer): Generator<Buffer> {
    for (const part of [0, 1 / 3, 0.9]) {
      const start = Math.floor(part * bytes.length);
      yield Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 9)]);
      const zeroed = Buffer.from(bytes);
      zeroed.fill(0, start, Math.min(start + 16, zeroed.length));
      yield zeroed;
    }
    const { checksum: _, ...entry } = JSON.parse(bytes.toString());
    const paths = [...leaves(entry)];
    const step = Math.max(1, Math.floor(paths.length / 12));
    for (const [index, path] of paths.entries()) {
      if (index % step !== 0) continue;
      const copy = structuredClone(entry);
      const parent = path.slice(0, -1).reduce((at, key) => at[key], copy);
      const key = path.at(-1)!;
      parent[key] = [null, 0, 'x', [], {}, -1, true][index % 7] ?? null;
      yield Buffer.from(JSON.stringify({ ...copy, checksum: checksum(copy) }));
    }
  }

  function* leaves(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
    if (path.length > 0) yield path;
    if (typeof value !== 'object' || value === null) return;
    for (const [key, each] of Object.entries(value)) yield* leaves(each, [...path, key]);
  }
});

describe('what was taken back is not taken back again', () => {
  it('by an undo of a run that was cut off, recovered, and healed by a later one', async () => {
    for (let at = 20; ; at += 7) {
      const disk = labDisk({ faults: ['stranded-key'] });
      const died = await fixLab(disk, mortal(machineOn(disk), at, 'before')).then(
        () => false,
        () => true,
      );
      if (!died) break;
      const [id = ''] = disk.list(`${OURS}\\runs`)?.folders ?? [];
      await change(machineOn(disk));
      const recovered = await readRun(machineOn(disk), id);
      // Cut off behind its last step it is healed: nothing was taken back, and an undo still may.
      if (recovered?.outcome === 'healed') {
        expect(recovered.plans[0]?.verdict, `cut at ${at}`).toBe('healed');
        continue;
      }
      expect(recovered && stepsToUndo(recovered, 'C:\\Windows'), `cut at ${at}`).toEqual([]);
      await fixLab(disk, machineOn(disk));
      const healed = await readRun(machineOn(disk), id);
      if (healed !== undefined) await undoRun(healed, stepsToUndo(healed, 'C:\\Windows'), machineOn(disk));
      expect((await diagnoseLab(machineOn(disk))).verdict, `cut at ${at}`).toBe('healthy');
    }
    expect(configBytes(left)).not.toBe('');
  });
});
