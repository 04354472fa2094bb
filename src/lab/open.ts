// A lab server from its disk, and back.

import type { Disk } from './disk.ts';
import { readRegistry, writeRegistry } from './registry-tree.ts';
import type { LabFacts, LabServer } from './server.ts';

/** Where a lab keeps what it knows of itself. */
export const LAB_FACTS = 'C:\\lab.json';

/** Where a lab keeps its registry. */
export const LAB_REGISTRY = 'C:\\registry.json';

/** The folder holds no lab, or one that this version cannot read. The message says which. */
export class NotALab extends Error {}

/** Loads a lab server. Throws NotALab. */
export function openLab(disk: Disk): LabServer {
  const factsText = disk.read(LAB_FACTS)?.toString('utf8');
  if (factsText === undefined) throw new NotALab('this folder is not a lab: it has no lab.json');
  const registryText = disk.read(LAB_REGISTRY)?.toString('utf8');
  if (registryText === undefined) throw new NotALab('this folder is not a lab: it has no registry.json');

  const facts = parsed('lab.json', () => factsFrom(factsText));
  const registry = parsed('registry.json', () => readRegistry(registryText));
  // Compared as we write it: a file that somebody laid out otherwise stays as it is while it says the same.
  const onDisk = new Map([
    [LAB_FACTS, writeFacts(facts)],
    [LAB_REGISTRY, writeRegistry(registry)],
  ]);

  const write = (path: string, text: string) => {
    if (onDisk.get(path) === text) return;
    // Another process may read the lab at this moment, or ours be ended: never half a file.
    disk.write(`${path}.new`, Buffer.from(text));
    disk.rename(`${path}.new`, path);
    onDisk.set(path, text);
  };
  return {
    disk,
    registry,
    facts,
    save() {
      write(LAB_FACTS, writeFacts(facts));
      write(LAB_REGISTRY, writeRegistry(registry));
    },
  };
}

/** The text of lab.json. */
export function writeFacts(facts: LabFacts): string {
  return `${JSON.stringify(facts, null, 2)}\n`;
}

function factsFrom(text: string): LabFacts {
  const facts = JSON.parse(text) as LabFacts;
  if (facts.formatVersion !== 1) throw new Error(`formatVersion is ${String(facts.formatVersion)}, not 1`);
  const texts = [
    facts.computer,
    facts.dnsName,
    facts.machineGuid,
    facts.clock,
    facts.owner?.sid,
    facts.otherAdmin?.sid,
  ];
  const wrong = texts.some((value) => typeof value !== 'string') || typeof facts.osBuild !== 'number';
  if (wrong || !Array.isArray(facts.told) || !Array.isArray(facts.cachedCredentials))
    throw new Error('a field is wrong');
  return facts;
}

function parsed<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new NotALab(`this folder is not a lab that can be read: ${file}: ${(error as Error).message}`);
  }
}
