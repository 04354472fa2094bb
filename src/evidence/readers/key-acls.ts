// The permissions of the key files that matter, and of their folder: a folder with millions of others is not gone through.

import { readIcaclsSave } from '../../formats/acl/icacls-save.ts';
import type { Command } from '../../model/repair/command.ts';
import { saveAcl, saveAcls, saveAclsIn } from '../../windows-commands/icacls.ts';
import type { AclsWanted, Reading } from './reading.ts';

/** A folder with no more files than this is saved whole: that is one start, and most servers' folders are so. */
const A_SMALL_FOLDER = 200;

/** As many are asked for one by one, and as many at once. */
const A_HANDFUL = 8;

/** A folder with no more files than this is read in one start where more than a handful of them matter. */
const FEW_FILES = 10_000;

type Ran = (command: Command) => Promise<Reading>;

/** Joined as `icacls FOLDER /save FILE /t` would have saved them, so that a folder of evidence has one form. */
export async function readAclsOf({ folder, names, of }: AclsWanted, run: Ran): Promise<Reading> {
  if (of <= A_SMALL_FOLDER) return run(saveAcls(folder));
  const isOneStart = names.length > A_HANDFUL && of <= FEW_FILES;
  const [own, inOne] = await Promise.all([
    run(saveAcl(folder)),
    isOneStart ? run(saveAclsIn(folder)).then(listsIn) : undefined,
  ]);
  const found = new Map(names.flatMap((name) => pair(name, inOne?.get(name.toLowerCase()))));
  const failed: Reading[] = own.result === 'ok' ? [] : [own];
  // Nobody has ever seen the question for all answered: what it does not name is asked for by itself.
  for (const some of handfuls(names.filter((name) => !found.has(name)))) {
    const readings = await Promise.all(some.map((name) => run(saveAcl(`${folder}\\${name}`))));
    for (const [index, reading] of readings.entries()) {
      for (const [name, sddl] of pair(some[index] ?? '', firstOf(reading))) found.set(name, sddl);
      if (reading.result !== 'ok') failed.push(reading);
    }
  }
  const last = folder.slice(folder.lastIndexOf('\\') + 1);
  const lists = [...pair(last, firstOf(own)), ...[...found].map(([name, sddl]) => [`${last}\\${name}`, sddl])];
  // One that was not read, or could not be understood, says nothing of the others.
  if (lists.length > 0)
    return { result: 'ok', bytes: Buffer.from(lists.map(linesOf).join(''), 'utf16le'), source: own.source };
  return failed[0] ?? { result: 'failed', why: `no permissions in ${folder} could be read`, source: own.source };
}

const linesOf = ([name, sddl]: readonly (string | undefined)[]): string => `${name}\r\n${sddl}\r\n`;

const handfuls = (names: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(names.length / A_HANDFUL) }, (_none, index) =>
    names.slice(index * A_HANDFUL, (index + 1) * A_HANDFUL),
  );

const firstOf = (reading: Reading): string | undefined => listsIn(reading)?.values().next().value;

const pair = (name: string, sddl: string | undefined): readonly (readonly [string, string])[] =>
  sddl === undefined ? [] : [[name, sddl]];

/** By lower-case name. */
function listsIn(reading: Reading): ReadonlyMap<string, string> | undefined {
  const lists = reading.result === 'ok' ? readIcaclsSave(reading.bytes) : undefined;
  return lists?.ok ? lists.value : undefined;
}
