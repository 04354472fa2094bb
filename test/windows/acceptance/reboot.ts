// What only a reboot can say: whether what was healed is served afterwards, and what becomes of a key that stayed stranded.
// The first phase prepares both sites; the second is started by a task at boot, as SYSTEM, and continues from what the first
// has written down.

import { type Bench, PORT } from '../bench.ts';
import type { Made } from '../made.ts';
import type { Outcome, Step } from './accept.ts';
import type { Fault, Stage } from './fault.ts';
import { drag, NAME, siteFor, trustedAuthority } from './healthy.ts';
import { differences, stateOf } from './state.ts';
import { everyVisitor } from './visitors.ts';

/** A site over a reboot; what is needed to greet it and to take it away. */
interface Kept {
  readonly site: string;
  readonly port: number;
  readonly thumbprint: string;
}

/** What the second phase continues from. */
export interface Prepared {
  readonly healed: Kept;
  readonly stranded: Kept;
  /** Who has issued both certificates, for as long as they are there. */
  readonly authority: string;
}

const MADE =
  'two certificates were dragged from CurrentUser\\MY and bound; one was healed, one was left; then the server rebooted';

/** Two sites with dragged certificates; the first is healed. Nothing is taken back: that is for after the reboot. */
export async function beforeReboot(stage: Stage): Promise<Prepared> {
  const authority = await trustedAuthority(stage);
  const healed = await dragged(stage, authority, PORT);
  const fixed = await stage.heal('fix', '--yes', '--json');
  if (fixed.code !== 0) throw new Error(`the first site was not healed: ${fixed.err}${fixed.out}`);
  return { healed, stranded: await dragged(stage, authority, PORT + 1), authority: authority.thumbprint };
}

async function dragged({ bench }: Stage, issuer: Made, port: number): Promise<Kept> {
  const good = bench.certificate({ names: [NAME], issuer });
  await drag(bench, good);
  const { site } = await siteFor(bench, good, port);
  return { site, port, thumbprint: good.thumbprint };
}

const MINUTES = 10;

/** As SYSTEM, after the reboot. What was prepared is taken away in the end, but for the owner's own store. */
export async function afterReboot(stage: Stage, prepared: Prepared, raw: readonly string[]): Promise<Outcome> {
  const steps: Step[] = [];
  const add = (step: string, ok: boolean, seen: string) => steps.push({ step, ok, seen });
  try {
    const healed = await waitFor(stage, prepared.healed);
    add('what was healed is served', healed.isServed, healed.told);
    const stranded = await seenAt(stage, prepared.stranded);
    // Nobody knows for certain that it is not: the report says what was seen.
    add('what was left is greeted', true, stranded.told);
    const check = await stage.heal('check', '--only', PLAYBOOK, '--json');
    add('what was left is found', check.out.includes(prepared.stranded.thumbprint), `check ended with ${check.code}`);
    const before = await stateOf(stage.bench.host);
    const fix = await stage.heal('fix', '--yes', '--only', PLAYBOOK);
    add('SYSTEM says whose it is', fix.code === 3, `fix ended with ${fix.code}: ${fix.err}${fix.out}`);
    const other = differences(before, await stateOf(stage.bench.host));
    add('as before', other.length === 0, other.join(', ') || 'everything');
  } catch (error) {
    add('the course', false, error instanceof Error ? error.message : String(error));
  }
  await takeAway(stage.bench, prepared);
  const verdict = steps.every(({ ok }) => ok) ? 'passed' : 'failed';
  return { fault: 'over-a-reboot', playbook: PLAYBOOK, made: MADE, verdict, steps, raw };
}

const PLAYBOOK: Fault['playbook'] = 'stranded-key';

async function seenAt({ bench, knock }: Stage, { port, thumbprint }: Kept) {
  const addresses = await bench.host.machine.addresses();
  if (!addresses.known) throw new Error(addresses.why);
  const seen = await everyVisitor({ port, host: '' }, addresses.value, knock);
  const told = [...seen].map(([visitor, what]) => `${visitor}: ${what}`).join('; ');
  return { isServed: [...seen.values()].includes(thumbprint), told };
}

/** IIS comes up minutes after the boot on a small server. */
async function waitFor(stage: Stage, kept: Kept) {
  for (let round = 1; ; round += 1) {
    const seen = await seenAt(stage, kept);
    if (seen.isServed || round === MINUTES * 6) return seen;
    await stage.bench.host.machine.sleep(10_000);
  }
}

async function takeAway({ run }: Bench, { healed, stranded, authority }: Prepared): Promise<void> {
  for (const { site, port, thumbprint } of [healed, stranded]) {
    await run('appcmd', ['delete', 'site', site]);
    await run('netsh', ['http', 'delete', 'sslcert', `ipport=0.0.0.0:${port}`]);
    await run('certutil', ['-f', '-delstore', 'MY', thumbprint]);
  }
  await run('certutil', ['-f', '-delstore', 'Root', authority]);
}

/** The task of the second phase. */
export const TASK = 'iis-ssl-heal-acceptance';

/** It starts `command` with `args` at boot, as SYSTEM. */
export function bootTask(command: string, args: string): Buffer {
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  const xml = `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers><BootTrigger><Enabled>true</Enabled></BootTrigger></Triggers>
  <Principals><Principal id="Author"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal></Principals>
  <Settings><DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries><ExecutionTimeLimit>PT1H</ExecutionTimeLimit></Settings>
  <Actions Context="Author"><Exec><Command>${escaped(command)}</Command><Arguments>${escaped(args)}</Arguments></Exec></Actions>
</Task>
`;
  return Buffer.from(`\ufeff${xml.replaceAll('\n', '\r\n')}`, 'utf16le');
}

/** Registers it from a file in this folder. */
export async function registerTask({ must }: Bench, file: string): Promise<void> {
  await must('schtasks', ['/Create', '/TN', TASK, '/XML', file, '/F']);
}

/** Whoever it runs as, it runs once. */
export const removeTask = ({ run }: Bench) => run('schtasks', ['/Delete', '/TN', TASK, '/F']);
