// Our tasks against the Task Scheduler's schema, by a validator that is not ours (libxml2), and against Wine's schtasks.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { readTaskXml, type TaskDefinition, writeTaskXml } from '../../../src/formats/tasks/task-xml.ts';
import { ownerTask, selfHealTask } from '../../../src/unattended/schedule/scheduled-tasks.ts';
import { type WinePrefix, wine64, winePrefix } from '../../support/wine.ts';

const SCHEMA = readFileSync(new URL('../../fixtures/task-scheduler.xsd', import.meta.url), 'utf8');
const SID = 'S-1-5-21-2817403921-1946620715-3310977264-1001';

/** Paths that XML, a command line or a code page may stumble over; all but the quote are allowed on NTFS. */
const FOLDERS = [
  'C:\\Program Files\\iis-ssl-heal',
  'C:\\R&D <old> \'x\' "y"',
  'C:\\Prüfstände\\Größe 漢字 😀',
  'C:\\&amp;]]>\\<!-- -->',
  'C:\\%TEMP%\\$(Arg0)',
  `C:\\${'x'.repeat(240)}`,
];

const programs = FOLDERS.flatMap((folder) => [
  { command: `${folder}\\heal.exe`, workingDirectory: folder, folders: [] },
  { command: `${folder}\\node.exe`, entry: `${folder}\\heal.mjs`, workingDirectory: folder, folders: [] },
]);

const tasks: readonly (readonly [string, TaskDefinition])[] = programs.flatMap((program) => [
  [`safe repairs by ${program.command}`, selfHealTask(program, 'safe')] as const,
  [`disruptive repairs by ${program.command}`, selfHealTask(program, 'disruptive')] as const,
  [`the owner's repair by ${program.command}`, ownerTask(program, SID, ['stranded-key'])] as const,
]);

/** What the validator, started once, says against each of these files; they are given to it as they are. */
async function complaintsOf(files: readonly Uint8Array[]): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: files.map((contents, at) => ({ fileName: `task-${at}.xml`, contents })),
    schema: { fileName: 'task-scheduler.xsd', contents: SCHEMA },
  });
  return errors.map(({ message, loc }) => `${loc?.fileName}: ${message}`);
}

const complaints = (contents: Uint8Array) => complaintsOf([contents]);

const own = selfHealTask(programs[0]!, 'safe');
const changed = (task: TaskDefinition, from: string | RegExp, to: string): Uint8Array => {
  const text = Buffer.from(writeTaskXml(task)).toString('utf16le');
  expect(text.replace(from, to)).not.toBe(text);
  return Buffer.from(text.replace(from, to), 'utf16le');
};

