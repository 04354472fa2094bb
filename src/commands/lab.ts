// lab create | unknowns | reboot | restart-iis | logon | serve: the small Windows server to learn, show and test on.

import { playbooks } from '../../playbooks/index.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { collect } from '../evidence/collect.ts';
import { liveReader } from '../evidence/readers/live-reader.ts';
import {
  applyFault,
  changeIds,
  createLab,
  dueByEvents,
  dueTasks,
  folderDisk,
  keysFor,
  LabConfigError,
  LabFaultError,
  type LabServer,
  markLogs,
  NotALab,
  type Occasion,
  openLab,
  parseAnswers,
  readRecords,
  readWindowsAnswers,
  rebootLab,
  restartIis,
  runTasks,
  serveLab,
  type TaskHost,
  type ToldOfWindows,
  type UnknownName,
  unknownsTable,
} from '../lab/lab.ts';
import { localFolderState, readLocalFile } from '../machine/files/local-files.ts';
import { openLabFolder } from '../machine/lab/lab-folder.ts';
import { startOwnProgram } from '../machine/programs/start-own-program.ts';
import { UserError } from '../model/user-error.ts';
import type { Stopping } from '../person/stopping.ts';
import { rememberHealthy } from '../unattended/remember.ts';
import type { Streams } from './streams.ts';
import { quoted } from './target.ts';

/** The options of lab create. */
export interface CreateOptions {
  readonly config?: string;
  readonly windows?: string;
  readonly windowsAnswers?: string;
  readonly fault: readonly string[];
}

/** Makes a healthy server in an empty or new folder, with a config of somebody's own if given, and breaks it. */
export async function createLabIn(folder: string, options: CreateOptions, streams: Streams): Promise<undefined> {
  const state = await localFolderState(folder);
  if (state === 'not-empty')
    throw new UserError(`${folder} is not empty`, 'Name a new folder: a lab needs one of its own');
  if (state === 'not-a-folder')
    throw new UserError(`${folder} is not a folder`, 'Name a new folder: a lab needs one of its own');
  const config = options.config === undefined ? undefined : await bytesOf(options.config);
  const { answers, osBuild } = await toldOfWindows(options);
  const changes = options.fault.filter((id) => changeIds.includes(id));
  const faults = options.fault.filter((id) => !changes.includes(id));
  const first = changes.length === 0 ? faults : [];
  const lab = { faults: first, unknowns: answers, ...(osBuild && { osBuild }), ...(config && { config }) };
  const keys = await attempt(() => keysFor(config));
  attempt(() => createLab(folderDisk(folder), { ...lab, keys }));
  if (changes.length > 0) await changeLab(folder, [...changes, ...faults]);
  streams.err(`A lab server lies in ${folder}.\nNext: iis-ssl-heal check --lab ${quoted(folder)}\n`);
}

/** What is not known of Windows, as a table. */
export async function printUnknowns(streams: Streams): Promise<undefined> {
  streams.out(unknownsTable());
}

/** Sees the healthy server, as a check does, and remembers it; then breaks it. */
async function changeLab(folder: string, faults: readonly string[]): Promise<void> {
  const machine = openLabFolder(folder, 'owner', `--lab ${quoted(folder)}`);
  if (machine === undefined) throw new Error('the lab that was just made is none');
  await rememberHealthy(machine, diagnose(await collect(liveReader(machine)), playbooks));
  const server = openLab(folderDisk(folder));
  attempt(() => {
    for (const fault of faults) applyFault(server, fault);
  });
  server.save();
}

/** What both options say together. Where they say different things of one switch, nobody knows which is meant. */
async function toldOfWindows({ windows, windowsAnswers }: CreateOptions): Promise<ToldOfWindows> {
  const typed = windows === undefined ? { answers: {} } : parseAnswers(windows);
  if ('wrong' in typed) throw new UserError(`--windows: ${typed.wrong}`, 'See iis-ssl-heal lab unknowns');
  if (windowsAnswers === undefined) return typed;
  const told = readWindowsAnswers((await bytesOf(windowsAnswers)).toString('utf8'));
  if ('wrong' in told)
    throw new UserError(
      `--windows-answers: ${windowsAnswers} ${told.wrong}`,
      'Give the file as npm run ask:windows wrote it',
    );
  const names = Object.keys(typed.answers) as UnknownName[];
  const both = names.find((name) => (told.answers[name] ?? typed.answers[name]) !== typed.answers[name]);
  if (both !== undefined)
    throw new UserError(
      `${both} is ${typed.answers[both]} by --windows and ${told.answers[both]} by ${windowsAnswers}`,
      'Leave it out of --windows',
    );
  return { ...told, answers: { ...told.answers, ...typed.answers } };
}

