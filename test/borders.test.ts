// Imports across the borders of ARCHITECTURE.md, planted in every way that there is, are refused; the house has none.

import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { forbiddenImports, ROOMS } from '../scripts/borders.mjs';

const WAYS: readonly (readonly [string, (from: string) => string])[] = [
  ['for its effect', (from) => `import '${from}';`],
  ['of a name', (from) => `import { x } from '${from}';`],
  ['over lines', (from) => `import {\n  x,\n} from '${from}';`],
  ['of all', (from) => `import * as x from "${from}";`],
  ['of a type', (from) => `import type { X } from '${from}';`],
  ['that is handed on', (from) => `export { x } from '${from}';`],
  ['of types that is handed on', (from) => `export type * from '${from}';`],
  ['that waits', (from) => `const x = await import('${from}');`],
  ['of a type by name', (from) => `let x: import('${from}').X;`],
  ['by require', (from) => `const x = require('${from}');`],
];

const EFFECTS = [
  'execa',
  'inquirer',
  '@inquirer/confirm',
  'listr2',
  'node:child_process',
  'node:fs',
  'node:fs/promises',
  'node:net',
  'node:tls',
];

/** For each file: what it must not import. */
const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  'src/model/a.ts': [...EFFECTS, '../lab/b.ts', '../formats/b.ts', '../chain/b.ts'],
  'src/formats/xml/a.ts': [...EFFECTS, '../../lab/b.ts', '../../evidence/b.ts', '../../windows-commands/b.ts'],
  'src/own-files/a.ts': [...EFFECTS, '../evidence/b.ts', '../repair/journal/b.ts'],
  'src/evidence/a.ts': [...EFFECTS, '../chain/b.ts', '../machine/windows-server.ts', '../repair/executor/b.ts'],
  'src/chain/a.ts': [...EFFECTS, '../evidence/b.ts', '../steps/b.ts', '../machine/machine.ts'],
  'src/steps/a.ts': [...EFFECTS, '../machine/machine.ts', '../../playbooks/b.ts', '../repair/executor/b.ts'],
  'playbooks/a.ts': [
    ...EFFECTS,
    'node:crypto',
    'node-forge',
    '../src/machine/machine.ts',
    '../src/formats/iis/b.ts',
    '../src/evidence/b.ts',
    '../src/repair/executor/apply.ts',
    '../src/report/b.ts',
    '../src/model/../machine/b.ts',
    './../src/lab/b.ts',
  ],
  'src/diagnosis/a.ts': [...EFFECTS, '../repair/planning/b.ts', '../../playbooks/b.ts', '../evidence/b.ts'],
  'src/repair/executor/a.ts': [...EFFECTS, '../../unattended/b.ts', '../../report/b.ts', '../../lab/b.ts'],
  'src/unattended/a.ts': [...EFFECTS, '../report/b.ts', '../commands/b.ts', '../lab/b.ts'],
  'src/report/terminal/text.ts': [
    ...EFFECTS,
    '../../repair/journal/b.ts',
    '../../evidence/b.ts',
    '../../machine/machine.ts',
  ],
  'src/report/terminal/progress.ts': ['node:fs', 'execa', '../../lab/b.ts'],
  'src/explain/a.ts': [...EFFECTS, '../formats/b.ts', '../../playbooks/b.ts'],
  'src/machine/windows/windows-server.ts': [
    '@inquirer/confirm',
    '../../lab/b.ts',
    '../../evidence/b.ts',
    '../../repair/change/b.ts',
  ],
  'src/machine/lab/lab-machine.ts': ['../../repair/change/b.ts', '../../evidence/b.ts', '../../lab/b.ts'],
  'src/person/terminal.ts': ['node:fs', '../lab/b.ts', '../machine/machine.ts'],
  'src/lab/a.ts': ['../formats/xml/b.ts', '../model/b.ts', '../machine/machine.ts', '../evidence/b.ts'],
  'src/lab/programs/a.ts': ['../../formats/netsh/b.ts', '../../windows-commands/b.ts', '../../../playbooks/b.ts'],
  'src/commands/change/fix.ts': [...EFFECTS, '../../lab/b.ts', '../../lab/lab.ts', '../../cli/b.ts', '../../main.ts'],
  'src/commands/lab.ts': ['../lab/b.ts', '../cli/b.ts'],
  'src/cli/a.ts': [...EFFECTS, '../lab/b.ts', '../formats/xml/b.ts', '../main.ts'],
};

