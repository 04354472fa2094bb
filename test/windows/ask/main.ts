// npm run ask:windows: asks this server everything that is not known of Windows, and writes windows-answers.json into the
// folder it was started in, or the file that it is given.

import { writeFileSync } from 'node:fs';
import { VERSION } from '../../../src/model/version.ts';
import { refusal } from '../disposable.ts';
import { windowsHost } from '../windows-host.ts';
import { askAll, wrongDefaults } from './ask-all.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const why = refusal();
  if (why !== undefined) {
    process.stderr.write(`${why}\n`);
    process.exitCode = 2;
    return;
  }
  const file = process.argv[2] ?? 'windows-answers.json';
  const found = await askAll(await windowsHost(), { version: VERSION, tell: say });
  writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`);
  const wrong = wrongDefaults(found);
  say('');
  say(wrong.length === 0 ? 'No default of the lab is wrong here.' : 'Defaults of the lab that are wrong here:');
  for (const line of wrong) say(`  ${line}`);
  say(`Written to ${file}. A lab that behaves so: iis-ssl-heal lab create DIR --windows-answers ${file}`);
}

// A program that waits for ever and could not be ended must not keep this one. What was said has left first.
main().then(() => process.stdout.write('', () => process.exit()));
