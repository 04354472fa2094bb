import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Disk, DiskError } from '../../../src/lab/disk/disk.ts';
import { folderDisk } from '../../../src/lab/disk/folder-disk.ts';
import { memoryDisk } from '../../../src/lab/disk/memory-disk.ts';

const scratch = mkdtempSync(join(tmpdir(), 'lab-disk-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const path = fc
  .array(fc.constantFrom('a', 'A', 'b', 'Bc', 'bC'), { minLength: 0, maxLength: 3 })
  .map((names) => `C:\\${names.join('\\')}`);
const anyPath = fc.oneof(
  { weight: 20, arbitrary: path },
  { weight: 1, arbitrary: fc.constantFrom('D:\\a', 'a', 'C:\\..\\a', 'C:\\a*', 'c:\\A\\', 'C:\\held.json') },
);
const bytes = fc.uint8Array({ maxLength: 4 }).map((array) => Buffer.from(array));

const operation = fc.oneof(
  fc.record({ do: fc.constant('write' as const), path: anyPath, bytes }),
  fc.record({ do: fc.constant('read' as const), path: anyPath }),
  fc.record({ do: fc.constant('rename' as const), path: anyPath, to: anyPath }),
  fc.record({ do: fc.constant('remove' as const), path: anyPath }),
  fc.record({ do: fc.constant('list' as const), path: anyPath }),
  fc.record({ do: fc.constant('makeFolder' as const), path: anyPath }),
  fc.record({ do: fc.constant('hold' as const), path }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

function perform(disk: Disk, op: Operation): unknown {
  try {
    if (op.do === 'write') return disk.write(op.path, op.bytes);
    if (op.do === 'rename') return disk.rename(op.path, op.to);
    if (op.do === 'hold') return disk.write('C:\\held.json', Buffer.from(JSON.stringify({ held: [op.path] })));
    return disk[op.do](op.path);
  } catch (error) {
    if (error instanceof DiskError) return error.code;
    throw error;
  }
}

function everything(disk: Disk, folder = 'C:'): unknown {
  const listed = disk.list(`${folder}\\`);
  const files = listed?.files.map((name) => [name, disk.read(`${folder}\\${name}`)]);
  return { files, folders: listed?.folders.map((name) => [name, everything(disk, `${folder}\\${name}`)]) };
}

describe('the two disks', () => {
  it('behave the same, whatever is done to them', () => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 25 }), (operations) => {
        const inFolder = folderDisk(mkdtempSync(join(scratch, 'd-')));
        const inMemory = memoryDisk();
        for (const op of operations) expect(perform(inFolder, op)).toEqual(perform(inMemory, op));
        expect(everything(inFolder)).toEqual(everything(inMemory));
      }),
      { numRuns: 200 },
    );
  });
});

for (const [name, make] of [
  ['memory', memoryDisk],
  ['folder', () => folderDisk(mkdtempSync(join(scratch, 'd-')))],
] as const) {
  describe(`the ${name} disk`, () => {
    it('finds a file in any case and keeps the spelling it was made with', () => {
      const disk = make();
      disk.makeFolder('C:\\Windows\\System32');
      disk.write('c:\\windows\\SYSTEM32\\Netsh.exe', Buffer.from('1'));
      disk.write('C:\\WINDOWS\\system32\\netsh.EXE', Buffer.from('2'));
      expect(disk.list('C:\\windows\\system32')).toEqual({ files: ['Netsh.exe'], folders: [] });
      expect(disk.read('C:\\Windows\\System32\\NETSH.exe')).toEqual(Buffer.from('2'));
    });

    it('lets a held file be read and nothing else', () => {
      const disk = make();
      disk.makeFolder('C:\\a');
      disk.write('C:\\a\\f', Buffer.from('1'));
      disk.write('C:\\g', Buffer.from('2'));
      disk.write('C:\\held.json', Buffer.from('{"held":["C:\\\\A\\\\F"]}'));
      const held = expect.objectContaining({ code: 'held' });
      expect(() => disk.write('C:\\a\\f', Buffer.from('3'))).toThrow(held);
      expect(() => disk.rename('C:\\a\\f', 'C:\\h')).toThrow(held);
      expect(() => disk.rename('C:\\g', 'C:\\a\\f')).toThrow(held);
      expect(() => disk.remove('C:\\a')).toThrow(held);
      expect(disk.read('C:\\a\\f')).toEqual(Buffer.from('1'));
    });

    it('gives away no bytes that a caller could change', () => {
      const disk = make();
      const written = Buffer.from('abc');
      disk.write('C:\\f', written);
      written.fill(0);
      disk.read('C:\\f')?.fill(0);
      expect(disk.read('C:\\f')).toEqual(Buffer.from('abc'));
    });
  });
}

describe('the memory disk', () => {
  it('has clones that go their own way', () => {
    const disk = memoryDisk();
    disk.write('C:\\f', Buffer.from('1'));
    const copy = disk.clone();
    copy.write('C:\\f', Buffer.from('2'));
    copy.makeFolder('C:\\new');
    expect(disk.read('C:\\f')).toEqual(Buffer.from('1'));
    expect(disk.list('C:\\')).toEqual({ files: ['f'], folders: [] });
    expect([...copy.files()]).toEqual([['C:\\f', Buffer.from('2')]]);
  });
});

describe('the folder disk', () => {
  it('sees what the host put there', () => {
    const root = mkdtempSync(join(scratch, 'd-'));
    writeFileSync(join(root, 'Made.TXT'), 'x');
    expect(folderDisk(root).read('C:\\made.txt')).toEqual(Buffer.from('x'));
  });
});
