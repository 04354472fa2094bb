// The borders of ARCHITECTURE.md: what each room may import, of this house and of packages. What is not on its list is
// refused, types and lazy imports as well. Every file below src and playbooks belongs to a room, so that no room is
// reached through a third one. The order is that of the data: a room knows those above it, never those below.

import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * By the start of a path; of several that fit, the longest. A port is a room of its own within the one that implements it.
 * @type {Readonly<Record<string, { knows?: readonly string[], not?: readonly string[], packages?: readonly string[] }>>}
 */
export const ROOMS = {
  'src/model/': { packages: ['node:url'] },
  'src/explain/': { knows: ['src/model/'], packages: ['commander'] },
  'src/formats/': {
    knows: ['src/model/'],
    packages: [
      'node:buffer',
      'node:crypto',
      'node:timers/promises',
      'node:url',
      'node:util',
      'fast-xml-parser',
      'node-forge',
      'saxes',
    ],
  },
  'src/windows-commands/': { knows: ['src/model/'] },
  'src/own-files/': { knows: ['src/model/', 'src/formats/'], packages: ['node:crypto', 'valibot', 'jsonc-parser'] },
  'src/machine/machine.ts': { knows: ['src/model/'] },
  'src/person/person.ts': { knows: ['src/model/'] },
  'src/ground/': {
    knows: ['src/model/', 'src/formats/', 'src/windows-commands/', 'src/machine/machine.ts'],
    packages: ['node:crypto', 'node:path'],
  },
  'src/evidence/': {
    knows: ['src/model/', 'src/formats/', 'src/windows-commands/', 'src/own-files/', 'src/machine/machine.ts'],
    packages: ['node:path'],
  },
  // What was not read, in the words of the table: all that the diagnosis knows of collecting.
  'src/evidence/missing.ts': { knows: ['src/model/', 'src/evidence/'] },
  'src/chain/': { knows: ['src/model/', 'src/formats/'], packages: ['node:crypto'] },
  'src/steps/': {
    knows: ['src/model/', 'src/formats/', 'src/windows-commands/', 'src/chain/'],
    packages: ['node:crypto'],
  },
  'playbooks/': { knows: ['src/model/', 'src/chain/', 'src/steps/'] },
  'src/diagnosis/': { knows: ['src/model/', 'src/formats/', 'src/chain/', 'src/evidence/missing.ts'] },
  'src/repair/': {
    knows: [
      'src/model/',
      'src/formats/',
      'src/windows-commands/',
      'src/own-files/',
      'src/machine/machine.ts',
      'src/person/person.ts',
      'src/ground/',
      'src/evidence/',
      'src/chain/',
      'src/steps/',
      'src/diagnosis/',
    ],
    packages: ['node:crypto', 'node:util'],
  },
  'src/unattended/': {
    knows: [
      'src/model/',
      'src/formats/',
      'src/windows-commands/',
      'src/own-files/',
      'src/machine/machine.ts',
      'src/ground/',
      'src/evidence/',
      'src/chain/',
      'src/steps/',
      'src/diagnosis/',
      'src/repair/',
      'playbooks/',
    ],
    packages: ['node:crypto'],
  },
  'src/cmd-scripts/': {
    knows: ['src/model/', 'src/formats/', 'src/windows-commands/', 'src/evidence/', 'src/steps/'],
    packages: ['node:crypto'],
  },
  'src/fleet/': { knows: ['src/model/', 'src/formats/'], packages: ['valibot'] },
  'src/report/': {
    knows: ['src/model/', 'src/formats/', 'src/chain/', 'src/steps/', 'src/fleet/'],
    packages: ['is-unicode-supported', 'get-east-asian-width', 'valibot'],
  },
  'src/report/terminal/drawn-progress.ts': { knows: ['src/model/', 'src/report/'], packages: ['listr2'] },
  'src/lab/': {
    packages: [
      'node:crypto',
      'node:fs',
      'node:net',
      'node:path',
      'node:tls',
      'node:url',
      'node:util',
      'fast-xml-parser',
      'node-forge',
    ],
  },
  // What the product may know of it.
  'src/lab/lab.ts': { knows: ['src/lab/'] },
  'src/machine/': {
    knows: ['src/model/', 'src/formats/', 'src/windows-commands/', 'src/machine/machine.ts', 'src/ground/'],
    packages: [
      'execa',
      'node:child_process',
      'node:crypto',
      'node:fs',
      'node:fs/promises',
      'node:net',
      'node:os',
      'node:path',
      'node:stream/consumers',
      'node:timers/promises',
      'node:tls',
      'node:url',
      'node:util',
      'yauzl',
    ],
  },
  'src/machine/lab/': {
    knows: ['src/model/', 'src/formats/', 'src/machine/', 'src/machine/machine.ts', 'src/ground/', 'src/lab/lab.ts'],
    packages: ['node:crypto', 'node:fs'],
  },
  'src/person/': {
    knows: ['src/model/', 'src/person/person.ts', 'src/report/'],
    packages: ['node:readline', '@inquirer/confirm', '@inquirer/select', '@inquirer/password'],
  },
  'src/commands/': {
    knows: ['*'],
    not: ['src/lab/', 'src/lab/lab.ts', 'src/cli/', 'src/main.ts'],
    packages: ['node:util'],
  },
  'src/commands/lab.ts': { knows: ['*'], not: ['src/lab/', 'src/cli/', 'src/main.ts'] },
  'src/cli/': {
    knows: ['src/model/', 'src/explain/', 'src/commands/', 'src/commands/lab.ts', 'src/person/', 'playbooks/'],
    packages: ['commander'],
  },
  'src/main.ts': {
    knows: ['src/model/', 'src/cli/', 'src/commands/', 'src/person/'],
  },
};

