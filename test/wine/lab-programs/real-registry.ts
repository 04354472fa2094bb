// The registry of the Windows we run on, as the lab's programs see theirs: read and written through its own reg.exe.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
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
  /** The parts that were asked for so far. */
  parts(): readonly string[];
}

/** Exports by part in lower case; undefined where there is no such key. */
export type Exports = ReadonlyMap<string, string | undefined>;

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
  if (!isUnchanged(part)) return exported(regExe, part);
  if (!read.has(part)) read.set(part, exported(regExe, part));
  return read.get(part);
}

const isUnchanged = (part: string): boolean => UNCHANGED.some((each) => each.test(part));

/** What of these parts may have changed, read now and at once: one after the other takes longer than a client waits. */
export async function exportedNow(regExe: string, parts: readonly string[]): Promise<Exports> {
  const changing = parts.filter((part) => !isUnchanged(part));
  return new Map(
    await Promise.all(changing.map(async (part) => [part.toLowerCase(), await exportedBeside(regExe, part)] as const)),
  );
}

/** The registry behind `regExe`, a full path; what was exported just now is not exported again. */
export function realRegistry(regExe: string, now: Exports = new Map()): RealRegistry {
  const tree = registryTree();
  const before = new Map<string, { readonly part: string; readonly snapshot: Snapshot }>();
  const loaded = (key: string): Registry => {
    const part = PARTS.map((each) => each.exec(key)?.[0]).find((each) => each !== undefined);
    if (part === undefined) throw new Error(`the lab's programs have no business with ${key}`);
    if (!before.has(part.toLowerCase())) {
      const name = part.toLowerCase();
      const text = now.has(name) ? now.get(name) : textOf(regExe, part);
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
        const after = snapshotOf(tree, part);
        const changes = registryChanges(snapshot, after);
        if (changes === undefined) continue;
        imported(regExe, changes);
        before.set(name, { part, snapshot: after });
      }
    },
    parts: () => [...before.values()].map(({ part }) => part),
  };
}

/** With no console, for which Wine would start one more process. */
const ALONE = { stdio: 'ignore', detached: true } as const;

/** The part as a registry file; undefined where there is no such key. */
function exported(regExe: string, part: string): string | undefined {
  return withFolder((folder) => {
    const file = join(folder, 'part.reg');
    const ran = spawnSync(regExe, ['export', part, file, '/y'], ALONE);
    if (ran.error !== undefined) throw ran.error;
    return ran.status === 0 ? decodeText(readFileSync(file)) : undefined;
  });
}

/** The same while other work goes on. */
async function exportedBeside(regExe: string, part: string): Promise<string | undefined> {
  const folder = newFolder();
  try {
    const file = join(folder, 'part.reg');
    const [code] = (await once(spawn(regExe, ['export', part, file, '/y'], ALONE), 'exit')) as [number | null];
    return code === 0 ? decodeText(readFileSync(file)) : undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function imported(regExe: string, changes: Buffer): void {
  withFolder((folder) => {
    const file = join(folder, 'changes.reg');
    writeFileSync(file, changes);
    const ran = spawnSync(regExe, ['import', file], ALONE);
    if (ran.error !== undefined || ran.status !== 0)
      throw new Error(`reg import ended with ${ran.error ?? ran.status}`);
  });
}

function withFolder<T>(use: (folder: string) => T): T {
  const folder = newFolder();
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'lab-registry-'));
