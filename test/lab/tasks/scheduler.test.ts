import { describe, expect, it } from 'vitest';
import type { LabServer } from '../../../src/lab/server.ts';
import { logHttp15021, logHttp15300, logSchannelStorm } from '../../../src/lab/services/events.ts';
import { dueByEvents, markLogs } from '../../../src/lab/tasks/run-tasks.ts';
import { dueTasks, type Occasion } from '../../../src/lab/tasks/scheduler.ts';
import { forgetTaskRuns, noteTaskRun, taskRun } from '../../../src/lab/tasks/task-runs.ts';
import { smallLab } from '../../support/small-lab.ts';

const NS = 'http://schemas.microsoft.com/windows/2004/02/mit/task';
const SYSTEM = '<UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel>';
const EXEC =
  '<Exec><Command>C:\\a.exe</Command><Arguments>one</Arguments></Exec><Exec><Command>C:\\b.exe</Command></Exec>';
const BOOT = '<BootTrigger><Enabled>true</Enabled><Delay>PT2M</Delay></BootTrigger>';

function put(
  server: LabServer,
  name: string,
  triggers: string,
  principal = SYSTEM,
  settings = '',
  actions = EXEC,
): void {
  const xml = [
    `<?xml version="1.0" encoding="UTF-16"?><Task version="1.2" xmlns="${NS}"><Triggers>${triggers}</Triggers>`,
    `<Principals><Principal id="Author">${principal}</Principal></Principals><Settings>${settings}</Settings>`,
    `<Actions Context="Author">${actions}</Actions></Task>`,
  ].join('\n');
  server.disk.makeFolder('C:\\Windows\\System32\\Tasks');
  server.disk.write(`C:\\Windows\\System32\\Tasks\\${name}`, Buffer.from(`\uFEFF${xml}`, 'utf16le'));
}

const names = (server: LabServer, occasion: Occasion) => dueTasks(server, occasion).map(({ name }) => name);
const boot = { kind: 'boot' } as const;
const person = (sid: string, more = '<LogonType>InteractiveToken</LogonType><RunLevel>HighestAvailable</RunLevel>') =>
  `<UserId>${sid}</UserId>${more}`;
const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const onEvents = (selects: string) =>
  `<EventTrigger><Subscription>${escaped(`<QueryList><Query Id="0" Path="System">${selects}</Query></QueryList>`)}` +
  '</Subscription><Delay>PT30S</Delay></EventTrigger>';
const select = (provider: string, id: number) =>
  `<Select Path="System">*[System[Provider[@Name='${provider}'] and EventID=${id}]]</Select>`;
const SYMPTOMS = onEvents(`${select('Schannel', 36870)}${select('Microsoft-Windows-HttpEvent', 15021)}`);

describe('dueTasks at a boot', () => {
  it('gives caller, actions in their order, delay and limit', () => {
    const server = smallLab();
    put(server, 'heal', BOOT, SYSTEM, '<ExecutionTimeLimit>PT30M</ExecutionTimeLimit>');
    expect(dueTasks(server, boot)).toEqual([
      {
        name: 'heal',
        caller: 'system',
        actions: [
          { command: 'C:\\a.exe', arguments: 'one', workingDirectory: '' },
          { command: 'C:\\b.exe', arguments: '', workingDirectory: '' },
        ],
        delay: 120_000,
        timeLimit: 1_800_000,
      },
    ]);
  });

  it.each<[string, string, string?, string?, string?]>([
    ['a task that is off', BOOT, SYSTEM, '<Enabled>false</Enabled>'],
    ['a task that is off by a digit', BOOT, SYSTEM, '<Enabled>0</Enabled>'],
    ['a trigger that is off', BOOT.replace('true', 'false')],
    ['a trigger that has ended', BOOT.replace('<Delay>', '<EndBoundary>2026-01-10T07:59:59</EndBoundary><Delay>')],
    [
      'a trigger that begins later',
      BOOT.replace('<Delay>', '<StartBoundary>2026-01-10T08:00:01Z</StartBoundary><Delay>'),
    ],
    ['another trigger', '<LogonTrigger/>'],
    ['nothing to start', BOOT, SYSTEM, '', ''],
    ['an account that is not there', BOOT, person('S-1-5-21-70-80-90-9999')],
    ['no account', BOOT, ''],
    ["a person's token while nobody has logged on", BOOT, person('S-1-5-21-70-80-90-1001')],
  ])('starts nothing for %s', (_name, triggers, principal = SYSTEM, settings = '', actions = EXEC) => {
    const server = smallLab();
    put(server, 'heal', triggers, principal, settings, actions);
    expect(names(server, boot)).toEqual([]);
  });

  it('passes over a file that is no task, and sorts by delay', () => {
    const server = smallLab();
    put(server, 'late', BOOT);
    put(server, 'soon', '<BootTrigger/>', '<UserId>NT AUTHORITY\\SYSTEM</UserId>');
    server.disk.write('C:\\Windows\\System32\\Tasks\\broken', Buffer.from('no task'));
    expect(names(server, boot)).toEqual(['soon', 'late']);
  });

  it('runs a task with a stored password as its person', () => {
    const server = smallLab();
    put(
      server,
      'karl',
      BOOT,
      person('WEB01\\bruno', '<LogonType>Password</LogonType><RunLevel>HighestAvailable</RunLevel>'),
    );
    expect(dueTasks(server, boot)[0]?.caller).toBe('other-admin');
  });
});