/** @param {string} path */
const roomOf = (path) =>
  Object.keys(ROOMS)
    .filter((start) => path.startsWith(start))
    .sort((a, b) => b.length - a.length)[0];

// Whatever follows `from` or an import as a string is taken for one; a computed import cannot be judged, so it is refused.
const IMPORTS =
  /(?:(?<=[\s}*])from\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(?:'([^'\n]*)'|"([^"\n]*)"|(`))|\bimport\s*\(\s*([^'"`\s])/g;

/**
 * Every import across a border, as a sentence. `files`: text by path below the top, with `/`.
 * @param {Iterable<readonly [path: string, text: string]>} files
 */
export function forbiddenImports(files) {
  /** @type {string[]} */
  const found = [];
  for (const [path, text] of files) {
    const room = roomOf(path);
    if (room === undefined) {
      found.push(`${path} belongs to no room`);
      continue;
    }
    for (const [, single, double, template, computed] of withoutComments(text).matchAll(IMPORTS)) {
      const name = single ?? double;
      if (name === undefined) found.push(`${path} imports what cannot be read (${template ?? computed})`);
      else if (!mayImport(path, room, name)) found.push(`${path} imports ${name}`);
    }
  }
  return found;
}

/** @param {string} path @param {string} room @param {string} name */
function mayImport(path, room, name) {
  const { knows = [], packages = [], not = [] } = ROOMS[room] ?? {};
  if (!name.startsWith('.')) return packages.includes(name);
  const target = roomOf(posix.join(posix.dirname(path), name));
  if (target === undefined || not.includes(target)) return false;
  return target === room || knows.includes('*') || knows.includes(target);
}

/** @param {string} text */
const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

function sources() {
  const all = ['src', 'playbooks'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
  );
  return all
    .filter((path) => /\.[cm]?[jt]s$/.test(path))
    .map((path) => /** @type {const} */ ([path, readFileSync(path, 'utf8')]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = forbiddenImports(sources());
  for (const each of found) console.error(each);
  process.exitCode = found.length === 0 ? 0 : 1;
}
