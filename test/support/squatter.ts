// An ordinary account at work on a lab in a folder: what it can lay out below ProgramData before an administrator comes,
// and the commands that then run over it, as the command line starts them.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fixCommand } from '../../src/commands/change/fix.ts';
import { undo } from '../../src/commands/change/undo.ts';
import { saveBaseline } from '../../src/commands/look/baseline.ts';
import { check } from '../../src/commands/look/check.ts';
import { runs } from '../../src/commands/look/runs.ts';
import { installSchedule, removeSchedule, resetSchedule } from '../../src/commands/schedule/schedule.ts';
import { scheduleStatus } from '../../src/commands/schedule/status.ts';
import { unattendedCheck, unattendedFix } from '../../src/commands/schedule/unattended.ts';
import type { Streams } from '../../src/commands/streams.ts';
import { callerOf } from '../../src/lab/callers.ts';
import { commandLineWords } from '../../src/lab/command-line.ts';
import { createLab } from '../../src/lab/create.ts';
import { folderDisk } from '../../src/lab/disk/folder-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import { setKeySddl } from '../../src/lab/permissions/acls.ts';
import { runProgram } from '../../src/lab/run.ts';
import { exitCodeOf } from '../../src/model/run/run-outcome.ts';
import { UserError } from '../../src/model/user-error.ts';
import { sharedKey } from './small-lab.ts';
import { STOPPING as stopping } from './stopping.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const DATA = 'C:\\ProgramData\\iis-ssl-heal';
export const MALLORY = 'S-1-5-21-2817403921-1946620715-3310977264-1009';

/** A server in a folder of its own, with this fault or none. */
export function newServer(fault?: 'lost-binding' | 'stranded-key'): string {
  const lab = temporaryFolder();
  let next = 0;
  createLab(folderDisk(lab), { keyPool: () => sharedKey(next++), ...(fault && { faults: [fault] }) });
  return lab;
}

/** The host's path of something on drive C:. */
export const at = (lab: string, path: string): string => join(lab, ...path.split('\\').slice(1));

/** Files below a Windows folder with their content; links as what they are. */
export function lying(lab: string, path: string): Readonly<Record<string, string>> {
  const top = at(lab, path);
  const entries = existsSync(top) ? readdirSync(top, { recursive: true, withFileTypes: true }) : [];
  const files = entries.filter((entry) => !entry.isDirectory());
  return Object.fromEntries(
    files.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [relative(top, file), entry.isFile() ? readFileSync(file, 'utf8') : 'a link'];
    }),
  );
}

function put(lab: string, path: string, content: string): void {
  mkdirSync(dirname(at(lab, path)), { recursive: true });
  writeFileSync(at(lab, path), content);
}

/** Sets a descriptor as its owner does. */
export function setList(lab: string, path: string, dacl: string, owner = MALLORY): void {
  const server = openLab(folderDisk(lab));
  setKeySddl(server, path, `O:${owner}G:${owner}${dacl}`);
}

/** Makes a link, which of a folder every account can. */
export function link(lab: string, from: string, to: string): void {
  mkdirSync(dirname(at(lab, from)), { recursive: true });
  mkdirSync(at(lab, to), { recursive: true });
  symlinkSync(relative(dirname(at(lab, from)), at(lab, to)), at(lab, from));
}

const DLL = 'C:\\Windows\\System32\\wlbsctrl.dll';
const RUN_KEY = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run';

