import { describe, expect, it } from 'vitest';
import { readTaskXml, type TaskDefinition, taskSettings, writeTaskXml } from '../../../src/formats/tasks/task-xml.ts';
import { taskXmlFault } from '../../../src/lab/programs/schtasks/task-xml.ts';
import { ownerTask, riskOf, selfHealTask, taskFaults } from '../../../src/unattended/schedule/scheduled-tasks.ts';
import { neverThrows } from '../../support/fuzz.ts';

const exe = {
  command: 'C:\\Program Files\\R&D <1>\\iis-ssl-heal.exe',
  workingDirectory: 'C:\\Program Files\\R&D <1>',
  folders: [],
};
const node = {
  command: 'C:\\Program Files\\nodejs\\node.exe',
  entry: 'C:\\Program Files\\heal\\bin\\iis-ssl-heal.cjs',
  workingDirectory: 'C:\\Program Files\\heal\\bin',
  folders: [],
};
const SID = 'S-1-5-21-2817403921-1946620715-3310977264-1001';
const own = selfHealTask(exe, 'safe');
const wide = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');
const textOf = (task: TaskDefinition) => Buffer.from(writeTaskXml(task)).toString('utf16le').slice(1);
const namesIn = (xml: string) => [...xml.matchAll(/<([A-Z]\w*)/g)].map(([, name]) => name);
const NS = 'xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"';

describe('writeTaskXml', () => {
  it('is UTF-16LE with its mark, and says so', () => {
    const bytes = Buffer.from(writeTaskXml(own));
    expect([...bytes.subarray(0, 4)]).toEqual([0xff, 0xfe, 0x3c, 0]);
    expect(textOf(own).split('\r\n').slice(0, 2)).toEqual([
      '<?xml version="1.0" encoding="UTF-16"?>',
      `<Task version="1.2" ${NS}>`,
    ]);
  });

  it("has the elements in the schema's order, and no logon type for SYSTEM", () => {
    expect(namesIn(textOf(own))).toEqual([
      ...['Task', 'RegistrationInfo', 'Description'],
      ...['Triggers', 'BootTrigger', 'Enabled', 'Delay'],
      ...['TimeTrigger', 'Enabled', 'StartBoundary', 'Repetition', 'Interval'],
      ...['EventTrigger', 'Enabled', 'Subscription', 'Delay'],
      ...['Principals', 'Principal', 'UserId', 'RunLevel'],
      ...['Settings', 'MultipleInstancesPolicy', 'DisallowStartIfOnBatteries', 'StopIfGoingOnBatteries'],
      ...['StartWhenAvailable', 'RunOnlyIfNetworkAvailable', 'RunOnlyIfIdle', 'Enabled', 'ExecutionTimeLimit'],
      ...['Actions', 'Exec', 'Command', 'Arguments', 'WorkingDirectory'],
      ...['Exec', 'Command', 'Arguments', 'WorkingDirectory'],
    ]);
    expect(namesIn(textOf(ownerTask(exe, SID, ['stranded-key']))).slice(3, 12)).toEqual(
      'Triggers LogonTrigger Enabled UserId Principals Principal UserId LogonType RunLevel'.split(' '),
    );
  });

  it('runs at boot, every hour and on the two symptoms, escaped, never on what a re-bind writes', () => {
    const xml = textOf(own);
    expect(xml).toContain('<Delay>PT2M</Delay>');
    expect(xml).toContain(
      '<Subscription>&lt;QueryList&gt;&lt;Query Id="0" Path="System"&gt;' +
        '&lt;Select Path="System"&gt;*[System[Provider[@Name=\'Schannel\'] and EventID=36870]]&lt;/Select&gt;' +
        '&lt;Select Path="System"&gt;*[System[Provider[@Name=\'Microsoft-Windows-HttpEvent\'] and EventID=15021]]' +
        '&lt;/Select&gt;&lt;/Query&gt;&lt;/QueryList&gt;</Subscription>\r\n<Delay>PT30S</Delay>',
    );
    expect(xml).not.toMatch(/1530[01]/);
    expect(xml).toContain('<Command>C:\\Program Files\\R&amp;D &lt;1&gt;\\iis-ssl-heal.exe</Command>');
    expect(xml).toContain('<Arguments>fix --yes --unattended</Arguments>');
    expect(xml).toContain('<ExecutionTimeLimit>PT30M</ExecutionTimeLimit>');
    expect(xml.replaceAll('\r\n', '')).toContain(
      '<StartBoundary>2020-01-01T00:17:00</StartBoundary><Repetition><Interval>PT1H</Interval></Repetition></TimeTrigger>',
    );
  });

  it.each([
    ['of the single program', own],
    ['of node and the entry file', selfHealTask(node, 'disruptive')],
    ["of a key's owner", ownerTask(node, SID, ['stranded-key'])],
  ])('makes a task %s that reads back whole and that the lab takes', (_name, task) => {
    expect(readTaskXml(writeTaskXml(task))).toEqual({ ok: true, value: task });
    expect(taskXmlFault(Buffer.from(writeTaskXml(task)))).toBeUndefined();
  });
});