describe("the Task Scheduler's schema", () => {
  it('takes each task, and tells one that it would not among them', async () => {
    const all = tasks.map(([, task]) => writeTaskXml(task));
    expect(all.length).toBeGreaterThan(30);
    expect(await complaintsOf(all)).toEqual([]);
    const told = (await complaintsOf([...all, changed(own, 'IgnoreNew', 'Never'), ...all])).join('\n');
    expect(told).toContain(`task-${all.length}.xml`);
    expect([...told.matchAll(/task-\d+\.xml/g)].every(([name]) => name === `task-${all.length}.xml`)).toBe(true);
  });

  it.each<[string, string | RegExp, string, string]>([
    [
      'the repetition before its start',
      /(<StartBoundary>.*<\/StartBoundary>)\r\n(<Repetition>[\s\S]*<\/Repetition>)/,
      '$2$1',
      'StartB',
    ],
    [
      'the subscription behind the delay',
      /(<Subscription>.*<\/Subscription>)\r\n(<Delay>PT30S<\/Delay>)/,
      '$2$1',
      'Delay',
    ],
    ['Enabled behind the delay', /(<Enabled>true<\/Enabled>)\r\n(<Delay>PT2M<\/Delay>)/, '$2$1', 'Enabled'],
    ['a start in words', '2020-01-01T00:17:00', 'long ago', 'StartBoundary'],
    ['an unknown element in a trigger', '<Delay>PT2M', '<Colour>red</Colour><Delay>PT2M', 'Colour'],
    ['an unknown setting', '<Settings>', '<Settings><Colour>red</Colour>', 'Colour'],
    ['an unknown trigger', /BootTrigger/g, 'FooTrigger', 'FooTrigger'],
    ['a duration in words', '<ExecutionTimeLimit>PT30M', '<ExecutionTimeLimit>half an hour', 'ExecutionTimeLimit'],
    ['a duration without its T', '<Delay>PT2M', '<Delay>P2X', 'Delay'],
    ['a repetition within the minute', 'PT1H', 'PT59S', 'Interval'],
    ['a repetition without its interval', /<Interval>.*<\/Interval>/, '', 'Repetition'],
    ['a boolean in words', '<StartWhenAvailable>true', '<StartWhenAvailable>yes', 'StartWhenAvailable'],
    ['an invented run level', 'HighestAvailable', 'Bogus', 'RunLevel'],
    [
      'a logon type that a service account has not',
      '<RunLevel>',
      '<LogonType>ServiceAccount</LogonType><RunLevel>',
      'Log',
    ],
    ['an invented policy', 'IgnoreNew', 'Never', 'MultipleInstancesPolicy'],
    ['nothing to start', /<Exec>[\s\S]*<\/Exec>/, '', 'Actions'],
    ['a program without a name', /<Command>.*?<\/Command>/, '<Command></Command>', 'Command'],
    ['actions of a principal that is not there', 'Context="Author"', 'Context="Other"', 'Other'],
    ['another namespace', '02/mit/task', '02/mit/tasks', 'Task'],
    ['another version', 'version="1.2"', 'version="9.9"', 'version'],
    ['half a file', /<\/Principals>[\s\S]*/, '', 'Premature end'],
  ])('refuses %s', async (_name, from, to, why) => {
    expect((await complaints(changed(own, from, to))).join('\n')).toContain(why);
  });

  it("takes the owner's settings and principal in any order", async () => {
    const task = ownerTask(programs[0]!, SID, ['stranded-key']);
    const turned = changed(task, /(<UserId>[^<]*<\/UserId>)\r\n(<LogonType>.*<\/LogonType>)/, '$2$1');
    expect(await complaints(turned)).toEqual([]);
  });
});

// Wine 8 forgets triggers, principal and what is started, whatever they are: description and settings come back.
describe.skipIf(wine64 === undefined)("Wine's schtasks", () => {
  let wine: WinePrefix;
  let serves = false;
  beforeAll(() => {
    wine = winePrefix(wine64!);
    // What made the prefix stands in the way of its services; a loaded computer lets the first start run out of time.
    wine.run('wineboot', '-k');
    for (let round = 0; round < 3 && !serves; round += 1) {
      for (const service of ['RpcSs', 'Schedule']) wine.run('net', 'start', service);
      serves = /RUNNING/.test(wine.run('sc', 'query', 'Schedule').stdout);
    }
  }, 300_000);
  afterAll(() => wine?.remove());

  it('registers our tasks and keeps their settings, and refuses one of another namespace', (test) => {
    test.skip(!serves, "Wine's Task Scheduler does not start here");
    // A name of its own for each: Wine writes over a longer file and leaves that one's end behind.
    const register = (name: string, bytes: Uint8Array) => {
      writeFileSync(join(wine.drive, 'task.xml'), bytes);
      return wine.run('schtasks', '/create', '/tn', name, '/xml', 'C:\\task.xml', '/f').code;
    };
    for (const [at, [, task]] of tasks.entries()) {
      if (at % 5 !== 0) continue;
      expect(register(`heal-${at}`, writeTaskXml(task))).toBe(0);
      const kept = readTaskXml(readFileSync(join(wine.drive, 'windows', 'system32', 'tasks', `heal-${at}`)));
      expect(kept).toMatchObject({ ok: true, value: { description: task.description, settings: task.settings } });
    }
    expect(register('other', changed(own, '02/mit/task', '02/mit/tasks'))).toBe(1);
  }, 120_000);
});
