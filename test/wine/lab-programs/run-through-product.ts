// The product's own way to start a program of Windows, with arguments that no command of ours has.

import { readFileSync, writeFileSync } from 'node:fs';
import { windowsServer } from '../../../src/machine/windows/windows-server.ts';

/** Starts netsh.exe once for each list of arguments in `listFile` (JSON), and writes the results as JSON. */
export async function runThroughProduct(listFile: string, resultFile: string): Promise<void> {
  const server = await windowsServer();
  if (!server.ok) throw new Error(server.error);
  const lists = JSON.parse(readFileSync(listFile, 'utf8')) as readonly (readonly string[])[];
  const results: unknown[] = [];
  for (const args of lists) results.push(await server.value.run({ program: 'netsh', args }));
  writeFileSync(resultFile, JSON.stringify(results));
}
