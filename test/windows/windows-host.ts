// The Windows server that this process runs on, for the questions.

import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import type { Machine } from '../../src/machine/machine.ts';
import { runProgram } from '../../src/machine/programs/run-program.ts';
import { windowsServer } from '../../src/machine/windows/windows-server.ts';
import type { Host } from './host.ts';
import { visitAt } from './visit.ts';

const MOST_OUTPUT = 16 * 1024 * 1024;

/** This server; throws where it is none. `drag` is how a certificate gets from CurrentUser\MY into LocalMachine\MY. */
export async function windowsHost(drag: (thumbprint: string) => void = dragByPowerShell): Promise<Host> {
  const server = await windowsServer();
  if (!server.ok) throw new Error(server.error);
  const machine = server.value;
  const places = { systemRoot: machine.systemRoot, programData: machine.programData };
  const host = { places, environment: process.env, hostPath: (path: string) => path };
  return {
    machine,
    run: (command, seconds) =>
      seconds === undefined
        ? machine.run(command)
        : runProgram(host, command, new Map(), { milliseconds: seconds * 1000, bytes: MOST_OUTPUT }),
    visit: ({ address, port, name }) => visitAt(address, port, name),
    drag: async (thumbprint) => drag(thumbprint),
    withoutPassword: (program, args) => throughTask(machine, program, args),
  };
}

/** The console adds the very context that it took from the other store; so does .NET. */
function dragByPowerShell(thumbprint: string): void {
  const script = [
    "$ErrorActionPreference = 'Stop'",
    `$certificate = Get-Item 'Cert:\\CurrentUser\\My\\${thumbprint}'`,
    "$store = New-Object System.Security.Cryptography.X509Certificates.X509Store 'My', 'LocalMachine'",
    "$store.Open('ReadWrite')",
    '$store.Add($certificate)',
    '$store.Close()',
  ].join('; ');
  const shell = `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`;
  const ran = spawnSync(shell, ['-NoProfile', '-NonInteractive', '-Command', script], {
    encoding: 'utf8',
    windowsHide: true,
    timeout: 120_000,
  });
  if (ran.status !== 0) throw new Error(`the certificate could not be dragged: ${ran.stderr}`);
}

const TASK = 'iis-ssl-heal-ask';

/** A task that keeps no password (/np) runs in a session that was logged on without one. */
async function throughTask(machine: Machine, program: string, args: readonly string[]): Promise<string> {
  const system = `${machine.systemRoot}\\System32`;
  const batch = `${machine.systemRoot}\\Temp\\${TASK}.cmd`;
  const out = `${machine.systemRoot}\\Temp\\${TASK}.txt`;
  const schtasks = (...words: readonly string[]) =>
    spawnSync(`${system}\\schtasks.exe`, words, { encoding: 'latin1', windowsHide: true, timeout: 60_000 });
  const lines = [
    '@echo off',
    `"${system}\\${program}.exe" ${args.join(' ')} > "${out}" 2>&1`,
    `echo ended>> "${out}"`,
    '',
  ];
  await machine.write(batch, Buffer.from(lines.join('\r\n')));
  try {
    const when = ['/sc', 'once', '/st', '00:00', '/rl', 'highest', '/f'];
    const made = schtasks('/create', '/tn', TASK, '/tr', batch, '/ru', userInfo().username, '/np', ...when);
    if (made.status !== 0 || schtasks('/run', '/tn', TASK).status !== 0)
      return `the task could not be started: ${made.stdout}${made.stderr}`;
    for (let tries = 0; tries < 60; tries += 1) {
      await machine.sleep(1000);
      const read = await machine.read(out);
      const text = read.result === 'ok' ? Buffer.from(read.bytes).toString('latin1') : '';
      if (text.trimEnd().endsWith('ended')) return text;
    }
    return 'the task did not end';
  } finally {
    schtasks('/delete', '/tn', TASK, '/f');
    for (const file of [batch, out]) await machine.remove(file);
  }
}