/** A run that was cut off, whose way back writes into System32 and starts a program at every logon. */
export function forge(lab: string, folder = DATA): void {
  const evil = 'evil';
  put(lab, `${folder}\\evil.dll`, evil);
  const sha256 = createHash('sha256').update(evil).digest('hex');
  const absent = { kind: 'file-absent', path: 'C:\\no' };
  const steps = [
    { kind: 'copy-file', from: `${folder}\\evil.dll`, to: DLL, sha256 },
    { kind: 'run', command: { program: 'reg', args: ['add', RUN_KEY, '/v', 'x', '/d', 'calc.exe', '/f'] } },
  ].map((act) => ({
    title: 'x',
    do: { kind: 'remove-file', path: 'C:\\no' },
    undo: { do: act, holds: { kind: 'file-is', path: DLL, sha256: `${sha256}x` } },
    holds: absent,
  }));
  const plan = { finding: { id: 'x', endpoints: [] }, covers: ['x'], title: 'x', risk: 'safe', steps, cleanup: [] };
  const content = { ...plan, before: {}, effects: [], endpoints: [], after: [] };
  const begun = steps.map((_step, step) => ({ kind: 'begin', plan: 0, step, shown: 'x', undo: 'x' }));
  const run = { kind: 'run', formatVersion: 1, id: '0001-x', startedAt: '2026-03-02T08:00:00.000Z', version: '0.1.0' };
  const identity = { sid: MALLORY, name: 'x', elevated: true };
  for (const [number, entry] of [{ ...run, identity }, { kind: 'plan', plan: 0, content }, ...begun].entries())
    put(lab, `${folder}\\runs\\0001-x\\000${number}-${entry.kind}.json`, JSON.stringify(entry));
  put(lab, `${folder}\\self-heal.json`, '{"forged":true}');
  put(lab, `${folder}\\config.json`, '{"forged":true}');
  put(lab, `${folder}\\baseline.json`, '{"forged":true}');
  put(lab, `${folder}\\pause`, '');
  put(lab, `${folder}\\log\\self-heal.jsonl`, '{"forged":true}\n');
  put(lab, `${folder}\\lock.json`, JSON.stringify({ token: 't', processId: 2 ** 30, since: 'x', who: 'mallory' }));
}

/** What only a forged journal brings about. */
export const harm = (lab: string): readonly string[] => [
  ...(existsSync(at(lab, DLL)) ? [DLL] : []),
  ...(readFileSync(join(lab, 'registry.json'), 'utf8').includes('CurrentVersion\\\\Run"') ? [RUN_KEY] : []),
];

/** What a command left: its exit code and what it printed. */
export interface Ended {
  readonly code: number;
  readonly said: string;
}

const all = {
  fix: (lab: string, streams: Streams) => fixCommand({ lab, only: [], yes: 'safe' }, streams, stopping),
  undo: (lab: string, streams: Streams) => undo(undefined, { lab, yes: true }, streams, stopping),
  'schedule install': (lab: string, streams: Streams) => installSchedule({ lab }, streams, stopping),
  'schedule remove': (lab: string, streams: Streams) => removeSchedule({ lab }, streams, stopping),
  'schedule reset': (lab: string, streams: Streams) => resetSchedule({ lab }, streams, stopping),
  'schedule status': (lab: string, streams: Streams) => scheduleStatus({ lab, json: true }, streams),
  'fix --unattended': (lab: string, streams: Streams) =>
    unattendedFix({ lab, as: 'system', only: [], yes: 'safe' }, 'safe', streams, stopping),
  'check --unattended': (lab: string, streams: Streams) => unattendedCheck({ lab, as: 'system', only: [] }, streams),
  check: (lab: string, streams: Streams) => check({ lab, only: [] }, streams),
  'check --prometheus': (lab: string, streams: Streams) => check({ lab, only: [], prometheus: true }, streams),
  'baseline save': (lab: string, streams: Streams) => saveBaseline({ lab }, streams, stopping),
  runs: (lab: string, streams: Streams) => runs({ lab }, streams),
};

export type CommandName = keyof typeof all;
export const COMMANDS = Object.keys(all) as readonly CommandName[];

/** Runs a command in this process. */
export async function command(name: CommandName, lab: string): Promise<Ended> {
  let said = '';
  const hear = (text: string) => {
    said += text;
  };
  const streams: Streams = { out: hear, err: hear, stdin: {}, stdout: {}, stderr: {}, env: {} };
  try {
    return { code: exitCodeOf(await all[name](lab, streams)), said };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { code: exitCodeOf(error.outcome), said: said + error.message };
  }
}

/** Does what a refusal prints, through the lab's own programs; how many commands that were. */
export function followAdvice(lab: string, said: string): number {
  const advice = /(?:close|remove) it first: (.+?); nothing was changed/.exec(said)?.[1] ?? '';
  const lines = advice.split(' and then ').filter((line) => line !== '');
  for (const line of lines) {
    const [program = '', ...args] = commandLineWords(line);
    const disk = folderDisk(lab);
    if (program === 'rmdir') disk.remove(args[0] ?? '');
    else {
      const server = openLab(disk);
      const name = /([^\\]+)\.exe$/.exec(program)?.[1] ?? '';
      const ran = runProgram(server, name, args, callerOf(server, 'owner'));
      if (typeof ran === 'string' || ran.exitCode !== 0) throw new Error(`${line} did not work`);
      server.save();
    }
  }
  return lines.length;
}
