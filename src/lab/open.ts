// A lab server from its disk, and back.

import type { Disk } from './disk/disk.ts';
import { replaceWhole } from './disk/text-file.ts';
import type { Registry } from './registry/registry.ts';
import { readRegistry, writeRegistry } from './registry/registry-tree.ts';
import { remembered } from './remembered.ts';
import type { LabFacts, LabServer } from './server.ts';
import { followConfig } from './services/config-change.ts';
import { areAnswers } from './unknowns.ts';

/** Where a lab keeps what it knows of itself. */
export const LAB_FACTS = 'C:\\lab.json';

/** Where a lab keeps its registry. */
export const LAB_REGISTRY = 'C:\\registry.json';

/** The folder holds no lab, or one that this version cannot read. The message says which. */
export class NotALab extends Error {}

/** Loads a lab server. Throws NotALab. */
export function openLab(disk: Disk): LabServer {
  const { facts, save } = openFacts(disk);
  const text = disk.text(LAB_REGISTRY);
  if (text === undefined) throw new NotALab('this folder is not a lab: it has no registry.json');
  let touched = false;
  const shared = parsed('registry.json', () => sharedRegistry(text));
  let own: Registry | undefined;
  const registry = eitherOf(
    () => own ?? shared,
    () => {
      touched = true;
      own ??= readRegistry(text);
      return own;
    },
  );
  // Most opens only look: the text of a registry is made where something was changed in it.
  let saveRegistry: (() => void) | undefined;
  const server: LabServer = {
    disk,
    registry,
    facts,
    save() {
      save();
      if (!touched) return;
      saveRegistry ??= kept(disk, LAB_REGISTRY, () => writeRegistry(registry), registryText(text));
      saveRegistry();
      touched = false;
    },
  };
  if (followConfig(server)) server.save();
  return server;
}

/** What all servers of one text look into; the first change of one is made to a copy of its own. */
const sharedRegistry = remembered(readRegistry);

/** The same registry as we write it. */
const registryText = remembered((text) => writeRegistry(sharedRegistry(text)));

const eitherOf = (toRead: () => Registry, toChange: () => Registry): Registry => ({
  values: (key) => toRead().values(key),
  subkeys: (key) => toRead().subkeys(key),
  makeKey: (key) => toChange().makeKey(key),
  setValue: (key, name, value) => toChange().setValue(key, name, value),
  deleteValue: (key, name) => toChange().deleteValue(key, name),
  deleteKey: (key) => toChange().deleteKey(key),
  state: () => toRead().state?.(),
});

/** The half of a lab server that lab.json holds, for one whose registry is kept elsewhere. Throws NotALab. */
export function openFacts(disk: Disk): Pick<LabServer, 'facts' | 'save'> {
  const text = disk.text(LAB_FACTS);
  if (text === undefined) throw new NotALab('this folder is not a lab: it has no lab.json');
  const facts = parsed('lab.json', () => factsFrom(text));
  return { facts, save: kept(disk, LAB_FACTS, () => writeFacts(facts), writtenAnew(text)) };
}

/** Writes a file when its text is another than it was at first, as we write it: somebody may have laid it out otherwise. */
function kept(disk: Disk, path: string, textNow: () => string, textAtFirst = textNow()): () => void {
  let onDisk = textAtFirst;
  return () => {
    const text = textNow();
    if (onDisk === text) return;
    replaceWhole(disk, path, text);
    onDisk = text;
  };
}

/** The same facts as we write them. */
const writtenAnew = remembered((text) => writeFacts(JSON.parse(text) as LabFacts));

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
  const lists = [facts.addresses ?? [], facts.foreignAddresses ?? []];
  const wrongList = lists.some((list) => !Array.isArray(list) || list.some((ip) => typeof ip !== 'string'));
  if (wrongList || !areAnswers(facts.unknowns ?? {})) throw new Error('addresses or unknowns are wrong');
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