async function bytesOf(path: string): Promise<Buffer> {
  const read = await readLocalFile(path);
  if (read.result === 'absent') throw new UserError(`there is no file ${path}`, 'Name one that is there');
  if (read.result !== 'ok')
    throw new UserError(`${path} cannot be read: ${read.detail}`, 'Name a file that you may read');
  return Buffer.from(read.bytes);
}

/** Drops all cached credentials and starts the services again; then the tasks run that the boot and its events start. */
export async function rebootLabIn(folder: string, streams: Streams, stopping: Stopping): Promise<undefined> {
  const act = (server: LabServer) => {
    const kept = server.facts.cachedCredentials.length;
    rebootLab(server);
    return `The server was restarted: of ${kept} credentials in memory none is left.`;
  };
  return change(folder, act, streams, stopping, { at: { kind: 'boot' }, why: 'at boot' });
}

/** Starts the services that use the ABO mapper again; then the tasks run that its events start. */
export async function restartIisIn(folder: string, streams: Streams, stopping: Stopping): Promise<undefined> {
  const act = (server: LabServer) => {
    restartIis(server);
    return 'The services of IIS were started again.';
  };
  return change(folder, act, streams, stopping);
}

/** A person logs on: the tasks run that this starts. */
export async function logonLabIn(
  folder: string,
  options: { readonly as: 'owner' | 'other-admin' },
  streams: Streams,
  stopping: Stopping,
): Promise<undefined> {
  const { facts } = attempt(() => openLab(folderDisk(folder)));
  const { sid, name } = options.as === 'owner' ? facts.owner : facts.otherAdmin;
  const why = `at the logon of ${name}`;
  return change(folder, () => `${name} has logged on.`, streams, stopping, { at: { kind: 'logon', sid }, why });
}

async function change(
  folder: string,
  act: (server: LabServer) => string,
  streams: Streams,
  stopping: Stopping,
  occasion?: { readonly at: Occasion; readonly why: string },
): Promise<undefined> {
  const disk = folderDisk(folder);
  const server = attempt(() => openLab(disk));
  const logs = markLogs(server);
  const before = new Map(readRecords(server).map((record) => [record.endpoint, record.thumbprint]));
  const done = act(server);
  server.save();
  const now = new Map(readRecords(server).map((record) => [record.endpoint, record.thumbprint]));
  const lost = [...before.keys()].filter((endpoint) => !now.has(endpoint));
  const made = [...now].filter(([endpoint, thumbprint]) => before.get(endpoint) !== thumbprint);
  streams.err(`${done}\n`);
  for (const endpoint of lost) streams.err(`The ABO mapper has deleted the SSL record of ${endpoint}.\n`);
  for (const [endpoint] of made) streams.err(`The ABO mapper has made the SSL record of ${endpoint} anew.\n`);
  const host: TaskHost = {
    disk,
    start: (args, limit) => startOwnProgram([...args, '--lab', folder], limit, stopping.signal),
    tell: (line) => streams.err(`${line}\n`),
    stopped: () => stopping.signal.aborted,
  };
  await stopping.inOrder(async () => {
    const due = occasion === undefined ? [] : dueTasks(server, occasion.at);
    const byEvents = dueByEvents(server, logs, due);
    await runTasks(due, occasion?.why ?? '', host);
    await runTasks(byEvents, 'for an event that was logged', host);
  });
}

/** Serves TLS on loopback until the process is stopped; the state is read anew for every connection. */
export async function serveLabIn(folder: string, streams: Streams, stopping: Stopping): Promise<undefined> {
  attempt(() => openLab(folderDisk(folder)));
  const served = await serveLab(folderDisk(folder));
  streams.out(`${JSON.stringify({ endpoints: served.endpoints, addresses: served.addresses })}\n`);
  await stopping.inOrder(() => untilAborted(stopping.signal));
  await served.close();
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** What a person can mend about a lab, as one sentence. */
function attempt<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof NotALab) throw new UserError(error.message, 'Make one: iis-ssl-heal lab create DIR');
    if (error instanceof LabConfigError) throw new UserError(error.message, 'Mend that file, or name another one');
    if (error instanceof LabFaultError) throw new UserError(error.message, 'Name another --fault, or another --config');
    throw error;
  }
}
