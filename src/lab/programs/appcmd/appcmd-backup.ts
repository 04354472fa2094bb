// appcmd's backups: copies of the configuration files in a folder of their own.

import { type ProgramResult, printed } from '../../program.ts';
import type { LabServer } from '../../server.ts';
import { cannotFind, failedWith, mustName } from './appcmd-answers.ts';
import type { Words } from './appcmd-words.ts';

const CONFIG_FOLDER = 'C:\\Windows\\System32\\inetsrv\\config';
const BACKUPS = 'C:\\Windows\\System32\\inetsrv\\backup';

/** `add backup [NAME]`: copies every *.config file; without a name it is named after the time, as 20060519T172530. */
export function addBackup({ identifier }: Words, server: LabServer): ProgramResult {
  const name = identifier ?? server.facts.clock.slice(0, 19).replace(/[-:]/g, '');
  const folder = `${BACKUPS}\\${name}`;
  if (server.disk.list(folder)) {
    const exists = 'Cannot create a file when that file already exists.';
    return failedWith(0x800700b7, 'Command execution failed.', exists);
  }
  server.disk.makeFolder(folder);
  copyConfigFiles(server, CONFIG_FOLDER, folder);
  return printed([`BACKUP object "${name}" added`]);
}

/** `list backup [NAME]`. No backup at all is exit code 1 and not a word. */
export function listBackups({ identifier }: Words, server: LabServer): ProgramResult {
  if (identifier !== undefined) {
    const name = findBackup(server, identifier);
    return name === undefined ? cannotFind('BACKUP', identifier) : printed([`BACKUP "${name}"`]);
  }
  const names = backups(server);
  return printed(
    names.map((name) => `BACKUP "${name}"`),
    names.length > 0 ? 0 : 1,
  );
}

/** `delete backup NAME`. */
export function deleteBackup({ identifier }: Words, server: LabServer): ProgramResult {
  if (identifier === undefined) return mustName('BACKUP');
  const name = findBackup(server, identifier);
  if (name === undefined) return cannotFind('BACKUP', identifier);
  server.disk.remove(`${BACKUPS}\\${name}`);
  return printed([`BACKUP object "${name}" deleted`]);
}

/** `restore backup NAME`: puts the files back; those that came later stay. */
export function restoreBackup({ identifier }: Words, server: LabServer): ProgramResult {
  if (identifier === undefined) return mustName('BACKUP');
  const name = findBackup(server, identifier);
  if (name === undefined) return cannotFind('BACKUP', identifier);
  copyConfigFiles(server, `${BACKUPS}\\${name}`, CONFIG_FOLDER);
  return printed([`Restored configuration from backup "${name}"`]);
}

const backups = (server: LabServer): readonly string[] => server.disk.list(BACKUPS)?.folders ?? [];

const findBackup = (server: LabServer, wanted: string): string | undefined =>
  backups(server).find((name) => name.toLowerCase() === wanted.toLowerCase());

function copyConfigFiles(server: LabServer, from: string, to: string): void {
  for (const file of server.disk.list(from)?.files ?? []) {
    const bytes = server.disk.read(`${from}\\${file}`);
    if (bytes && /\.config$/i.test(file)) server.disk.write(`${to}\\${file}`, bytes);
  }
}
