// appcmd.exe: backups, sites, configuration sections, and bindings that are run again.

import { CONFIG_PATH, decodedConfig, LabConfigError } from '../../config/applied-config.ts';
import { DiskError } from '../../disk/disk.ts';
import type { Caller, LabProgram, ProgramResult } from '../../program.ts';
import type { LabServer } from '../../server.ts';
import { isElement, parseXml } from '../../tasks/xml-elements.ts';
import { addSite, deleteSite } from './appcmd-add-site.ts';
import { failed, failedWith } from './appcmd-answers.ts';
import { addBackup, deleteBackup, listBackups, restoreBackup } from './appcmd-backup.ts';
import { listSection, setSection } from './appcmd-config.ts';
import { RENEW_SINCE, renewBinding } from './appcmd-renew.ts';
import { listSites, setSite } from './appcmd-site.ts';
import type { Outcome, Words } from './appcmd-words.ts';

/**
 * `appcmd VERB OBJECT [ID] [options]`. All answers go to stdout; exit codes are Win32 errors: 5, 87, 183, 1168, 4312.
 * Without elevation nothing can be read: the configuration folder lets administrators in only.
 */
export const appcmd: LabProgram = (args, server, caller) => {
  const [verb = '', object = '', ...rest] = args.map((argument) => argument.replaceAll('"', ''));
  const kind = object.toLowerCase().replace(/s$/, '');
  if (!caller.elevated)
    return configurationError(
      'redirection.config',
      0,
      'Cannot read configuration file due to insufficient permissions',
      5,
    );
  const bare = rest.filter((word) => !/^[/-]/.test(word));
  const words = {
    identifier: bare[0],
    options: rest.filter((word) => /^[/-]/.test(word)).map((word) => word.slice(1)),
  };
  try {
    return (
      answer(`${verb.toLowerCase()} ${kind}`, words, server, caller) ??
      failed(`Unknown command "${verb} ${object}".  Replace with -? for help.`, 87)
    );
  } catch (error) {
    if (error instanceof DiskError) return diskFailure(error);
    throw error;
  }
};

function answer(command: string, words: Words, server: LabServer, caller: Caller): ProgramResult | undefined {
  if (command === 'add backup') return addBackup(words, server);
  if (command === 'list backup') return listBackups(words, server);
  if (command === 'delete backup') return deleteBackup(words, server);
  if (command === 'restore backup') return restoreBackup(words, server);
  if (command === 'list site') return onConfiguration(server, (text) => ({ answer: listSites(text, words, server) }));
  if (command === 'set site') return onConfiguration(server, (text) => setSite(text, words));
  if (command === 'add site') return onConfiguration(server, (text) => addSite(text, words));
  if (command === 'delete site') return onConfiguration(server, (text) => deleteSite(text, words));
  if (command === 'list config') return onConfiguration(server, (text) => ({ answer: listSection(text, words) }));
  if (command === 'set config' || command === 'clear config') {
    return onConfiguration(server, (text) => setSection(text, words, command === 'clear config'));
  }
  if (command === 'renew binding' && server.facts.osBuild >= RENEW_SINCE)
    return onConfiguration(server, () => ({ answer: renewBinding(words, server, caller) }));
  return undefined;
}

/** Reads the configuration, and writes it only where the work on it changed its text. */
function onConfiguration(server: LabServer, work: (text: string) => Outcome): ProgramResult {
  const bytes = server.disk.read(CONFIG_PATH);
  if (!bytes) return configurationError(CONFIG_PATH, 0, 'Cannot read configuration file', 2);
  let decoded: ReturnType<typeof decodedConfig>;
  try {
    decoded = decodedConfig(bytes);
  } catch (error) {
    if (error instanceof LabConfigError) return malformed(0);
    throw error;
  }
  const root = parseXml(decoded.text);
  if (!isElement(root)) return malformed(root.line);
  const outcome = work(decoded.text);
  if (outcome.text !== undefined) server.disk.write(CONFIG_PATH, decoded.encode(outcome.text));
  return outcome.answer;
}

const malformed = (line: number): ProgramResult =>
  configurationError(CONFIG_PATH, line, 'Configuration file is not well-formed XML', 13);

function configurationError(file: string, line: number, why: string, exitCode: number): ProgramResult {
  const shown = file === CONFIG_PATH ? `\\\\?\\${file}` : file;
  return failed(
    `Configuration error\r\nFilename: ${shown}\r\nLine Number: ${line}\r\nDescription: ${why}\r\n.`,
    exitCode,
  );
}

const DISK_FAILURES: Readonly<Record<DiskError['code'], readonly [number, string]>> = {
  absent: [0x80070003, 'The system cannot find the path specified.'],
  held: [0x80070020, 'The process cannot access the file because it is being used by another process.'],
  denied: [0x80070005, 'Access is denied.'],
  full: [0x80070070, 'There is not enough space on the disk.'],
  exists: [0x800700b7, 'Cannot create a file when that file already exists.'],
  'other-volume': [0x80070011, 'The system cannot move the file to a different disk drive.'],
};

function diskFailure(error: DiskError): ProgramResult {
  const [hresult, message] = DISK_FAILURES[error.code];
  return failedWith(hresult, 'Failed to commit configuration changes.', `\r\n${message}\r\n`);
}
