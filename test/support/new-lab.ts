// Labs for tests: made in memory, with keys that the tests of a file share.

import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import { createLab, type LabOptions } from '../../src/lab/create.ts';
import { type MemoryDisk, memoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { probe } from '../../src/lab/http/probe.ts';
import type { LabServer } from '../../src/lab/server.ts';
import { sharedKey } from './small-lab.ts';

/** A new lab on a disk in memory. Its certificates have the keys 0, 1, 2, ... of this test file. */
export function newLab(options: LabOptions = {}): LabServer & { readonly disk: MemoryDisk } {
  const disk = memoryDisk();
  let next = 0;
  const server = createLab(disk, { keyPool: () => sharedKey(next++), ...options });
  return { ...server, disk };
}

/** The text of the lab's applicationHost.config. */
export const configText = (server: LabServer): string => server.disk.read(CONFIG_PATH)!.toString('utf8');

/** The thumbprint that a TLS client gets, or how it fails. */
export async function served(server: LabServer, serverName?: string, address = '0.0.0.0', port = 443): Promise<string> {
  const result = await probe(server, address, port, serverName);
  return result.outcome === 'certificate' ? result.thumbprint : result.outcome;
}

/** `id endpoint` of every http.sys event, `id` of every other one, oldest first. */
export function eventsOf(server: LabServer, log: 'System' | 'Security'): readonly string[] {
  const text = server.disk.read(`C:\\Windows\\System32\\winevt\\Logs\\${log}.xml`)!.toString('utf8');
  return text.split('\r\n').flatMap((line) => {
    const id = /<EventID[^>]*>(\d+)</.exec(line)?.[1];
    const endpoint = /<Data Name='Endpoint'>([^<]*)</.exec(line)?.[1];
    return id === undefined ? [] : [endpoint === undefined ? id : `${id} ${endpoint}`];
  });
}
