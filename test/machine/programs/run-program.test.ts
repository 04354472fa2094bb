import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as moment } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { limitsOf, runProgram } from '../../../src/machine/programs/run-program.ts';
import { serverOn } from '../../../src/machine/windows/windows-server.ts';
import type { Command } from '../../../src/model/repair/command.ts';
import { programFolder } from '../../support/program-folder.ts';

const command = (program: Command['program'], ...args: Command['args']): Command => ({ program, args });
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const quick = { milliseconds: 400, bytes: 1000 };

/** Its time is over as soon as it has come so far, however long a busy computer takes to start a shell. */
async function tooLate<T>(start: () => Promise<T>, hasComeSoFar: () => boolean): Promise<T> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const ran = start();
  // By a clock that is not held: vi.waitUntil would move the one that is.
  while (!hasComeSoFar()) await moment(5);
  await vi.advanceTimersByTimeAsync(quick.milliseconds);
  return ran;
}
afterEach(() => void vi.useRealTimers());

const linesOf = (file: string): readonly string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];

describe.skipIf(process.platform === 'win32')('runProgram', () => {
  it('gives arguments, stdout, stderr and the exit code as they are', async () => {
    const host = programFolder({ netsh: `printf '[%s]' "$@"; printf 'no\\n' >&2; exit 37` });
    const args = ['http', '', 'a b', 'c"d', '$HOME', '%PATH%', 'e\\', '{x}', '*'];
    const ran = await runProgram(host, command('netsh', ...args));
    expect(ran).toMatchObject({ started: true, exitCode: 37 });
    if (!ran.started) return;
    expect(text(ran.stdout)).toBe(args.map((arg) => `[${arg}]`).join(''));
    expect(text(ran.stderr)).toBe('no\n');
    expect(ran).not.toHaveProperty('output');
  });

  it('keeps bytes of any code page, and the line end at the end', async () => {
    const host = programFolder({ netsh: `printf '\\204\\377\\r\\n'` });
    const ran = await runProgram(host, command('netsh'));
    expect(ran.started && [...ran.stdout]).toEqual([0x84, 0xff, 0x0d, 0x0a]);
  });

  it('starts appcmd in its own folder, and every program with a closed stdin in System32', async () => {
    const host = programFolder({ 'inetsrv/appcmd': 'pwd -P; cat; echo end' });
    const ran = await runProgram(host, command('appcmd', 'list'));
    expect(ran.started && text(ran.stdout)).toBe(`${host.hostPath('C:\\Windows\\System32')}\nend\n`);
  });

  it('gives programs the clean environment and nothing else', async () => {
    const host = programFolder({ whoami: '/usr/bin/env' });
    const ran = await runProgram({ ...host, environment: { TEMP: 'C:\\T', PLANTED: 'x' } }, command('whoami'));
    const names = ran.started ? text(ran.stdout).match(/^\w+(?==)/gm) : [];
    const added = ['PWD', 'OLDPWD', 'SHLVL', '_']; // by the shell that plays the program
    expect(names?.filter((name) => !added.includes(name)).sort()).toEqual(
      ['ALLUSERSPROFILE', 'PATH', 'PATHEXT', 'ProgramData', 'SystemDrive', 'SystemRoot', 'TEMP', 'windir'].sort(),
    );
  });

  it('says that a program is missing, or may not be started', async () => {
    const host = programFolder({ reg: 'exit 0' }, 0o644);
    const missing = await runProgram(host, command('certutil'));
    expect(missing).toMatchObject({ started: false, why: 'missing' });
    expect(await runProgram(host, command('reg', 'query'))).toMatchObject({ started: false, why: 'denied' });
  });

  it('ends a program that does not end, with a grandchild that holds its output open', async () => {
    const host = programFolder({ certutil: 'echo $$ > "$1"; sleep 300 & echo $! >> "$1"; wait' });
    const pids = join(host.folder, 'pids');
    const ran = await tooLate(
      () => runProgram(host, command('certutil', pids), undefined, quick),
      () => linesOf(pids).length === 2,
    );
    expect(ran).toEqual({ started: false, why: 'timeout', detail: 'it did not end within 0.4 s' });
    const living = () => linesOf(pids).map(Number).filter(isAlive);
    await expect.poll(living, { timeout: 30_000 }).toEqual([]);
  });

  it('does not wait for a grandchild that outlives its parent', async () => {
    const host = programFolder({ certutil: 'sleep 300 & exit 0' });
    const ran = await runProgram(host, command('certutil'), undefined, quick);
    expect(ran).toMatchObject({ started: false, why: 'timeout' });
  });

  it('ends a program that prints without end', async () => {
    const host = programFolder({ certutil: 'while :; do echo much; done' });
    const ran = await runProgram(host, command('certutil'), undefined, { milliseconds: 30_000, bytes: 1000 });
    expect(ran).toEqual({ started: false, why: 'failed', detail: 'it printed more than 1000 bytes' });
  });

  it('tells a killed program from one that ended', async () => {
    const host = programFolder({ certutil: 'kill -9 $$' });
    expect(await runProgram(host, command('certutil'))).toEqual({
      started: false,
      why: 'failed',
      detail: 'it was ended by SIGKILL',
    });
  });

  it('puts a secret in at the call, and never into a result', async () => {
    const host = programFolder({ certutil: 'printf %s "$2" > "$3"' });
    const seen = join(host.folder, 'seen');
    const withSecret = command('certutil', '-p', { secret: 'pfx' }, seen);
    const ran = await runProgram(host, withSecret, new Map([['pfx', 's3cret']]));
    expect(ran).toMatchObject({ started: true, exitCode: 0 });
    expect(readFileSync(seen, 'utf8')).toBe('s3cret');
    expect(withSecret.args).toContainEqual({ secret: 'pfx' });
    const impossible = await runProgram(host, withSecret, new Map([['pfx', 's3cret\0']]));
    expect(impossible).toMatchObject({ started: false, why: 'failed' });
    expect(JSON.stringify(impossible)).not.toContain('s3cret');
  });

  it('takes a secret that nobody gave for a bug', async () => {
    const host = programFolder({ certutil: 'exit 0' });
    await expect(runProgram(host, command('certutil', { secret: 'pfx' }))).rejects.toThrow(
      'the secret "pfx" of certutil was not given',
    );
  });

  it('gives back what was written to the output file, and leaves nothing of it', async () => {
    const host = programFolder({ reg: 'printf data > "$3"; printf %s "$3"' });
    const ran = await runProgram(host, command('reg', 'export', 'HKLM\\X', { outputFile: true }, '/y'));
    expect(ran).toMatchObject({ started: true, exitCode: 0, output: Buffer.from('data') });
    expect(ran.started && existsSync(join(text(ran.stdout), '..'))).toBe(false);
  });

  it("B13: has it written below Windows' own temporary folder, whose names only administrators see, where there is one", async () => {
    const host = programFolder({ reg: 'printf data > "$1"; printf %s "$1"' });
    const temporary = host.hostPath('C:\\Windows\\Temp');
    mkdirSync(temporary);
    const ran = await runProgram(host, command('reg', { outputFile: true }));
    expect(ran).toMatchObject({ started: true, output: Buffer.from('data') });
    expect(ran.started && text(ran.stdout).startsWith(`${temporary}/`)).toBe(true);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([
    ['writes nothing', 'echo "$1" > "$2"; exit 1', false],
    ['hangs', 'echo "$1" > "$2"; echo x > "$1"; echo y >> "$2"; sleep 300', true],
  ])('leaves nothing of the output file of a program that %s', async (_name, script, hangs) => {
    const host = programFolder({ reg: script });
    const note = join(host.folder, 'note');
    const start = (limits?: typeof quick) =>
      runProgram(host, command('reg', { outputFile: true }, note), undefined, limits);
    const ran = hangs
      ? await tooLate(
          () => start(quick),
          () => linesOf(note).length === 2,
        )
      : await start();
    expect(ran).not.toHaveProperty('output');
    const [file = ''] = linesOf(note);
    expect(file).toContain(tmpdir());
    expect(readdirSync(tmpdir())).not.toContain(file.split('/').at(-2));
  });
});

describe('limitsOf', () => {
  it('gives each program its time', () => {
    expect(limitsOf('netsh').milliseconds).toBe(60_000);
    expect(limitsOf('wevtutil').milliseconds).toBe(30_000);
    expect(limitsOf('iisreset').milliseconds).toBe(300_000);
  });

  // After 60 s an import on a server without a way out was ended, and the repair taken back.
  it('A21: lets certutil wait for addresses that it cannot reach', () => {
    expect(limitsOf('certutil').milliseconds).toBe(300_000);
  });
});

describe.skipIf(process.platform === 'win32')('serverOn', () => {
  const rows = '"WEB01\\olga","S-1-5-21-70-80-90-1001"\\r\\n"Label","Label","S-1-16-12288","Group"\\r\\n';

  it('says who runs it', async () => {
    const server = serverOn(programFolder({ whoami: `printf '${rows.replaceAll('\\olga', '\\\\olga')}'` }));
    expect(await server.identity()).toEqual({
      known: true,
      value: { sid: 'S-1-5-21-70-80-90-1001', name: 'WEB01\\olga', elevated: true },
      source: { kind: 'command', shown: 'C:\\Windows\\System32\\whoami.exe /user /groups /fo csv /nh' },
    });
  });

  it('asks whoami once a process, and again only where it has not answered', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'whoami-'));
    const server = serverOn(
      programFolder({
        whoami: `echo >> '${folder}/asked'; [ -e '${folder}/works' ] || exit 1; printf '${rows.replaceAll('\\olga', '\\\\olga')}'`,
      }),
    );
    const asked = () => readFileSync(join(folder, 'asked'), 'utf8').length;
    expect((await server.identity()).known).toBe(false);
    const refused = asked();
    writeFileSync(join(folder, 'works'), '');
    const [first, beside] = await Promise.all([server.identity(), server.identity()]);
    expect([first.known, beside, await server.identity()]).toEqual([true, first, first]);
    expect(asked()).toBe(refused + 1);
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['cannot be asked', {}, /could not be asked: .*does not exist/],
    ['fails', { whoami: 'exit 1' }, /ended with exit code 1/],
    ['says nothing', { whoami: 'exit 0' }, /no row with a name and a SID/],
  ])('says why it does not know when whoami %s', async (_name, programs, why) => {
    const identity = await serverOn(programFolder(programs)).identity();
    expect(identity).toMatchObject({ known: false, why: expect.stringMatching(why) });
  });

  it('reads files where its programs are', async () => {
    const server = serverOn(programFolder({ netsh: 'exit 0' }));
    expect(await server.list('C:\\Windows\\System32')).toEqual({ result: 'ok', files: ['netsh.exe'], folders: [] });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that has ended and that nobody waits for is a zombie.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
