// A newcomer adds a playbook on a copy of the tree in the four files that CONTRIBUTING names, and everything else follows.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ID = 'missing-certificate';
const ROOT = join(import.meta.dirname, '..', '..');
const TREE = [
  'bin',
  'docs',
  'playbooks',
  'scripts',
  'src',
  'test',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];
const TEXTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'LICENSE'];

const PLAYBOOK = `// A toy: the certificate that a record names is not in its store.

import { joinChains } from '../src/chain/join.ts';
import type { Chain } from '../src/model/server/chain.ts';
import { endpointKey } from '../src/model/server/evidence.ts';
import type { Playbook } from '../src/model/repair/playbook.ts';

/** A chain whose certificate is missing. */
export const missingCertificate: Playbook<Chain> = {
  id: '${ID}',
  title: 'The certificate of an SSL record is not in its store',
  symptom: 'HTTPS is gone after certificates were tidied up in the console',
  remedy: 'says which certificate has to come back; changes nothing',
  cause: 'Somebody tidied up.',
  mayGoWrong: 'Nothing is changed from here.',
  takenBack: 'Nothing is changed from here.',
  sources: ['KB 0'],
  shownBy: ['CRYPT_E_NOT_FOUND', '15021'],
  takes: ['certificate-missing'],
  find: (evidence) =>
    joinChains(evidence).filter(({ links }) => links.some(({ code }) => code === 'certificate-missing')),
  describe: ({ site, endpoint }) => ({
    key: endpoint.name,
    subject: site.name,
    severity: 'broken',
    message: \`The certificate of \${site.name} is not in its store.\`,
    facts: [],
    endpoints: [endpointKey(endpoint)],
  }),
  plan: () => ({ blocked: true, why: 'only a person has the certificate' }),
};
`;

const TEST = `import { expect, it } from 'vitest';
import { diagnoseLab, ids, labDisk, machineOn } from '../support/run-lab.ts';

it('is found on a lab with its fault, and nothing else is', async () => {
  const found = ids(await diagnoseLab(machineOn(labDisk({ faults: ['${ID}'] }))));
  expect(found.length).toBeGreaterThan(0);
  for (const id of found) expect(id).toMatch(/^${ID}:/);
});
`;

const FAULT = `
/** Somebody tidied up. */
function loseCertificate(server: LabServer): void {
  const { store, entry } = certificateInUse(server);
  deleteEntry(server, store, entry.thumbprint);
}
`;

const copy = mkdtempSync(join(tmpdir(), 'newcomer-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const read = (path: string) => readFileSync(join(copy, path), 'utf8');
const write = (path: string, text: string) => writeFileSync(join(copy, path), text);

/** Puts \`more\` behind the one place that fits. */
function insert(path: string, behind: RegExp, more: string): void {
  const text = read(path);
  if (!behind.test(text)) throw new Error(`${path} has no ${behind}`);
  write(
    path,
    text.replace(behind, (found) => found + more),
  );
}

/** Ends well, and says this. */
function run(...args: readonly string[]): string {
  const { status, stdout, stderr } = node(args);
  expect(`${status} ${stderr}`, args.join(' ')).toBe('0 ');
  return stdout;
}

function node(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { VITEST: _, UPDATE_DOCS: _made, ...own } = process.env;
  return spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', env: { ...own, ...env } });
}

const PROGRAM = 'bin/iis-ssl-heal.cjs';
const VITEST = ['node_modules/vitest/vitest.mjs', 'run', '--maxWorkers', '1'];

beforeAll(() => {
  for (const name of [...TREE, ...TEXTS]) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
  write(`playbooks/${ID}.ts`, PLAYBOOK);
  write(`test/playbooks/${ID}.test.ts`, TEST);
  insert('playbooks/index.ts', /import type .*\n/, `import { missingCertificate } from './${ID}.ts';\n`);
  insert('playbooks/index.ts', /const named[^=]*= \[/, 'missingCertificate, ');
  insert('src/lab/faults/faults.ts', /const FAULTS[^[]*\[\n/, `  ['${ID}', loseCertificate],\n`);
  insert('src/lab/faults/faults.ts', /(?:\/\/.*\n)+\n/, "import { deleteEntry } from '../certificates/store.ts';\n");
  write('src/lab/faults/faults.ts', read('src/lab/faults/faults.ts') + FAULT);
});

// Each of them starts a compiler or a run of tests of its own.
describe('a playbook in four files', { timeout: 300_000 }, () => {
  it('is told by the tests to have the documents made anew', () => {
    const files = ['schemas', 'playbooks'].map((name) => `test/docs/${name}.test.ts`);
    const { stdout, status } = node([...VITEST, '-t', 'README|faults.md|the schema of the program', ...files]);
    expect(status).toBe(1);
    for (const name of [
      'README.md has a row',
      'faults.md has a section',
      'check.schema.json',
      'fix.schema.json',
      'config.schema.json',
    ])
      expect(stdout).toMatch(new RegExp(`×.*${name}`));
  });

  it('has them made by the command that CONTRIBUTING names, and all tests of playbooks and documents hold', () => {
    const files = ['schemas', 'playbooks', 'architecture'].map((name) => `test/docs/${name}.test.ts`);
    const tests = [...files, 'test/playbooks/index.test.ts', `test/playbooks/${ID}.test.ts`];
    const { stdout, status } = node([...VITEST, ...tests], { UPDATE_DOCS: '1' });
    expect(status, stdout).toBe(0);
    expect(read('README.md')).toContain(`\`${ID}\``);
    expect(read('docs/faults.md')).toContain(`## ${ID}\n`);
    for (const name of ['check', 'fix', 'config'])
      expect(read(`docs/schemas/${name}.schema.json`)).toContain(`"${ID}"`);
  });

  it('is sound by types and borders', () => {
    run('node_modules/typescript/bin/tsc');
    run('scripts/borders.mjs');
  });

  it('is in list, explain, and the help of --only and --fault', () => {
    run('scripts/build.mjs');
    expect(run(PROGRAM, 'list')).toContain(`${ID}: `);
    expect(run(PROGRAM, 'explain', 'CRYPT_E_NOT_FOUND')).toContain(ID);
    expect(run(PROGRAM, 'explain', ID)).toContain(ID);
    for (const command of [['check'], ['fix'], ['plan'], ['lab', 'create']])
      expect(run(PROGRAM, ...command, '--help').replaceAll(/\s+/g, ' ')).toContain(ID);
    expect(node([PROGRAM, 'check', '--only', 'nothing']).stderr).toContain(ID);
  });
});
