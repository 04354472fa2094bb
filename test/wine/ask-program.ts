// The questionnaire as a program of Windows, for the lab under Wine: asks everything, or the switches that are named, and writes
// what it found into a file.   node ask.cjs FILE [SWITCH ...]

import { writeFileSync } from 'node:fs';
import { tlsHandshake } from '../../src/machine/windows/tls-handshake.ts';
import { known } from '../../src/model/server/known.ts';
import { askAll } from '../windows/ask/ask-all.ts';
import type { Host } from '../windows/host.ts';
import { QUESTIONS } from '../windows/questions/questions.ts';
import { visitAt } from '../windows/visit.ts';
import { windowsHost } from '../windows/windows-host.ts';
import { CALLER_FILE } from './lab-programs/this-server.ts';
import { logVisit, onTheLabsDisk, withLabsPath } from './labs-disk.ts';

/** Programs that never end are waited for: as long as one of the lab's takes here at most. */
const PATIENCE_S = 20;

const A_MINUTE_MS = 60_000;

const DRAGGED = 'C:\\dragged.reg';

/** Where the lab's owner has certificates. */
const OWNERS_STORE = 'C:\\Users\\olga\\AppData\\Roaming\\Microsoft\\SystemCertificates\\My\\Certificates';

const entryOf = (thumbprint: string, bytes: Uint8Array): string =>
  [
    'Windows Registry Editor Version 5.00',
    '',
    `[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\MY\\Certificates\\${thumbprint}]`,
    `"Blob"=hex:${(Buffer.from(bytes).toString('hex').match(/../g) ?? []).join(',')}`,
    '',
  ].join('\r\n');

async function main(): Promise<void> {
  const base = await windowsHost();
  const host: Host = {
    ...base,
    // The lab reads the whole server anew before it answers, which takes seconds here.
    machine: {
      ...onTheLabsDisk(base.machine),
      handshake: async (greeting) => {
        logVisit(greeting);
        const got = await tlsHandshake(greeting, A_MINUTE_MS);
        return known(got, { kind: 'handshake', endpoint: greeting.address });
      },
    },
    run: (command, seconds) => base.run(withLabsPath(command), seconds === undefined ? undefined : PATIENCE_S),
    visit: ({ address, port, name }) => visitAt(address, port, name, A_MINUTE_MS),
    // There is no PowerShell, so the entry is written where a drag puts it.
    drag: async (thumbprint) => {
      const entry = await base.machine.read(`${OWNERS_STORE}\\${thumbprint}`);
      if (entry.result !== 'ok') throw new Error(`the owner's store has no certificate ${thumbprint}`);
      await base.machine.write(DRAGGED, Buffer.from(`\uFEFF${entryOf(thumbprint, entry.bytes)}`, 'utf16le'));
      await base.machine.run({ program: 'reg', args: ['import', DRAGGED] });
      await base.machine.remove(DRAGGED);
    },
    // The lab under Wine has one session only, so a file says whose it is.
    withoutPassword: async (program, args) => {
      await base.machine.write(CALLER_FILE, Buffer.from('owner-without-password'));
      const ran = await base.run({ program, args });
      await base.machine.remove(CALLER_FILE);
      return ran.started ? Buffer.from(ran.stdout).toString('latin1') : ran.detail;
    },
  };
  const tell = (line: string) => void process.stdout.write(`${Math.round(process.uptime())} s ${line}\n`);
  const [file = '', ...names] = process.argv.slice(2);
  const questions = QUESTIONS.filter((each) => names.length === 0 || names.includes(each.switch));
  writeFileSync(file, JSON.stringify(await askAll(host, { version: '0.0.0', questions, tell })));
}

// Of the lab's programs that wait for ever Wine's taskkill ends none, and this one would wait for them.
main().then(() => process.stdout.write('', () => process.exit()));
