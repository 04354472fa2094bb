// The server that a command works on: this one, a lab, or an evidence folder.

import { playbooks } from '../../playbooks/index.ts';
import type { EvidenceReader } from '../evidence/readers/evidence-reader.ts';
import { liveReader } from '../evidence/readers/live-reader.ts';
import type { LabCaller } from '../machine/lab/lab-folder.ts';
import type { FolderFiles, Machine } from '../machine/machine.ts';
import type { Playbook } from '../model/repair/playbook.ts';
import { UserError } from '../model/user-error.ts';

/** The flags that name a target. */
export interface TargetOptions {
  readonly lab?: string | undefined;
  /** Several are what check alone takes, one by one. */
  readonly from?: string | readonly string[] | undefined;
  readonly as?: LabCaller | undefined;
}

/** What can be read of it, and the machine itself where it may be changed. */
export interface Target {
  readonly reader: EvidenceReader;
  readonly machine?: Machine;
  /** How it is named in JSON: `this server`, or the folder. */
  readonly name: string;
  /** How it is named on a command line of ours; '' for this server. */
  readonly arguments: string;
}

/** Opens the target; nothing is read or written yet. */
export async function openTarget(options: TargetOptions): Promise<Target> {
  if (options.lab !== undefined && options.from !== undefined)
    throw new UserError('--lab and --from name two targets', 'Give --lab or --from, not both');
  if (options.as !== undefined && options.lab === undefined)
    throw new UserError('--as says who runs the tool on a lab', 'Give --lab DIR with it, or leave it out');
  if (options.lab !== undefined) return labTarget(options.lab, options.as);
  if (typeof options.from === 'string') return folderTarget(options.from);
  if (options.from !== undefined) throw new UserError('several --from go with check alone', 'Name one');
  return thisServer();
}

/** A target that may be changed, or a user error that says why not. */
export async function openMachine(options: TargetOptions): Promise<Target & { readonly machine: Machine }> {
  const readOnly = new UserError('an evidence folder is read only', 'Give --from to check, plan or collect');
  if (options.from !== undefined && options.lab === undefined) throw readOnly;
  const target = await openTarget(options);
  if (target.machine === undefined) throw readOnly;
  return { ...target, machine: target.machine };
}

async function labTarget(folder: string, as: LabCaller | undefined): Promise<Target> {
  const { openLabFolder } = await import('../machine/lab/lab-folder.ts');
  const who = as === undefined || as === 'owner' ? '' : ` --as ${as}`;
  const targetArguments = `--lab ${quoted(folder)}`;
  const machine = openLabFolder(folder, as ?? 'owner', `${targetArguments}${who}`);
  if (machine === undefined)
    throw new UserError(`${folder} is not a lab`, `Make one: iis-ssl-heal lab create ${quoted(folder)}`);
  return { reader: liveReader(machine), machine, name: folder, arguments: targetArguments };
}

async function folderTarget(folder: string): Promise<Target> {
  const files = await sentFiles(folder);
  const { asItArrived } = await import('../evidence/readers/as-it-arrived.ts');
  const evidence = await asItArrived(files);
  if (!evidence.ok) throw new UserError(`--from ${folder}: ${evidence.error}`, 'Name the folder or .zip as it came');
  const { evidenceIn } = await import('../evidence/readers/folder-reader.ts');
  return { reader: await evidenceIn(evidence.value), name: folder, arguments: `--from ${quoted(folder)}` };
}

/** The files of a folder or of a .zip. */
async function sentFiles(path: string): Promise<FolderFiles> {
  const { localFolderState } = await import('../machine/files/local-files.ts');
  const state = await localFolderState(path);
  if (state === 'absent')
    throw new UserError(
      `there is no folder ${path}`,
      'Name the folder that collect or its script has made, or a .zip of it',
    );
  if (state !== 'not-a-folder') return (await import('../machine/files/folder-files.ts')).folderFiles(path);
  const { zipFiles } = await import('../machine/files/zip-files.ts');
  const zip = await zipFiles(path);
  if (!zip.ok)
    throw new UserError(
      `${path} is neither a folder nor a .zip of one: ${zip.error}`,
      'Name the folder that collect or its script has made, or a .zip of it',
    );
  return zip.value;
}

async function thisServer(): Promise<Target> {
  const { windowsServer } = await import('../machine/windows/windows-server.ts');
  const server = await windowsServer();
  if (!server.ok) throw new UserError(server.error, 'Name a target: --lab DIR, or --from FOLDER|ZIP');
  const machine = server.value;
  return { reader: liveReader(machine), machine, name: 'this server', arguments: '' };
}

/** As a shell takes it back: in double quotes where it has blanks or quotes in it. */
export const quoted = (path: string): string => (/[\s"]/.test(path) ? `"${path.replaceAll('"', '\\"')}"` : path);

/** All playbooks, or those that --only names. */
export const chosenPlaybooks = (only: readonly string[] = []): readonly Playbook[] =>
  only.length === 0 ? playbooks : playbooks.filter((playbook) => only.includes(playbook.id));