describe.each(Object.entries(FORBIDDEN))('%s', (file, names) => {
  it.each(WAYS)('may not import across its border, by an import %s', (_how, way) => {
    for (const name of names) expect(forbiddenImports([[file, way(name)]])).toEqual([`${file} imports ${name}`]);
  });
});

describe('what is allowed', () => {
  it.each([
    ['src/formats/xml/a.ts', '../../model/b.ts', './b.ts', 'fast-xml-parser'],
    ['src/evidence/a.ts', '../machine/machine.ts', '../formats/xml/b.ts'],
    ['src/diagnosis/a.ts', '../evidence/missing.ts', '../chain/b.ts'],
    ['playbooks/a.ts', './b.ts', '../src/model/b.ts', '../src/chain/b.ts', '../src/steps/b.ts'],
    ['src/report/terminal/drawn-progress.ts', 'listr2', '../b.ts'],
    ['src/machine/windows/windows-server.ts', 'node:fs', 'execa', '../machine.ts'],
    ['src/machine/lab/lab-machine.ts', '../../lab/lab.ts', '../machine.ts'],
    ['src/lab/programs/a.ts', '../b.ts', 'node:tls'],
    ['src/commands/lab.ts', '../lab/lab.ts', '../machine/lab-folder.ts'],
  ])('%s', (file, ...names) => {
    for (const name of names) for (const [, way] of WAYS) expect(forbiddenImports([[file, way(name)]])).toEqual([]);
  });

  it('words in comments and strings are no imports', () => {
    const text = "// from 'node:fs'\n/* import 'execa' */\nconst a = 'must have \"from\", \"to\"';\n";
    expect(forbiddenImports([['src/model/a.ts', text]])).toEqual([]);
  });
});

it('a two-step import from the lab to a parser is refused at its first step, wherever it goes through', () => {
  const parser = '../formats/netsh/sslcert-list.ts';
  for (const start of Object.keys(ROOMS).filter((room) => room !== 'src/lab/')) {
    const through = start.endsWith('/') ? `${start}bridge.ts` : start.endsWith('-') ? `${start}bridge.ts` : start;
    const up = through.startsWith('playbooks/') ? `../../../${through}` : `../../${through.slice('src/'.length)}`;
    const found = forbiddenImports([
      ['src/lab/http/probe.ts', `import '${up}';`],
      ['src/bridge.ts', `import '${parser.slice(1)}';`],
    ]);
    expect(found).toEqual([`src/lab/http/probe.ts imports ${up}`, 'src/bridge.ts belongs to no room']);
  }
});

it('a computed import is refused, since nobody can say what it imports', () => {
  expect(forbiddenImports([['src/lab/a.ts', "const x = await import('../' + 'formats/a.ts');"]])).not.toEqual([]);
  expect(forbiddenImports([['src/lab/a.ts', 'const x = await import(`../formats/a.ts`);']])).not.toEqual([]);
  expect(forbiddenImports([['src/lab/a.ts', 'const x = await import(name);']])).not.toEqual([]);
});

it('nobody knows a room that knows him', () => {
  const knows = (room: string): readonly string[] =>
    (ROOMS as Record<string, { knows?: readonly string[] }>)[room]?.knows ?? [];
  for (const room of Object.keys(ROOMS)) for (const other of knows(room)) expect(knows(other)).not.toContain(room);
});

it('the house keeps to its borders', () => {
  const run = spawnSync(process.execPath, ['scripts/borders.mjs'], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
});
