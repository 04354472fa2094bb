// The tasks of the Task Scheduler as they lie below C:\\Windows\\System32\\Tasks, one XML file each.

import type { Disk } from '../disk/disk.ts';
import { decodeText } from '../disk/text-file.ts';
import { childrenOf, isElement, parseXml, type XmlElement } from './xml-elements.ts';

/** The folder of the tasks. */
export const TASKS = 'C:\\Windows\\System32\\Tasks';

/** One registered task. Texts are '' where the file has no such element. */
export interface LabTask {
  /** With its folders below the root, `Folder\Task`. */
  readonly name: string;
  readonly enabled: boolean;
  readonly author: string;
  readonly description: string;
  readonly userId: string;
  readonly logonType: string;
  readonly runLevel: string;
  /** As written, PT72H where nothing is. */
  readonly timeLimit: string;
  /** Elements such as BootTrigger, in their order. */
  readonly triggers: readonly XmlElement[];
  readonly actions: readonly LabAction[];
}

/** What a task starts: a command line whose program stands apart. */
export interface LabAction {
  readonly command: string;
  readonly arguments: string;
  readonly workingDirectory: string;
}

/** The text of the first child of that name; '' without one. */
export const textBelow = (element: XmlElement | undefined, name: string): string =>
  (element && childrenOf(element, name)[0]?.text.trim()) ?? '';

/** xs:boolean; '' stands for the default, which is true for every `Enabled`. */
export const isEnabled = (element: XmlElement | undefined): boolean =>
  ['', 'true', '1'].includes(textBelow(element, 'Enabled'));

/** Names with their folders, sorted. */
export function taskNames(disk: Disk, folder = ''): readonly string[] {
  const { files = [], folders = [] } = disk.list(`${TASKS}${folder && `\\${folder}`}`) ?? {};
  const inside = (name: string) => (folder === '' ? name : `${folder}\\${name}`);
  return [...files.map(inside), ...folders.flatMap((name) => taskNames(disk, inside(name)))];
}

/** The name as it is spelled on the disk; undefined: no such task. */
export const findTask = (disk: Disk, name: string): string | undefined =>
  taskNames(disk).find((task) => task.toLowerCase() === name.toLowerCase());

/** Reads one; undefined for a file that is no task (any more): the Task Scheduler would not run it. */
export function readTask(disk: Disk, name: string): LabTask | undefined {
  const bytes = disk.read(`${TASKS}\\${name}`);
  const root = bytes && parseXml(decodeText(bytes));
  if (!root || !isElement(root) || root.name !== 'Task') return undefined;
  const [registration] = childrenOf(root, 'RegistrationInfo');
  const [settings] = childrenOf(root, 'Settings');
  const [principal] = childrenOf(root, 'Principals').flatMap((each) => childrenOf(each, 'Principal'));
  return {
    name,
    enabled: isEnabled(settings),
    author: textBelow(registration, 'Author'),
    description: textBelow(registration, 'Description'),
    userId: textBelow(principal, 'UserId'),
    logonType: textBelow(principal, 'LogonType'),
    runLevel: textBelow(principal, 'RunLevel'),
    timeLimit: textBelow(settings, 'ExecutionTimeLimit') || 'PT72H',
    triggers: childrenOf(root, 'Triggers').flatMap(({ children }) => children),
    actions: childrenOf(root, 'Actions')
      .flatMap((each) => childrenOf(each, 'Exec'))
      .map((exec) => ({
        command: textBelow(exec, 'Command'),
        arguments: textBelow(exec, 'Arguments'),
        workingDirectory: textBelow(exec, 'WorkingDirectory'),
      })),
  };
}
