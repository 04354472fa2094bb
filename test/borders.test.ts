import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

interface Report {
  readonly diagnostics: readonly {
    readonly severity: string;
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}

const effects = [
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

/** For each file: what it may import, and what it must not. */
const borders: Record<string, { allowed: string[]; forbidden: string[] }> = {
  'src/model/a.ts': { allowed: ['./b.ts', 'node:crypto'], forbidden: [...effects, '../lab/state.ts'] },
  'src/pipeline/a.ts': { allowed: ['../model/b.ts', '../formats/b.ts'], forbidden: [...effects, '../lab/state.ts'] },
  'src/report/text.ts': { allowed: ['../model/b.ts'], forbidden: effects },
  'src/commands/fix.ts': {
    allowed: ['./lab.ts', '../machine/lab-machine.ts'],
    forbidden: [...effects, '../lab/state.ts'],
  },
  'src/commands/lab.ts': { allowed: ['../lab/state.ts'], forbidden: effects },
  'src/main.ts': { allowed: ['./commands/lab.ts'], forbidden: ['./lab/state.ts', 'node:fs'] },
  'src/machine/windows-server.ts': { allowed: effects, forbidden: ['../lab/state.ts'] },
  'src/machine/lab-machine.ts': { allowed: [...effects, '../lab/state.ts'], forbidden: [] },
  'src/person/terminal.ts': { allowed: effects, forbidden: ['../lab/state.ts'] },
  'src/report/progress.ts': { allowed: ['listr2'], forbidden: ['../lab/state.ts'] },
  'src/lab/netsh.ts': {
    allowed: [...effects, './state.ts', '../model/b.ts'],
    forbidden: [
      '../formats/b.ts',
      '../ground/b.ts',
      '../pipeline/b.ts',
      '../probes/b.ts',
      '../commands-of-windows/b.ts',
      '../machine/b.ts',
      '../../playbooks/b.ts',
    ],
  },
  'playbooks/a.ts': {
    allowed: [
      './b.ts',
      '../src/model/b.ts',
      '../src/chain/b.ts',
      '../src/steps/b.ts',
      '../src/formats/metadata-edit.ts',
    ],
    forbidden: [
      ...effects,
      'node-forge',
      'node:crypto',
      '../src/machine/b.ts',
      '../src/person/b.ts',
      '../src/lab/b.ts',
      '../src/report/b.ts',
      '../src/commands/b.ts',
      '../src/formats/b.ts',
      '../src/pipeline/apply.ts',
      '../src/model/../machine/b.ts',
      './../src/machine/b.ts',
    ],
  },
};

/** Each way to import: neither a type nor a lazy import is a way around. */
const ways = [
  (from: string) => `import '${from}';`,
  (from: string) => `export type * from '${from}';`,
  (from: string) => `await import('${from}');`,
];

test('an import across a border is a lint error, and no other import is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'borders-'));
  try {
    copyFileSync('biome.jsonc', join(folder, 'biome.jsonc'));
    const sources = new Map<string, string[]>();
    const expected: string[] = [];
    for (const [file, { allowed, forbidden }] of Object.entries(borders)) {
      const bad = forbidden.flatMap((from) => ways.map((way) => way(from)));
      const lines = [...bad, ...allowed.flatMap((from) => ways.map((way) => way(from)))];
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), lines.join('\n'));
      sources.set(file, lines);
      expected.push(...bad.map((line) => `${file}: ${line}`));
    }

    const biome = resolve('node_modules/@biomejs/biome/bin/biome');
    const args = ['lint', '--only=style/noRestrictedImports', '--reporter=json', '--max-diagnostics=none'];
    const run = spawnSync(process.execPath, [biome, ...args], { cwd: folder, encoding: 'utf8' });
    const report: Report = JSON.parse(run.stdout);
    const reported = report.diagnostics.map(({ location: { path, start } }) => {
      const file = path.replaceAll('\\', '/');
      return `${file}: ${sources.get(file)?.[start.line - 1]}`;
    });

    expect(reported.sort()).toEqual(expected.sort());
    expect(new Set(report.diagnostics.map(({ severity }) => severity))).toEqual(new Set(['error']));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
