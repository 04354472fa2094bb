// The certificate stores as another implementation of crypt32 than ours writes them: a certificate that was dragged for
// real, found by reading the registry with reg.exe.

import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plainRecord, putRecord, readRecords } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import { labOnFreePort, layOut } from './lay-out.ts';
import { runIn } from './prefix.ts';
import { heal, onHost, thisWindows, windows } from './server.ts';

const COMPILER = 'x86_64-w64-mingw32-gcc';
const hasCompiler = spawnSync(COMPILER, ['--version']).status === 0;
const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'wine');

if (!hasCompiler)
  console.warn(`skipped: no certificate is dragged anew: ${COMPILER} is not installed; the recorded export is read`);

interface Checked {
  readonly chains: readonly {
    readonly links: readonly { readonly name: string; readonly code: string; says: string }[];
  }[];
  readonly findings: readonly {
    readonly playbook: string;
    readonly facts: readonly { name: string; value: string }[];
  }[];
}

/** A server whose first record names this certificate, which is not of the lab's making. */
async function serverWith(thumbprint: string): Promise<void> {
  const lab = await labOnFreePort();
  const server = openLab(lab);
  const [first] = readRecords(server);
  putRecord(server, plainRecord('ip', first!.endpoint, thumbprint));
  server.save();
  await layOut(thisWindows(), lab);
}

/** Wine keeps keys in its registry, not in files: to us the key is in a user's keyset, and in no profile that is there. */
async function expectFound(container: string): Promise<void> {
  const { chains, findings } = JSON.parse((await heal('check', '--json')).out) as Checked;
  const links = new Map(chains[0]?.links.map((link) => [link.name, link]));
  expect(links.get('certificate')?.says).toMatch(
    /^dragged\.example\.test \([0-9A-F]{8}\) in LocalMachine\\MY, valid until /,
  );
  expect(links.get('key')?.code).toBe('key-lost-with-profile');
  const facts = findings.find(({ playbook }) => playbook === 'stranded-key')?.facts ?? [];
  expect(facts).toContainEqual(expect.objectContaining({ name: 'container', value: container }));
}

describe('a certificate that was dragged', () => {
  it.skipIf(!hasCompiler)("through crypt32, just now, is found with its key in the user's keyset", async () => {
    const exe = onHost('drag-certificate.exe');
    const source = join(import.meta.dirname, 'drag-certificate.c');
    const built = spawnSync(COMPILER, [
      '-municode',
      '-O2',
      '-s',
      '-Wall',
      '-Werror',
      '-o',
      exe,
      source,
      '-lcrypt32',
      '-ladvapi32',
    ]);
    expect(built.stderr.toString()).toBe('');
    const dragged = await runIn(thisWindows(), 'C:\\drag-certificate.exe', ['{B1E9C0DE-0001}', 'dragged.example.test']);
    expect(dragged.out.trim()).toMatch(/^[0-9A-F]{40}$/);
    // Laying the server out empties the store: the certificate is carried over as reg.exe exports it.
    const key = `HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\MY\\Certificates\\${dragged.out.trim()}`;
    expect((await windows('reg', 'export', key, 'C:\\dragged.reg', '/y')).code).toBe(0);
    await serverWith(dragged.out.trim());
    expect((await windows('reg', 'import', 'C:\\dragged.reg')).code).toBe(0);
    await expectFound('{B1E9C0DE-0001}');
  });

  it('as recorded, is found', async () => {
    copyFileSync(join(FIXTURES, 'reg-export-lm-my.reg'), onHost('recorded.reg'));
    await serverWith('73B37D9943EDCBD1588CC1E67DBB8269F32EAD1D');
    expect((await windows('reg', 'import', 'C:\\recorded.reg')).code).toBe(0);
    await expectFound('{6A1B2C3D-0001-4444-8888-ABCDEF012345}');
  });
});
