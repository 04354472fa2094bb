// Questions about files, permissions and the session.

import { readTaskXml, writeTaskXml } from '../../../src/formats/tasks/task-xml.ts';
import { ownerTask } from '../../../src/unattended/schedule/scheduled-tasks.ts';
import type { Bench } from '../bench.ts';
import { type Question, question } from '../question.ts';

const SYSTEM = '*S-1-5-18';
const ADMINISTRATORS = '*S-1-5-32-544';
const USERS = '*S-1-5-32-545';

const icaclsClosedFile = question('icacls-closed-file', async (bench) => {
  const open = await bench.file('open.txt', Buffer.from('open'));
  const closed = await bench.file('closed.txt', Buffer.from('closed'));
  bench.afterwards(async () => {
    await bench.run('takeown', ['/F', closed, '/A']);
    await bench.run('icacls', [closed, '/grant:r', `${ADMINISTRATORS}:F`]);
    await bench.run('icacls', [closed, '/reset']);
  });
  await bench.must('icacls', [closed, '/inheritance:r', '/grant:r', `${SYSTEM}:F`]);
  await bench.must('icacls', [closed, '/setowner', SYSTEM]);
  const { ran, text } = await savedLists(bench, bench.folder);
  if (!text.includes('open.txt')) return { why: `icacls saved no list at all, not even that of ${open}` };
  if (text.includes('closed.txt')) return 'saved';
  return ran.code === 0 ? 'passed-over' : 'passed-over-with-an-error';
});

const restoredInheritance = question('restored-inheritance', async (bench) => {
  const file = await bench.file('inherits.txt', Buffer.from('inherits'));
  await bench.must('icacls', [bench.folder, '/grant', `${USERS}:(OI)(CI)M`]);
  bench.afterwards(() => bench.run('icacls', [bench.folder, '/reset', '/t']));
  const before = (await savedLists(bench, file)).text;
  const list = await bench.file('saved.acl', Buffer.from(before, 'utf16le'));
  await bench.must('icacls', [bench.folder, '/remove:g', USERS]);
  await bench.must('icacls', [bench.folder, '/restore', list]);
  const after = (await savedLists(bench, file)).text;
  return after === before ? 'as-saved' : 'worked-out-anew';
});

/** What `icacls /save /t /c` writes, and the run itself. */
async function savedLists(bench: Bench, path: string) {
  const lists = await bench.file('lists.acl', Buffer.alloc(0));
  const ran = await bench.run('icacls', [path, '/save', lists, '/t', '/c']);
  const read = await bench.host.machine.read(lists);
  const text =
    read.result === 'ok'
      ? Buffer.from(read.bytes)
          .toString('utf16le')
          .replace(/^\uFEFF/, '')
      : '';
  for (const line of text.split('\r\n')) bench.note(`  ${line}`);
  return { ran, text };
}

const groupsOfTheSession = question('groups-of-the-session', async (bench) => {
  const ran = await bench.run('whoami', ['/user', '/groups', '/fo', 'csv', '/nh']);
  if (ran.code === undefined) return { why: 'whoami could not be started' };
  return ran.code === 0 && ran.text.includes('"S-1-16-') ? 'read' : 'not-read';
});

const systemKeysList = question('system-keys-list', async (bench) => {
  const { machine } = bench.host;
  const folders = ['RSA\\S-1-5-18', 'SystemKeys'].map((name) => `${machine.programData}\\Microsoft\\Crypto\\${name}`);
  const lists = await Promise.all(folders.map((folder) => machine.list(folder)));
  for (const [at, { result }] of lists.entries()) bench.note(`the list of ${folders[at]}: ${result}`);
  if (lists.some(({ result }) => result === 'denied')) return 'closed';
  return lists.some(({ result }) => result === 'ok') ? 'listed' : { why: 'SYSTEM has no folder of its own keys here' };
});

const taskUserId = question('task-user-id', async (bench) => {
  const { machine } = bench.host;
  const identity = await machine.identity();
  if (!identity.known) return { why: 'whoami did not say who runs this' };
  const { sid } = identity.value;
  const { systemRoot } = machine;
  const program = { command: `${systemRoot}\\System32\\whoami.exe`, workingDirectory: systemRoot, folders: [] };
  const { triggers, ...task } = ownerTask(program, sid, []);
  const never = triggers.map(({ kind, elements }) => ({ kind, elements: { ...elements, Enabled: 'false' } }));
  const xml = await bench.file('task.xml', writeTaskXml({ ...task, triggers: never }));
  const name = 'iis-ssl-heal-ask';
  bench.afterwards(() => bench.run('schtasks', ['/Delete', '/TN', name, '/F']));
  await bench.must('schtasks', ['/Create', '/TN', name, '/XML', xml, '/F']);
  const read = await machine.read(`${systemRoot}\\System32\\Tasks\\${name}`);
  const registered = read.result === 'ok' ? readTaskXml(read.bytes) : undefined;
  if (!registered?.ok) return { why: 'the file of the task could not be read' };
  const users = [registered.value.principal.userId, ...registered.value.triggers.map((each) => each.elements.UserId)];
  bench.note(`accounts in the file, ours as SID where it is one: ${users.map((each) => each === sid)}`);
  return users.every((each) => each === sid) ? 'sid' : 'name';
});

const temporaryFolder = question('temporary-folder', async (bench) => {
  const { machine } = bench.host;
  const file = await bench.file('moved.txt', Buffer.from('moved'));
  const there = `${machine.programData}\\iis-ssl-heal-ask.txt`;
  bench.afterwards(() => machine.remove(there));
  const moved = await machine.rename(file, there);
  bench.note(`${file} renamed to ${there}: ${moved.result}`);
  if (moved.result === 'other-volume') return 'another-volume';
  return moved.result === 'ok' ? 'same-volume' : { why: `the file could not be renamed: ${moved.detail}` };
});

const shortNames = question('short-names', async (bench) => {
  // A file that is not there: icacls names it as it was given.
  const ran = await bench.host.run({ program: 'icacls', args: [{ outputFile: true }] });
  if (!ran.started) return { why: 'icacls could not be started' };
  const text = Buffer.concat([ran.stdout, ran.stderr]).toString('latin1');
  const [path] = /[a-z]:\\[^:]*/i.exec(text) ?? [];
  if (path === undefined) return { why: 'icacls did not name the file that it was asked about' };
  const isShort = /~\d/.test(path);
  bench.note(`the path of a temporary file holds ${isShort ? 'an 8.3 name' : 'long names alone'}`);
  return isShort ? 'short' : 'long';
});

export const SESSION_QUESTIONS: readonly Question[] = [
  icaclsClosedFile,
  restoredInheritance,
  groupsOfTheSession,
  systemKeysList,
  taskUserId,
  temporaryFolder,
  shortNames,
];
