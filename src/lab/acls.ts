// The security descriptors of the lab's key files: NTFS keeps them, a folder of the host cannot.

import type { LabServer } from './server.ts';
import { replaceWhole } from './text-file.ts';

/** `{ "c:\\path in lower case": "SDDL" }`. */
const ACLS = 'C:\\acls.json';

/** What Windows gives a new machine key file: full access for SYSTEM and the administrators, nothing inherited. */
export const DEFAULT_KEY_SDDL = 'O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)';

/** The descriptor of a key file as SDDL. */
export function keySddl(server: LabServer, path: string): string {
  return storedSddl(server, path) ?? DEFAULT_KEY_SDDL;
}

/** The descriptor that a file or folder was given; undefined where it has what Windows gives by default. */
export function storedSddl(server: LabServer, path: string): string | undefined {
  return readAll(server)[path.toLowerCase()];
}

/** Sets the descriptor of a key file, or forgets it where none is given. */
export function setKeySddl(server: LabServer, path: string, sddl: string | undefined): void {
  const all = readAll(server);
  if (all[path.toLowerCase()] === sddl) return;
  if (sddl === undefined) delete all[path.toLowerCase()];
  else all[path.toLowerCase()] = sddl;
  replaceWhole(server.disk, ACLS, `${JSON.stringify(all, null, 2)}\n`);
}

/** Moves the descriptors of a file, or of a folder with all in it, along; those of what was in its place are gone. */
export function moveSddl(server: LabServer, from: string, to: string): void {
  const all = readAll(server);
  const [source, target] = [from.toLowerCase(), to.toLowerCase()];
  const isAt = (path: string, place: string) => path === place || path.startsWith(`${place}\\`);
  const kept = Object.entries(all).filter(([path]) => !isAt(path, target));
  const moved = kept.map(([path, sddl]) => [isAt(path, source) ? target + path.slice(source.length) : path, sddl]);
  if (JSON.stringify(moved) === JSON.stringify(Object.entries(all))) return;
  replaceWhole(server.disk, ACLS, `${JSON.stringify(Object.fromEntries(moved), null, 2)}\n`);
}

function readAll(server: LabServer): Record<string, string> {
  return JSON.parse(server.disk.read(ACLS)?.toString('utf8') ?? '{}') as Record<string, string>;
}
