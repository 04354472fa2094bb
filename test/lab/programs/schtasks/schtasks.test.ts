import { describe, expect, it } from 'vitest';
import { schtasks as schtasksProgram } from '../../../../src/lab/programs/schtasks/schtasks.ts';
import { noteTaskRun } from '../../../../src/lab/tasks/task-runs.ts';
import { callers, complaints, ended, lines, transcript } from '../../../support/say.ts';
import { smallLab } from '../../../support/small-lab.ts';

const schtasks = ended(schtasksProgram);

// Held against a transcript for what is made, deleted, refused and missing. The two lines on wrong order and on missing
// actions, and the columns of /Query, follow the task scheduler's error names and the command reference: no transcript.

const TASK = `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers>
    <BootTrigger><Enabled>true</Enabled><Delay>PT2M</Delay></BootTrigger>
    <EventTrigger><Enabled>true</Enabled><Subscription>&lt;QueryList /&gt;</Subscription><Delay>PT30S</Delay></EventTrigger>
  </Triggers>
  <Principals><Principal id="Author"><UserId>S-1-5-18</UserId></Principal></Principals>
  <Actions Context="Author"><Exec><Command>C:\\heal.exe</Command></Exec></Actions>
</Task>`;

const said = transcript('schtasks-answers');
const wide = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');

function lab(xml: Buffer = wide(TASK)) {
  const server = smallLab();
  server.disk.write('C:\\task.xml', xml);
  const { owner, plain } = callers(server);
  return {
    server,
    run: (...args: string[]) => schtasks(args, server, owner),
    runPlain: (...args: string[]) => schtasks(args, server, plain),
    create: () => schtasks(['/Create', '/TN', 'iis-ssl-heal', '/XML', 'C:\\task.xml', '/F'], server, owner),
  };
}

