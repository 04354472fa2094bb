// The registry of the Windows we run on, as the lab's programs see theirs: read and written through its own reg.exe.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeText } from '../../../src/lab/disk/text-file.ts';
import { importRegistryFile } from '../../../src/lab/programs/reg/reg-import.ts';
import type { Registry } from '../../../src/lab/registry/registry.ts';
import { registryTree } from '../../../src/lab/registry/registry-tree.ts';
import { registryChanges, type Snapshot, snapshotOf } from './registry-diff.ts';

/** A registry, and the way its changes go back. */
export interface RealRegistry {
  readonly registry: Registry;
  /** Imports what was changed, and throws where reg.exe has not done it: a lab that loses a change would lie. */
  save(): void;
}

/** Parts are exported when they are first asked for: reading everything would take seconds. No part lies in another. */
const PARTS = [
  /^HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\[^\\]+/i,
  /^HKEY_USERS\\S-1-5-18\\Software\\Microsoft\\SystemCertificates\\[^\\]+/i,
  /^HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services/i,
  /^HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\ComputerName/i,
  /^HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL/i,
  /^HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Cryptography/i,
  /^HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\IIS/i,
  /^HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography/i,
  /^HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion/i,
];

/** Parts that no program of the lab changes: a process reads each once. The http.sys of the lab asks at every connection. */
const UNCHANGED = [
  /\\(?:SCHANNEL|Policies\\Microsoft\\Cryptography|Microsoft\\IIS|SystemCertificates\\Root)$/i,
  /\\SystemCertificates\\CA$/i,
];

/** For a server on which the issuers of chains are changed. */
export const issuersChange = (): void => void UNCHANGED.splice(1);

const read = new Map<string, string | undefined>();

function textOf(regExe: string, part: string): string | undefined {
  if (!UNCHANGED.some((each) => each.test(part))) return exported(regExe, part);
  if (!read.has(part)) read.set(part, exported(regExe, part));
  return read.get(part);
}

/** The registry behind `regExe`, a full path. */
export function realRegistry(regExe: string): RealRegistry {
  const tree = registryTree();
  const before = new Map<string, { readonly part: string; readonly snapshot: Snapshot }>();
  const loaded = (key: string): Registry => {
    const part = PARTS.map((each) => each.exec(key)?.[0]).find((each) => each !== undefined);
    if (part === undefined) throw new Error(`the lab's programs have no business with ${key}`);
    if (!before.has(part.toLowerCase())) {
      const text = textOf(regExe, part);
      if (text !== undefined) importRegistryFile(tree, text);
      before.set(part.toLowerCase(), { part, snapshot: snapshotOf(tree, part) });
    }
    return tree;
  };
  return {
    registry: {
      values: (key) => loaded(key).values(key),
      subkeys: (key) => loaded(key).subkeys(key),
      makeKey: (key) => loaded(key).makeKey(key),
      setValue: (key, name, value) => loaded(key).setValue(key, name, value),
      deleteValue: (key, name) => loaded(key).deleteValue(key, name),
      deleteKey: (key) => loaded(key).deleteKey(key),
    },
    save() {
      for (const [name, { part, snapshot }] of before) {
        const now = snapshotOf(tree, part);
        const changes = registryChanges(snapshot, now);
        if (changes === undefined) continue;
        imported(regExe, changes);
        before.set(name, { part, snapshot: now });
      }
    },
  };
}

/** The part as a registry file; undefined where there is no such key. */
function exported(regExe: string, part: string): string | undefined {
  return withFolder((folder) => {
    const file = join(folder, 'part.reg');
    const ran = spawnSync(regExe, ['export', part, file, '/y'], { stdio: 'ignore' });
    if (ran.error !== undefined) throw ran.error;
    return ran.status === 0 ? decodeText(readFileSync(file)) : undefined;
  });
}

function imported(regExe: string, changes: Buffer): void {
  withFolder((folder) => {
    const file = join(folder, 'changes.reg');
    writeFileSync(file, changes);
    const ran = spawnSync(regExe, ['import', file], { stdio: 'ignore' });
    if (ran.error !== undefined || ran.status !== 0)
      throw new Error(`reg import ended with ${ran.error ?? ran.status}`);
  });
}

function withFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'lab-registry-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
