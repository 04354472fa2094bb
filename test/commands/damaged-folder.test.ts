// Evidence that was damaged on its way: cut, zeroed, swapped, overwritten, in another encoding. Whatever of it can still be
// read, nobody may take it for the evidence of a healthy server.

import { describe, expect, it } from 'vitest';
import { checkOutcome } from '../../src/diagnosis/outcome.ts';
import { evidenceIn } from '../../src/evidence/readers/folder-reader.ts';
import { putUserEntry, readStore } from '../../src/lab/certificates/store.ts';
import { rebootLab } from '../../src/lab/services/reboot.ts';
import type { FolderFiles } from '../../src/machine/machine.ts';
import type { Diagnosis } from '../../src/model/repair/diagnosis.ts';
import { exitCodeOf } from '../../src/model/run/run-outcome.ts';
import { comparable, diagnosisOf, filesOf } from '../support/evidence-lab.ts';
import { newLab } from '../support/new-lab.ts';
import { sharedKey } from '../support/small-lab.ts';

type Files = Readonly<Record<string, Uint8Array>>;

/** A folder without a disk below it. */
function folderOf(files: Files): FolderFiles {
  return {
    read: async (path) => {
      const bytes = files[path];
      return bytes === undefined ? { result: 'absent' } : { result: 'ok', bytes };
    },
    list: async (path) => {
      const below = Object.keys(files).flatMap((name) =>
        name.startsWith(`${path}/`) ? [name.slice(path.length + 1)] : [],
      );
      if (below.length === 0) return { result: 'absent' };
      const folders = below.flatMap((name) => (name.includes('/') ? [name.slice(0, name.indexOf('/'))] : []));
      return { result: 'ok', files: below.filter((name) => !name.includes('/')), folders: [...new Set(folders)] };
    },
    isLink: async () => false,
  };
}

const diagnosisIn = async (files: Files): Promise<Diagnosis> => diagnosisOf(await evidenceIn(folderOf(files)));

const seen = (diagnosis: Diagnosis) => ({ ...comparable(diagnosis), notChecked: diagnosis.notChecked });

/** Numbers from 0 to 1, the same ones in each run (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Damage = (bytes: Buffer, next: () => number) => Buffer;

const at = (bytes: Buffer, next: () => number): number => Math.floor(next() * bytes.length);

/** Overwrites up to 64 bytes somewhere. */
const overwritten =
  (value: (next: () => number) => number): Damage =>
  (bytes, next) => {
    const start = at(bytes, next);
    const end = Math.min(bytes.length, start + 1 + Math.floor(next() * 64));
    return Buffer.from(bytes.map((byte, index) => (index >= start && index < end ? value(next) : byte)));
  };

const DAMAGES: Readonly<Record<string, Damage>> = {
  'cut short': (bytes, next) => bytes.subarray(0, at(bytes, next)),
  'without its beginning': (bytes, next) => bytes.subarray(at(bytes, next)),
  emptied: () => Buffer.alloc(0),
  zeroed: (bytes) => Buffer.alloc(bytes.length),
  'zeroed somewhere': overwritten(() => 0),
  'junk somewhere': overwritten((next) => Math.floor(next() * 256)),
  'junk altogether': (bytes, next) => Buffer.from(bytes.map(() => Math.floor(next() * 256))),
  'of two bytes that changed places': (bytes, next) => {
    const [one, other] = [at(bytes, next), at(bytes, next)];
    const changed = Buffer.from(bytes);
    changed[one] = bytes[other] ?? 0;
    changed[other] = bytes[one] ?? 0;
    return changed;
  },
  'in another encoding': (bytes) => Buffer.from(bytes.toString('latin1'), 'utf16le').swap16(),
};

/** Servers whose evidence is damaged: healthy ones, one with each kind of fault, and one whose registry was not exported. */
async function folders(): Promise<readonly Files[]> {
  const all: Files[] = [];
  for (const faults of [[], ['stale-hash'], ['lost-binding'], ['stranded-key']]) {
    const server = newLab({ faults, keyPool: () => sharedKey(0) });
    const [entry] = readStore(server, 'MY') ?? [];
    if (entry !== undefined) putUserEntry(server, server.facts.owner, entry);
    if (faults.length > 0) rebootLab(server);
    server.save();
    all.push(await filesOf(server.disk));
  }
  const { 'registry/http-parameters.reg': _export, ...netsh } = all[0] ?? {};
  return [...all, netsh];
}

describe('damaged evidence', () => {
  it('never passes for the evidence of a healthy server: 600 folders', async () => {
    const bases = await folders();
    const whole = await Promise.all(bases.map(async (files) => seen(await diagnosisIn(files))));
    expect(whole.map(({ verdict }) => verdict)).toEqual(['healthy', 'faulty', 'faulty', 'faulty', 'healthy']);
    const next = numbers(20261127);
    const kinds = Object.entries(DAMAGES);
    const ends = new Map<number, number>();
    for (let number = 0; number < 600; number += 1) {
      const base = number % bases.length;
      const files = bases[base] ?? {};
      const names = Object.keys(files);
      const name = names[Math.floor(number / bases.length) % names.length] ?? '';
      const [kind, damage] = kinds[Math.floor(next() * kinds.length)] ?? kinds[0]!;
      const bytes = damage(Buffer.from(files[name] ?? []), next);
      const diagnosis = await diagnosisIn({ ...files, [name]: bytes });
      const code = exitCodeOf(checkOutcome(diagnosis));
      ends.set(code, (ends.get(code) ?? 0) + 1);
      const what = `folder ${number}: ${name}, ${kind}`;
      if (code === 0) expect([what, seen(diagnosis)]).toEqual([what, whole[base]]);
      if (code === 4) expect([what, diagnosis.notChecked]).not.toEqual([what, []]);
    }
    // The damage does reach what is read.
    expect(ends.get(4)).toBeGreaterThan(150);
  });
});
