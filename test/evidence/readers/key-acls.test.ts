// Which programs are started for the permissions of some key files among others, and what comes of their answers.

import { describe, expect, it } from 'vitest';
import { readAclsOf } from '../../../src/evidence/readers/key-acls.ts';
import type { Reading } from '../../../src/evidence/readers/reading.ts';
import { readIcaclsSave } from '../../../src/formats/acl/icacls-save.ts';
import type { Command } from '../../../src/model/repair/command.ts';

const FOLDER = 'C:\\Crypto\\MachineKeys';
const source = { kind: 'command', shown: 'icacls' } as const;
const refused: Reading = { result: 'denied', why: 'icacls ended with exit code 5', source };
const saved = (lines: readonly (readonly [string, string])[]): Reading => ({
  result: 'ok',
  bytes: Buffer.from(lines.map(([name, sddl]) => `${name}\r\n${sddl}\r\n`).join(''), 'utf16le'),
  source,
});
const keys = (count: number): readonly string[] => Array.from({ length: count }, (_none, index) => `key${index}`);
const listOf = (name: string): string => `D:PAI(A;;FA;;;SY)(A;;FR;;;S-1-5-21-${name.length}-1)`;

/** A folder that answers as told; the last part of each path that was asked for. */
async function read(
  names: readonly string[],
  of: number,
  answer: (last: string) => Reading | undefined = () => undefined,
) {
  const asked: string[] = [];
  const run = async ({ args: [path, ...how] }: Command): Promise<Reading> => {
    const last = String(path).slice(String(path).lastIndexOf('\\') + 1);
    asked.push(how.includes('/t') ? `${last} /t` : last);
    if (how.includes('/t'))
      return saved(['MachineKeys', ...names.map((name) => `MachineKeys\\${name}`)].map((name) => [name, listOf(name)]));
    const all = last === '*' ? names : [last];
    return answer(last) ?? saved(all.map((name) => [name, listOf(name)]));
  };
  const reading = await readAclsOf({ folder: FOLDER, names, of }, run);
  const lists = reading.result === 'ok' ? readIcaclsSave(reading.bytes) : undefined;
  return { asked, reading, named: lists?.ok ? [...lists.value.keys()] : [] };
}

const inFolder = (names: readonly string[]): readonly string[] => names.map((name) => `machinekeys\\${name}`);

describe('the permissions of key files', () => {
  it.each([0, 1, 8, 200])('are saved in one start where the folder has no more than %s files', async (count) => {
    const { asked, named } = await read(keys(count), count);
    expect(asked).toEqual(['MachineKeys /t']);
    expect(named).toEqual(['machinekeys', ...inFolder(keys(count))]);
  });

  it.each([0, 1, 8])('are asked for one by one where %s matter, whatever lies beside them', async (count) => {
    for (const of of [201, 5_000_000]) {
      const { asked, named } = await read(keys(count), of);
      expect(asked).toEqual(['MachineKeys', ...keys(count)]);
      expect(named).toEqual(['machinekeys', ...inFolder(keys(count))]);
    }
  });

  it('are asked for at once where many matter and few others lie beside them', async () => {
    const { asked, named } = await read(keys(300), 10_000);
    expect(asked).toEqual(['MachineKeys', '*']);
    expect(named).toEqual(['machinekeys', ...inFolder(keys(300))]);
  });

  it('are asked for one by one where many matter and too many others lie beside them', async () => {
    expect((await read(keys(300), 10_001)).asked).toEqual(['MachineKeys', ...keys(300)]);
  });

  it.each([
    ['is refused', refused],
    ['names others', saved([['other', 'D:']])],
    ['is nothing that can be read', saved([['', '']])],
  ])('are asked for one by one where the answer for all %s', async (_name, answer) => {
    const { asked, named } = await read(keys(9), 201, (last) => (last === '*' ? answer : undefined));
    expect(asked).toEqual(['MachineKeys', '*', ...keys(9)]);
    expect(named).toEqual(['machinekeys', ...inFolder(keys(9))]);
  });

  it.each([
    ['a file', 'key1'],
    ['the folder', 'MachineKeys'],
  ])('are known but for those of %s that is closed, or whose list cannot be read', async (_name, closed) => {
    for (const answer of [refused, saved([['x', 'no list']])]) {
      const { named } = await read(keys(3), 201, (last) => (last === closed ? answer : undefined));
      const all = ['MachineKeys', ...keys(3)].filter((name) => name !== closed);
      expect(named).toEqual(all.map((name) => (name === 'MachineKeys' ? 'machinekeys' : `machinekeys\\${name}`)));
    }
  });

  it('are not known where none could be read, and the first reason is told', async () => {
    expect((await read(keys(2), 201, () => refused)).reading).toEqual(refused);
    expect((await read(keys(2), 201, () => saved([['x', 'no list']]))).reading).toMatchObject({ result: 'failed' });
  });
});
