// The Windows server that this process runs on, for the questions.

import { spawnSync } from 'node:child_process';
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