describe('dueTasks at a logon', () => {
  const { owner, otherAdmin } = smallLab().facts;
  const at = (sid: string): Occasion => ({ kind: 'logon', sid });
  const trigger = (user: string) => `<LogonTrigger><Enabled>true</Enabled><UserId>${user}</UserId></LogonTrigger>`;

  it.each([
    ['a SID', owner.sid],
    ['a name', owner.name],
  ])('starts the task of the person that its trigger names by %s, and nobody else', (_name, user) => {
    const server = smallLab();
    put(server, 'own', trigger(user), person(owner.sid));
    expect(dueTasks(server, at(owner.sid))[0]?.caller).toBe('owner');
    expect(names(server, at(otherAdmin.sid))).toEqual([]);
    expect(names(server, boot)).toEqual([]);
  });

  it("does not lend one person's session to another, and has nobody without elevation", () => {
    const server = smallLab();
    put(server, 'other', trigger(otherAdmin.sid), person(owner.sid));
    put(server, 'least', trigger(otherAdmin.sid), person(otherAdmin.sid, '<LogonType>InteractiveToken</LogonType>'));
    put(server, 'anybody', '<LogonTrigger/>');
    expect(names(server, at(otherAdmin.sid))).toEqual(['anybody']);
  });
});

describe('dueTasks for an event', () => {
  const event = (provider: string, id: number, log: 'System' | 'Security' = 'System'): Occasion => ({
    kind: 'event',
    event: { log, provider, id },
  });

  it('follows the subscription: provider, number and log', () => {
    const server = smallLab();
    put(server, 'heal', SYMPTOMS);
    expect(dueTasks(server, event('Schannel', 36870))[0]).toMatchObject({ name: 'heal', delay: 30_000 });
    expect(names(server, event('Microsoft-Windows-HttpEvent', 15021))).toEqual(['heal']);
    expect(names(server, event('Microsoft-Windows-HttpEvent', 36870))).toEqual([]);
    expect(names(server, event('Schannel', 36871))).toEqual([]);
    expect(names(server, event('Schannel', 36870, 'Security'))).toEqual([]);
    expect(names(server, boot)).toEqual([]);
  });

  it.each([
    ['text', 'no list'],
    ['an invalid query', onEvents('<Select Path="System">contains(x)</Select>')],
    ['another list', escaped('<Other/>')],
  ])('starts nothing for %s', (_name, trigger) => {
    const server = smallLab();
    put(
      server,
      'heal',
      trigger.startsWith('<') ? trigger : `<EventTrigger><Subscription>${trigger}</Subscription></EventTrigger>`,
    );
    expect(names(server, event('Schannel', 36870))).toEqual([]);
  });

  it('starts a task once for many events, and not while it runs', () => {
    const server = smallLab();
    put(server, 'heal', `${BOOT}${SYMPTOMS}`);
    logHttp15021(server, '0.0.0.0:443');
    const marks = markLogs(server);
    expect(dueByEvents(server, marks, [])).toEqual([]);
    logHttp15300(server, '0.0.0.0:443');
    expect(dueByEvents(server, marks, [])).toEqual([]);
    logSchannelStorm(server, 5);
    logHttp15021(server, '0.0.0.0:443');
    expect(dueByEvents(server, marks, []).map(({ name }) => name)).toEqual(['heal']);
    expect(dueByEvents(server, marks, dueTasks(server, boot))).toEqual([]);
  });
});

