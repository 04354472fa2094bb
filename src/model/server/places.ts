// Where our own files lie on the server: one folder below ProgramData, closed to everybody but administrators.

import type { Places } from './evidence.ts';

/** The data folder: journal, backups, baseline, and the work folder for files that live as long as one command. */
export const dataFolder = (places: Places): string => `${places.programData}\\iis-ssl-heal`;

/** The folders in it. */
export const ownFolders = (places: Places): readonly string[] => [
  workFolder(places),
  backupFolder(places),
  runsFolder(places),
  logFolder(places),
];

/** Folder of the transfer files; empty except while a plan runs. */
export const workFolder = (places: Places): string => `${dataFolder(places)}\\work`;

/** Folder of verified copies of edited files. */
export const backupFolder = (places: Places): string => `${dataFolder(places)}\\backups`;

/** Folder of the runs' journals. */
export const runsFolder = (places: Places): string => `${dataFolder(places)}\\runs`;

/** The file that remembers the last healthy state. */
export const baselineFile = (places: Places): string => `${dataFolder(places)}\\baseline.json`;

/** The administrator's limits of unattended repairs; optional. */
export const policyFile = (places: Places): string => `${dataFolder(places)}\\config.json`;

/** Unattended runs repair nothing while it is there, or until the time that it names: see pause-file.ts. */
export const pauseFile = (places: Places): string => `${dataFolder(places)}\\pause`;

/** What unattended runs remember of each other. */
export const ledgerFile = (places: Places): string => `${dataFolder(places)}\\self-heal.json`;

/** Folder of the log of unattended runs. */
export const logFolder = (places: Places): string => `${dataFolder(places)}\\log`;

/** Folder of IIS's own configuration. */
export const inetsrvFolder = (places: Places): string => `${places.systemRoot}\\System32\\inetsrv`;

/** Where the new bytes of a file lie before they are put in its place: beside it, so that they inherit its permissions. */
export const replacementFile = (path: string): string => `${path}.iis-ssl-heal.tmp`;

/** Where the permissions of a replacement lie while they are given to it. */
export const permissionsFile = (replacement: string): string => `${replacement}.acl`;

/** Bytes of one file of ours: a healthy state of 10,000 sites takes eight million, and a larger file is none of ours. */
export const LARGEST_OWN_FILE = 64 * 2 ** 20;
