// What a run on a real Windows leans on, where a public source says otherwise or none says it: each row by its letter and number, as
// tests are named after it.

/** One of them: the test file that has a test of its name, or a sentence in place of one. */
export interface LeanedOn {
  readonly row: string;
  /** What was taken for granted. */
  readonly what: string;
  readonly held: { readonly test: string } | { readonly says: string };
}

const by = (row: string, what: string, test: string): LeanedOn => ({ row, what, held: { test: `test/${test}` } });
const says = (row: string, what: string, sentence: string): LeanedOn => ({ row, what, held: { says: sentence } });

export const LEANED_ON: readonly LeanedOn[] = [
  by('A2', 'a record has no value whose name is not known', 'repair/live-path-records.test.ts'),
  by('A3', 'a CTL store without a CTL contradicts itself', 'windows-commands/netsh.test.ts'),
  by('A4', 'each entry of a store can be read, or nothing is known of the store', 'diagnosis/diagnose.test.ts'),
  by('A5', 'what is not read of the stores has no certificate that fits', 'chain/certificates/candidates.test.ts'),
  by('A10', 'the help of netsh names its options as tag=<value>', 'repair/live-path-records.test.ts'),
  by(
    'A11',
    'netsh update sslcert is there from 2022 on, and sets back what it is not given',
    'repair/live-path-records.test.ts',
  ),
  by('A15', 'the lines of netsh show sslcert have their places', 'repair/live-path-records.test.ts'),
  by('A16', 'certutil exports with AES from build 17763 on', 'repair/live-path-keys.test.ts'),
  by('A17', 'certutil imports a file that is encrypted with AES', 'repair/live-path-keys.test.ts'),
  by('A18', 'NoRoot lets a self-signed certificate in', 'repair/live-path.test.ts'),
  says(
    'A19',
    'an imported key is no easier to export than it was',
    'It is made so by certutil: one that was moved was so before, one from a file that a person gave becomes so.',
  ),
  by('A21', 'certutil ends within a minute', 'machine/programs/run-program.test.ts'),
  by('A22', '0x8009000B means that a key may not be exported', 'repair/live-path-keys.test.ts'),
  says(
    'A23',
    'nobody is alarmed by certutil -exportPFX',
    'Detection rules are; docs/install.md says what to tell those who watch.',
  ),
  by('A25', 'appcmd takes one property out of customMetadata', 'cmd-scripts/fix/script.test.ts'),
  by('A26', 'icacls /save ends with 0 where it has saved', 'repair/live-path.test.ts'),
  by('A27', 'folders of key files are small', 'repair/live-path-files.test.ts'),
  by('A28', 'icacls /restore gives back the same list', 'repair/live-path.test.ts'),
  says(
    'A29',
    'icacls has /inheritance and /setowner on Windows Server 2008',
    'Nobody shows it: there the script stops before its first change where icacls ends otherwise than with 0.',
  ),
  by('A30', 'a hash in customMetadata acts on every server', 'chain/visitor-field.test.ts'),
  by('A31', 'an event log is read within half a minute', 'evidence/sources/reasons.test.ts'),
  by('A35', 'a task file keeps the SID of its user', 'repair/live-path-files.test.ts'),
  by('A37', 'whoami lists the groups of who runs it', 'repair/live-path.test.ts'),
  by('B1', "the address of each binding is the server's own", 'chain/visitor-field.test.ts'),
  by('B2', 'a binding without a record of its own serves nobody', 'chain/visitor-field.test.ts'),
  by('B3', 'a site that does not answer is down against its will', 'chain/visitor-field.test.ts'),
  by('B4', 'loopback answers as every other address does', 'evidence/doors.test.ts'),
  by('B5', 'no record has the name that a wildcard is asked for by', 'evidence/doors.test.ts'),
  by('B7', 'the folders of key files can all be listed', 'repair/live-path-files.test.ts'),
  by('B9', 'a process with the id in the lock is the one that holds it', 'repair/change/lock.test.ts'),
  says(
    'B10',
    'Node starts on Windows Server 2016',
    'Some of 23 and 24.1.0 do not; docs/install.md says so, and the functions that the .exe asks for are read by a test.',
  ),
  says(
    'B11',
    'a scanner leaves an .exe alone that nobody has signed',
    'Some take it away; docs/install.md says how to allow this one file, and how to sign it.',
  ),
  by('B13', 'nobody else writes where programs leave their output', 'machine/programs/run-program.test.ts'),
  by('B14', 'what is not known of a key in hardware is never settled', 'chain/links/links.test.ts'),
  by('12.8', 'the ABO mapper makes plain records with the id of IIS', 'repair/live-path-records.test.ts'),
  says(
    '12.5',
    'event 36870 has the fields that samples show',
    'The code is read by its name; where the field has another one the event is told without a code. An event alone is no fault.',
  ),
  says(
    '12.9',
    'applicationHost.config begins with or without a byte order mark',
    'Either is kept, with every other byte and its permissions, and what is read back is compared with what was written.',
  ),
  says(
    '12.11',
    'certutil -repairstore takes an SDDL for a key',
    'Nothing leans on it: permissions of a key are set by icacls, and read back.',
  ),
];

/** The table in Markdown. */
export function leanedOnTable(): string {
  const rows = LEANED_ON.map(
    ({ row, what, held }) => `| ${row} | ${what} | ${'test' in held ? `\`${held.test}\`` : held.says} |`,
  );
  return ['| row | what could be taken for granted, and is not | held by |', '| --- | --- | --- |', ...rows, ''].join(
    '\n',
  );
}

/** Whether a test of this row's name stands in the text: `'A4: ...'`, `'A30, B3: ...'`. */
export const hasTestOf = (row: string, text: string): boolean =>
  new RegExp(`['"\`](?:[AB]?[\\d.]+, )*${row.replace('.', '\\.')}(?:, [AB]?[\\d.]+)*: `).test(text);
