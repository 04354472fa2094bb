// Every fault that a lab can be given, in short: what visitors get, what the program calls it, what it does, and what visitors
// get after that and after two restarts; then all is taken back, and the fault is there again.

import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { greet, sayWhatIsSeen, whileServed } from './client.mjs';
import { heading, say, shown, start } from './program.mjs';

/**
 * One after the other, two at a time.
 * @param {string} folder for the labs
 */
export async function everyFault(folder) {
  const { stdout } = await start('list');
  const faults = [...stdout.matchAll(/^([a-z-]+): /gm)].map(([, id = '']) => id).filter((id) => id !== 'broken-link');
  /** @type {Promise<Told>[]} */
  const told = [];
  for (const id of faults) {
    told.push(oneFault(join(folder, id), id));
    if (told.length >= 2) await told.at(-2);
  }
  const all = await Promise.all(told);
  for (const { lines } of all) for (const line of lines) say(line);
  const healed = all.filter((each) => each.healed).length;
  const left = faults.filter((_id, index) => !all[index]?.healed).join(', ');
  heading(
    `${faults.length} faults were named; ${healed} were healed, proved and taken back; a person decides: ${left}`,
  );
}

/**
 * @typedef {{ lines: string[], healed: boolean }} Told
 * @param {string} lab
 * @param {string} id
 * @returns {Promise<Told>} what there is to tell
 */
async function oneFault(lab, id) {
  const lines = [`\n=== ${id} ===`];
  await expectCode(id, [0], 'lab', 'create', lab, '--fault', id);
  const broken = await check(lab);
  const found = broken.findings.filter((/** @type {{ playbook: string }} */ { playbook }) => playbook === id);
  if (found.length === 0) throw new Error(`${id} was not named`);
  for (const { says } of found) lines.push(`  named: ${says}`);
  lines.push(...(await visitors(lab, broken, 'visitors now')));
  const later = `${lab}-later`;
  await cp(lab, later, { recursive: true });
  await restarted(id, later);
  lines.push(...(await visitors(later, broken, 'after a reboot, if nobody did anything')));

  const { code, stderr, stdout } = await start('fix', '--lab', lab, '--yes=disruptive');
  if (code === 3)
    return { lines: [...lines, `  fix: exit code ${code}`, shown(shown(`${stderr}${stdout}`))], healed: false };
  if (code !== 0) throw new Error(`${id}: fix ended with ${code}\n${stdout}${stderr}`);
  lines.push('  fix --yes=disruptive: healed and proved');
  await restarted(id, lab);
  const healed = await check(lab);
  if (healed.verdict !== 'healthy') throw new Error(`${id} is ${healed.verdict} after its repair`);
  lines.push(...(await visitors(lab, broken, 'after the repair and a reboot')));
  await expectCode(id, [0], 'undo', '--lab', lab, '--yes');
  const again = await check(lab);
  lines.push(`  undo: ${again.verdict} again`);
  return { lines, healed: true };
}

/** @param {string} id @param {string} lab */
async function restarted(id, lab) {
  await expectCode(id, [0], 'lab', 'reboot', lab);
  await expectCode(id, [0], 'lab', 'restart-iis', lab);
}

/** @param {string} id @param {readonly number[]} codes @param {...string} args */
async function expectCode(id, codes, ...args) {
  const { code, stdout, stderr } = await start(...args);
  if (!codes.includes(code)) throw new Error(`${id}: ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`);
}

/** @param {string} lab */
const check = async (lab) => JSON.parse((await start('check', '--lab', lab, '--json')).stdout);

/**
 * What each name of the server gets at each of its addresses; what most get is said once.
 * @param {string} lab
 * @param {{ chains: { binding: { information: string } }[] }} document of a check
 * @param {string} when
 * @returns {Promise<string[]>}
 */
async function visitors(lab, { chains }, when) {
  const names = [...new Set(chains.map(({ binding }) => binding.information.split(':').at(-1) ?? ''))];
  const seen = await whileServed(lab, ({ addresses }) =>
    Promise.all(
      addresses
        .filter(({ address }) => !/^127\.|^\[::1\]/.test(address))
        .flatMap((place) =>
          names.map(async (name) => ({
            who: name || 'no name',
            at: place.address,
            gets: sayWhatIsSeen(await greet(place, name)),
          })),
        ),
    ),
  );
  /** @type {Map<string, string[]>} */
  const byAnswer = new Map();
  for (const { who, at, gets } of seen)
    byAnswer.set(`${who}: ${gets}`, [...(byAnswer.get(`${who}: ${gets}`) ?? []), at]);
  if (byAnswer.size === 0) return [`  ${when}: nobody listens`];
  return [`  ${when}:`, ...[...byAnswer].map(([answer, places]) => `    ${answer} (${places.join(', ')})`)];
}
