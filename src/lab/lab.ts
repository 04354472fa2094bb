// All that the product may know of the lab. In the built program the lab is a file of its own, which only a command that
// works on a lab loads: whoever went past this file would have its modules twice.

export { type CallerName, callerOf } from './callers.ts';
export { createLab, keysFor, LabConfigError } from './create.ts';
export { type Disk, DiskError } from './disk/disk.ts';
export { folderDisk } from './disk/folder-disk.ts';
export { temporaryFolder } from './disk/temporary-folder.ts';
export { applyFault, changeIds, LabFaultError } from './faults/faults.ts';
export { hasAddress, ownAddresses } from './http/addresses.ts';
export { readRecords } from './http/http-sys.ts';
export { probe } from './http/probe.ts';
export { serveLab } from './http/serve.ts';
export { mayList } from './keys/may-list.ts';
export { NotALab, openLab } from './open.ts';
export { moveWithSddl, setKeySddl, storedSddl } from './permissions/acls.ts';
export type { Caller } from './program.ts';
export { type LabRun, runProgram } from './run.ts';
export type { LabServer } from './server.ts';
export { rebootLab } from './services/reboot.ts';
export { restartIis } from './services/restart-iis.ts';
export { dueByEvents, markLogs, runTasks, type TaskHost } from './tasks/run-tasks.ts';
export { dueTasks, type Occasion } from './tasks/scheduler.ts';
export { parseAnswers, type UnknownName, unknownsTable } from './unknowns.ts';
export { readWindowsAnswers, type ToldOfWindows } from './windows-answers.ts';
