// A lab server with nothing on it yet, and keys that tests share because making one is slow.

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newKey } from '../../src/lab/certificates/make-certificate.ts';
import { type MemoryDisk, memoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { LAB_FACTS, LAB_REGISTRY, openLab, writeFacts } from '../../src/lab/open.ts';
import { registryTree, writeRegistry } from '../../src/lab/registry/registry-tree.ts';
import { textValue } from '../../src/lab/registry/registry-values.ts';
import type { LabFacts, LabServer } from '../../src/lab/server.ts';

/** A server WEB01 with two administrators, the stores MY, WebHosting and Root, and an empty disk in memory. */
export function smallLab(changes: Partial<LabFacts> = {}): LabServer & { readonly disk: MemoryDisk } {
  const registry = registryTree();
  for (const store of ['MY', 'WebHosting', 'Root']) {
    registry.makeKey(`HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\${store}\\Certificates`);
  }
  const facts: LabFacts = {
    formatVersion: 1,
    computer: 'WEB01',
    dnsName: 'web01.corp.example',
    machineGuid: '5c0f4a1e-93d7-4b62-8e15-a7d2c9306b48',
    osBuild: 17763,
    owner: { sid: 'S-1-5-21-70-80-90-1001', name: 'WEB01\\olga', profile: 'C:\\Users\\olga' },
    otherAdmin: { sid: 'S-1-5-21-70-80-90-1002', name: 'WEB01\\bruno', profile: 'C:\\Users\\bruno' },
    clock: '2026-01-10T08:00:00.000Z',
    cachedCredentials: [],
    told: [],
    ...changes,
  };
  registry.setValue(
    'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography',
    'MachineGuid',
    textValue(facts.machineGuid),
  );
  const disk = memoryDisk();
  disk.write(LAB_FACTS, Buffer.from(writeFacts(facts)));
  disk.write(LAB_REGISTRY, Buffer.from(writeRegistry(registry)));
  return { ...openLab(disk), disk };
}

/** Made once for all runs, PKCS #1 in Base64, a line each: RSA takes a fifth of a second for one, and these open nothing but labs. */
const KEYS = readFileSync(join(import.meta.dirname, '../fixtures/keys/rsa-2048.txt'), 'utf8')
  .trim()
  .split('\n');

const made: KeyObject[] = [];

/** The same RSA keys in every test, by number. */
export function sharedKey(number = 0): KeyObject {
  made[number] ??= KEYS[number] ? fromBase64(KEYS[number]) : newKey();
  return made[number];
}

const fromBase64 = (text: string): KeyObject =>
  createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs1' });