describe('schtasks', () => {
  it('makes, shows, runs and deletes a task', () => {
    const { run, create, server } = lab();
    expect(lines(create())).toEqual([said[0]]);
    expect(server.disk.read('C:\\Windows\\System32\\Tasks\\iis-ssl-heal')?.equals(wide(TASK))).toBe(true);
    expect(lines(run('/Query', '/TN', '\\IIS-SSL-HEAL', '/XML')).join('\n')).toBe(TASK);
    expect(lines(run('/Query', '/FO', 'CSV', '/NH'))).toEqual(['"\\iis-ssl-heal","N/A","Ready"']);
    expect(lines(run('/Run', '/TN', 'iis-ssl-heal'))[0]).toMatch(/^SUCCESS: Attempted to run/);
    expect(run('/Delete', '/TN', 'iis-ssl-heal').exitCode).toBe(1);
    expect(lines(run('/Delete', '/TN', 'iis-ssl-heal', '/F'))).toEqual([said[1]]);
    expect(lines(run('/Query', '/FO', 'CSV'))).toEqual(['"TaskName","Next Run Time","Status"']);
  });

  it('does not replace a task without /F', () => {
    const { create, run, server } = lab();
    create();
    server.disk.write('C:\\task.xml', wide(TASK.replace('PT2M', 'PT9M')));
    expect(run('/Create', '/TN', 'iis-ssl-heal', '/XML', 'C:\\task.xml').exitCode).toBe(1);
    expect(lines(run('/Query', '/TN', 'iis-ssl-heal', '/XML')).join('\n')).toBe(TASK);
  });

  it('finds nothing, and may nothing, with 1', () => {
    const { run, runPlain, create } = lab();
    expect([run('/Query', '/TN', 'x').exitCode, complaints(run('/Query', '/TN', 'x', '/XML'))]).toEqual([1, [said[3]]]);
    expect(complaints(runPlain('/Create', '/TN', 'x', '/XML', 'C:\\task.xml', '/F'))).toEqual([said[2]]);
    create();
    expect(complaints(runPlain('/Delete', '/TN', 'iis-ssl-heal', '/F'))).toEqual([said[2]]);
    expect(complaints(run('/Delete', '/TN', 'x', '/F'))).toEqual([
      'ERROR: The specified task name "x" does not exist in the system.',
    ]);
    expect(complaints(run('/Create', '/TN', 'x', '/XML', 'C:\\none.xml', '/F'))).toEqual([said[3]]);
    expect(run('/What', '/TN', 'x').exitCode).toBe(1);
  });

  it.each([
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${TASK}`), said.slice(4, 6)],
    ['UTF-8 that says UTF-16', Buffer.from(TASK), said.slice(6, 8)],
    ['big-endian UTF-16', wide(TASK).swap16(), said.slice(4, 6)],
  ])('refuses %s', (_name, xml, expected) => {
    const { create, server } = lab(xml);
    expect([create().exitCode, complaints(create())]).toEqual([1, expected]);
    expect(server.disk.list('C:\\Windows\\System32\\Tasks')).toBeUndefined();
  });

  it('takes plain ANSI without a declaration', () => {
    expect(lab(Buffer.from(TASK.replace(/^.*\n/, ''), 'latin1')).create().exitCode).toBe(0);
  });

  it('refuses elements out of their order, and a task that does nothing', () => {
    const swapped = TASK.replace(
      '<Enabled>true</Enabled><Delay>PT2M</Delay>',
      '<Delay>PT2M</Delay><Enabled>true</Enabled>',
    );
    expect(complaints(lab(wide(swapped)).create())).toEqual([
      'ERROR: The task XML contains an unexpected node.',
      '(4,37):Enabled:',
    ]);
    const idle = TASK.replace(/<Actions.*<\/Actions>/, '');
    expect(complaints(lab(wide(idle)).create())[0]).toBe(
      'ERROR: The task XML is missing a required element or attribute.',
    );
    expect(complaints(lab(wide('<Task>')).create())[0]).toBe('ERROR: The task XML is malformed.');
  });

  it('prints 28 columns for each trigger with /V, as it is and in German', () => {
    const { server, run, create } = lab();
    create();
    const query = () => run('/Query', '/TN', 'iis-ssl-heal', '/FO', 'CSV', '/V', '/NH');
    const [boot, event, ...more] = lines(query()).map((line) => line.slice(1, -1).split('","'));
    expect(more).toEqual([]);
    expect([boot?.length, event?.length]).toEqual([28, 28]);
    expect(boot?.slice(0, 9)).toEqual([
      ...['WEB01', '\\iis-ssl-heal', 'N/A', 'Ready', 'Interactive/Background', '11/30/1999 12:00:00 AM', '267011'],
      ...['N/A', 'C:\\heal.exe '],
    ]);
    expect([boot?.[14], boot?.[18], event?.[18]]).toEqual(['SYSTEM', 'At system start up', 'When an event occurs']);
    noteTaskRun(server, 'iis-ssl-heal', { lastRun: '2026-01-10T15:04:05.000Z', lastResult: 0x80070002 });
    expect(lines(query())[0]).toContain('"1/10/2026 3:04:05 PM","-2147024894"');
    expect(lines(run('/Query', '/FO', 'CSV', '/V'))[0]?.split('","')).toHaveLength(28);
    expect(lines(run('/Query', '/FO', 'LIST', '/V')).join('\n')).toMatch(/^Last Result: +-2147024894$/m);

    const german = smallLab({ language: 'de' });
    const { owner } = callers(german);
    german.disk.write('C:\\task.xml', wide(TASK));
    const say = (...args: string[]) => schtasks(args, german, owner);
    expect(lines(say('/Create', '/TN', 'x', '/XML', 'C:\\task.xml'))[0]).toMatch(/^ERFOLGREICH: /);
    noteTaskRun(german, 'x', { lastRun: '2026-01-10T15:04:05.000Z', lastResult: 3 });
    const [row = ''] = lines(say('/Query', '/TN', 'x', '/FO', 'CSV', '/V', '/NH'));
    expect(row).toContain('"Nicht zutreffend","Bereit","Interactive/Background","10.01.2026 15:04:05","3"');
    expect(complaints(say('/Query', '/TN', 'none', '/XML'))[0]).toMatch(/^FEHLER: /);
    // Code page 850, as a German console prints it.
    expect(lines(say('/Delete', '/TN', 'x', '/F'))[0]).toMatch(/erfolgreich gel\x94scht\.$/);
    expect(german.disk.read('C:\\tasks.json')).toBeUndefined();
  });

  it('knows the next run of a time trigger, and prints its repetition as the transcript does', () => {
    const hourly =
      '<TimeTrigger><StartBoundary>2020-01-01T00:17:00</StartBoundary>' +
      '<Repetition><Interval>PT1H</Interval></Repetition></TimeTrigger>';
    const { run, create } = lab(wide(TASK.replace('<EventTrigger>', `${hourly}<EventTrigger>`)));
    create();
    const rows = lines(run('/Query', '/TN', 'iis-ssl-heal', '/FO', 'CSV', '/V', '/NH'));
    expect(rows.map((row) => row.split('","')[2])).toEqual(['N/A', '1/10/2026 8:17:00 AM', 'N/A']);
    expect(rows[1]).toMatch(/"One Time Only, Hourly ".*"1 Hour\(s\), 0 Minute\(s\)","None","Disabled","Disabled"$/);
    expect(lines(run('/Query', '/FO', 'CSV', '/NH'))).toEqual(['"\\iis-ssl-heal","1/10/2026 8:17:00 AM","Ready"']);
  });

  it('forgets the runs of a task that was taken away by hand when it is made again', () => {
    const { server, run, create } = lab();
    create();
    noteTaskRun(server, 'iis-ssl-heal', { lastRun: '2026-01-10T15:04:05.000Z', lastResult: 3 });
    create();
    expect(lines(run('/Query', '/FO', 'CSV', '/V', '/NH'))[0]).toContain('"3"');
    server.disk.remove('C:\\Windows\\System32\\Tasks\\iis-ssl-heal');
    create();
    expect(lines(run('/Query', '/FO', 'CSV', '/V', '/NH'))[0]).toContain('"267011"');
  });
});