describe('the tasks', () => {
  it('start exactly what they should', () => {
    expect(selfHealTask(node, 'disruptive').actions).toEqual([
      {
        command: node.command,
        arguments: `"${node.entry}" fix --yes=disruptive --unattended`,
        workingDirectory: node.workingDirectory,
      },
      {
        command: node.command,
        arguments: `"${node.entry}" check --unattended`,
        workingDirectory: node.workingDirectory,
      },
    ]);
    expect(ownerTask(exe, SID, ['stranded-key'])).toMatchObject({
      triggers: [{ kind: 'LogonTrigger', elements: { Enabled: 'true', UserId: SID } }],
      principal: { userId: SID, logonType: 'InteractiveToken', runLevel: 'HighestAvailable' },
      actions: [
        { arguments: 'fix --only stranded-key --yes --unattended' },
        { arguments: 'check --only stranded-key --unattended --owner-task' },
      ],
    });
    expect([riskOf(own), riskOf(selfHealTask(node, 'disruptive'))]).toEqual(['safe', 'disruptive']);
  });

  it.each<[string, (xml: string) => string, string]>([
    ['another program', (xml) => xml.replace('iis-ssl-heal.exe', 'other.exe'), 'it starts C:'],
    ['other arguments', (xml) => xml.replace(' --unattended', ''), 'its arguments are fix --yes instead of'],
    ['another folder', (xml) => xml.replace(/<WorkingDirectory>.*<\/W/, '<WorkingDirectory>C:\\</W'), 'its working'],
    [
      'one more program',
      (xml) => xml.replace('</Actions>', '<Exec><Command>x</Command></Exec></Actions>'),
      'it also starts x',
    ],
    [
      'a program in between',
      (xml) => xml.replace('</Exec>', '</Exec><Exec><Command>x</Command></Exec>'),
      'its action 2 starts x instead of C:',
    ],
    [
      'no verification',
      (xml) => xml.replace(/<\/Exec>\r\n<Exec>[\s\S]*<\/Exec>/, '</Exec>'),
      'its action 2 is missing: check --unattended',
    ],
    [
      'another verification',
      (xml) => xml.replace('check --unattended', 'check'),
      "its action 2's arguments are check instead of check --unattended",
    ],
    [
      'the two in the wrong order',
      (xml) => xml.replace('fix --yes --un', 'X').replace('check --un', 'fix --yes --un').replace('X', 'check --un'),
      "its arguments are check --unattended instead of fix --yes --unattended; its action 2's arguments are fix",
    ],
    ['no repetition', (xml) => xml.replace(/<Repetition>[\s\S]*<\/Repetition>/, ''), 'its TimeTrigger is missing'],
    ['another repetition', (xml) => xml.replace('PT1H', 'P1D'), 'its TimeTrigger is missing or has been changed'],
    ['another start', (xml) => xml.replace('2020-', '2099-'), 'its TimeTrigger is missing or has been changed'],
    [
      'a repetition that ends',
      (xml) => xml.replace('</Interval>', '</Interval><Duration>PT1H</Duration>'),
      'its TimeTrigger is missing or has been changed',
    ],
    ['nothing to start', (xml) => xml.replace(/<Exec>[\s\S]*<\/Exec>/, ''), 'it starts nothing'],
    ['another account', (xml) => xml.replace('S-1-5-18', 'S-1-5-19'), 'it runs as S-1-5-19 instead of S-1-5-18'],
    ['no rights', (xml) => xml.replace(/<RunLevel>.*<\/RunLevel>/, ''), 'its run level is LeastPrivilege'],
    ['no boot', (xml) => xml.replace(/<BootTrigger>[\s\S]*<\/BootTrigger>/, ''), 'its BootTrigger is missing'],
    [
      'an end',
      (xml) => xml.replace('<Delay>PT2M', '<EndBoundary>2020-01-01T00:00:00</EndBoundary><Delay>PT2M'),
      'its Boot',
    ],
    [
      'a trigger off',
      (xml) => xml.replace('<Enabled>true', '<Enabled>0'),
      'its BootTrigger is missing or has been changed',
    ],
    ['a loop', (xml) => xml.replace('15021', '15300'), 'its EventTrigger is missing or has been changed'],
    ['one more', (xml) => xml.replace('<BootTrigger>', '<IdleTrigger /><BootTrigger>'), 'it has a IdleTrigger'],
    [
      'switched off',
      (xml) => xml.replace('<Enabled>true</Enabled>\r\n<Exec', '<Enabled>false</Enabled><Exec'),
      'Enabled',
    ],
    [
      'no limit',
      (xml) => xml.replace(/<ExecutionTimeLimit>.*Limit>/, ''),
      'ExecutionTimeLimit is PT72H instead of PT30M',
    ],
  ])('with %s are found', (_name, change, fault) => {
    const xml = change(textOf(own));
    expect(xml).not.toBe(textOf(own));
    const read = readTaskXml(wide(xml));
    expect(read.ok && taskFaults(read.value, own).join('; ')).toContain(fault);
  });

  it('are the same in another spelling of the path and with what the Task Scheduler adds', () => {
    const xml = textOf(own)
      .replace('C:\\Program Files\\R&amp;D &lt;1&gt;\\iis', 'c:\\program files\\r&amp;d &lt;1&gt;\\iis')
      .replace('</Description>', '</Description><URI>\\iis-ssl-heal</URI>')
      .replace('<Settings>', '<Settings><IdleSettings><StopOnIdleEnd>true</StopOnIdleEnd></IdleSettings>')
      .replace('</Interval>', '</Interval><StopAtDurationEnd>false</StopAtDurationEnd>')
      .replace('<Enabled>true</Enabled>', '');
    const read = readTaskXml(wide(xml));
    expect(read.ok && taskFaults(read.value, own)).toEqual([]);
  });
});

describe('readTaskXml', () => {
  it('reads UTF-8 without a declaration, and gives what is left out its default', () => {
    expect(readTaskXml(Buffer.from(`<Task ${NS}><Actions><ComHandler/></Actions></Task>`))).toEqual({
      ok: true,
      value: {
        description: '',
        triggers: [],
        principal: { userId: '', logonType: '', runLevel: 'LeastPrivilege' },
        settings: taskSettings({}),
        actions: [{ command: '<ComHandler>', arguments: '', workingDirectory: '' }],
      },
    });
  });

  it.each([
    ['<Task/>', 'it is no task of the Task Scheduler'],
    ['', 'it is empty: 0 bytes'],
    [`<Task ${NS}><Principals><Principal/><Principal/></Principals></Task>`, 'it has two principals'],
  ])('refuses %s', (xml, error) => {
    expect(readTaskXml(Buffer.from(xml))).toEqual({ ok: false, error });
  });

  it('refuses half a character', () => {
    expect(readTaskXml(writeTaskXml(own).subarray(0, -1))).toEqual({ ok: false, error: 'it is not whole UTF-16' });
  });

  it('answers any bytes', () => neverThrows(readTaskXml, Buffer.from(writeTaskXml(own))));
});