describe('dueTasks as time goes on', () => {
  const booted = '2026-01-10T08:00:00.000Z';
  const span = (from: string, until: string): Occasion => ({
    kind: 'time',
    booted,
    from: `2026-01-10T${from}.000Z`,
    until: `2026-01-10T${until}.000Z`,
  });
  const repeated = (more = '', enabled = 'true') =>
    `<BootTrigger><Enabled>${enabled}</Enabled><Repetition><Interval>PT1H</Interval>${more}</Repetition><Delay>PT2M</Delay></BootTrigger>`;

  it.each([
    ['before the first hour is over', '08:00:00', '09:01:59', []],
    ['at the first hour, counted from the delayed start', '09:01:59', '09:02:00', ['heal']],
    ['not twice', '09:02:00', '10:01:59', []],
    ['at the next', '10:00:00', '10:30:00', ['heal']],
    ['once, where several have passed', '09:00:00', '14:30:00', ['heal']],
  ])('%s', (_name, from, until, expected) => {
    const server = smallLab();
    put(server, 'heal', repeated());
    expect(names(server, span(from, until))).toEqual(expected);
  });

  const hourly = (more = '', start = '2020-01-01T00:17:00', repetition = '<Interval>PT1H</Interval>') =>
    `<TimeTrigger><Enabled>true</Enabled><StartBoundary>${start}</StartBoundary>${more}<Repetition>${repetition}</Repetition></TimeTrigger>`;

  it.each([
    ['before its minute', '08:00:00', '08:16:59', hourly(), []],
    ['at its minute, whenever the server was started', '08:16:59', '08:17:00', hourly(), ['heal']],
    ['not twice', '08:17:00', '09:16:59', hourly(), []],
    ['at its start itself', '08:29:00', '08:30:00', hourly('', '2026-01-10T08:30:00'), ['heal']],
    ['before its start', '08:00:00', '08:29:59', hourly('', '2026-01-10T08:30:00'), []],
    ['at its start alone', '08:31:00', '14:00:00', hourly('', '2026-01-10T08:30:00', ''), []],
    ['after its end', '08:00:00', '09:00:00', hourly('<EndBoundary>2026-01-10T08:17:00</EndBoundary>'), []],
  ])('a time trigger %s', (_name, from, until, trigger, expected) => {
    const server = smallLab();
    put(server, 'heal', trigger);
    expect(names(server, span(from, until))).toEqual(expected);
  });

  it.each([
    ['no repetition', BOOT],
    ['a time trigger without a start', '<TimeTrigger><Repetition><Interval>PT1H</Interval></Repetition></TimeTrigger>'],
    ['a trigger that is off', repeated('', 'false')],
    ['a repetition that has ended', repeated('<Duration>PT30M</Duration>')],
    ['an event trigger', SYMPTOMS],
  ])('starts nothing for %s', (_name, trigger) => {
    const server = smallLab();
    put(server, 'heal', trigger);
    expect(names(server, span('08:00:00', '23:00:00'))).toEqual([]);
  });
});

describe('what the lab remembers of a task', () => {
  it('is its last run, by name in any spelling, until it is forgotten', () => {
    const server = smallLab();
    expect(taskRun(server, 'heal')).toBeUndefined();
    noteTaskRun(server, 'Heal', { lastRun: '2026-01-10T08:02:00.000Z', lastResult: 0x80070002 });
    noteTaskRun(server, 'other', { lastRun: '2026-01-10T08:02:00.000Z', lastResult: 0 });
    expect(taskRun(server, 'HEAL')).toEqual({ lastRun: '2026-01-10T08:02:00.000Z', lastResult: 0x80070002 });
    forgetTaskRuns(server, 'heal');
    expect([taskRun(server, 'heal'), taskRun(server, 'other')?.lastResult]).toEqual([undefined, 0]);
    forgetTaskRuns(server, 'other');
    expect(server.disk.read('C:\\tasks.json')).toBeUndefined();
  });
});
