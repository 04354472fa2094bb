// What schtasks says, in the display languages of the lab. The English lines are held against a transcript where there is
// one. The German ones are written from memory: that they differ is what they are for.

import type { LabServer } from '../../server.ts';

/** The words of one language. Times are lab time. */
export interface SchtasksWords {
  readonly denied: string;
  readonly fileMissing: string;
  readonly created: (name: string) => string;
  readonly deleted: (name: string) => string;
  readonly attempted: (name: string) => string;
  readonly noSuchTask: (name: string) => string;
  readonly invalid: (word: string) => string;
  readonly usage: string;
  readonly askRemove: (name: string) => string;
  readonly askReplace: (name: string) => string;
  /** Not applicable. */
  readonly none: string;
  readonly ready: string;
  readonly running: string;
  readonly off: string;
  readonly on: string;
  /** The folder line of the table. */
  readonly folder: string;
  readonly date: (time: Date) => string;
  /** The 28 columns of /V; TaskName, Next Run Time and Status are those of the short form. */
  readonly titles: readonly string[];
}

const two = (number: number): string => String(number).padStart(2, '0');

const ENGLISH: SchtasksWords = {
  denied: 'ERROR: Access is denied.',
  fileMissing: 'ERROR: The system cannot find the file specified.',
  created: (name) => `SUCCESS: The scheduled task "${name}" has successfully been created.`,
  deleted: (name) => `SUCCESS: The scheduled task "${name}" was successfully deleted.`,
  attempted: (name) => `SUCCESS: Attempted to run the scheduled task "${name}".`,
  noSuchTask: (name) => `ERROR: The specified task name "${name}" does not exist in the system.`,
  invalid: (word) => `ERROR: Invalid argument/option - '${word}'.`,
  usage: 'Type "SCHTASKS /?" for usage.',
  askRemove: (name) => `WARNING: Are you sure you want to remove the task "${name}" (Y/N)? `,
  askReplace: (name) => `WARNING: The task name "${name}" already exists. Do you want to replace it (Y/N)? `,
  none: 'N/A',
  ready: 'Ready',
  running: 'Running',
  off: 'Disabled',
  on: 'Enabled',
  folder: 'Folder: \\',
  date: (time) => {
    const hours = time.getUTCHours();
    const clock = `${hours % 12 || 12}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}`;
    const day = `${time.getUTCMonth() + 1}/${time.getUTCDate()}/${time.getUTCFullYear()}`;
    return `${day} ${clock} ${hours < 12 ? 'AM' : 'PM'}`;
  },
  titles: [
    ...['HostName', 'TaskName', 'Next Run Time', 'Status', 'Logon Mode', 'Last Run Time', 'Last Result', 'Author'],
    ...['Task To Run', 'Start In', 'Comment', 'Scheduled Task State', 'Idle Time', 'Power Management', 'Run As User'],
    ...['Delete Task If Not Rescheduled', 'Stop Task If Runs X Hours and X Mins', 'Schedule', 'Schedule Type'],
    ...['Start Time', 'Start Date', 'End Date', 'Days', 'Months', 'Repeat: Every', 'Repeat: Until: Time'],
    ...['Repeat: Until: Duration', 'Repeat: Stop If Still Running'],
  ],
};

const GERMAN: SchtasksWords = {
  denied: 'FEHLER: Zugriff verweigert',
  fileMissing: 'FEHLER: Das System kann die angegebene Datei nicht finden.',
  created: (name) => `ERFOLGREICH: Der geplante Task "${name}" wurde erfolgreich erstellt.`,
  deleted: (name) => `ERFOLGREICH: Der geplante Task "${name}" wurde erfolgreich gelöscht.`,
  attempted: (name) => `ERFOLGREICH: Es wurde versucht, den geplanten Task "${name}" auszuführen.`,
  noSuchTask: (name) => `FEHLER: Der angegebene Taskname "${name}" ist im System nicht vorhanden.`,
  invalid: (word) => `FEHLER: Ungültiges Argument bzw. ungültige Option - "${word}".`,
  usage: 'Geben Sie "SCHTASKS /?" ein, um die Syntax anzuzeigen.',
  askRemove: (name) => `WARNUNG: Soll der Task "${name}" wirklich gelöscht werden (J/N)? `,
  askReplace: (name) => `WARNUNG: Der Taskname "${name}" ist bereits vorhanden. Soll er ersetzt werden (J/N)? `,
  none: 'Nicht zutreffend',
  ready: 'Bereit',
  running: 'Wird ausgeführt',
  off: 'Deaktiviert',
  on: 'Aktiviert',
  folder: 'Ordner: \\',
  date: (time) => {
    const day = `${two(time.getUTCDate())}.${two(time.getUTCMonth() + 1)}.${time.getUTCFullYear()}`;
    return `${day} ${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}`;
  },
  titles: [
    ...[
      'Hostname',
      'Aufgabenname',
      'Nächste Laufzeit',
      'Status',
      'Anmeldemodus',
      'Letzte Laufzeit',
      'Letztes Ergebnis',
    ],
    ...['Autor', 'Auszuführende Aufgabe', 'Starten in', 'Kommentar', 'Status der geplanten Aufgabe', 'Leerlaufzeit'],
    ...['Energieverwaltung', 'Als Benutzer ausführen', 'Aufgabe löschen, wenn nicht erneut geplant'],
    ...['Aufgabe beenden, falls Laufzeit X Std. und X Min.', 'Zeitplan', 'Zeitplantyp', 'Startzeit', 'Startdatum'],
    ...['Enddatum', 'Tage', 'Monate', 'Wiederholen: jede', 'Wiederholen: bis: Zeit', 'Wiederholen: bis: Dauer'],
    ...['Wiederholen: Beenden, falls noch ausgeführt'],
  ],
};

/** The words that this server speaks. */
export const wordsOf = (server: LabServer): SchtasksWords => (server.facts.language === 'de' ? GERMAN : ENGLISH);

/** The letters of German in code page 850, which a German console prints; the rest of the lab's text is Latin-1. */
const OEM: Readonly<Record<string, string>> = {
  ä: '\x84',
  ö: '\x94',
  ü: '\x81',
  Ä: '\x8E',
  Ö: '\x99',
  Ü: '\x9A',
  ß: '\xE1',
};

/** A line as the console's bytes, one character each. */
export const inOem = (server: LabServer, line: string): string =>
  server.facts.language === 'de' ? line.replace(/[äöüÄÖÜß]/g, (letter) => OEM[letter] ?? letter) : line;
