// The collection, as a fleet runs it: ansible-core over SSH against hosts with a lab each, one of them not to be reached.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controllerIn, type Play } from './ansible/controller.ts';
import { type Host, mayMakeHosts, type Network, startHosts } from './ansible/hosts.ts';
import { bin, document, hashOf, OLD_PROGRAM, PROGRAM, programOf, serverIn } from './ansible/servers.ts';
import { programHere } from './programs.ts';

const ansible = programHere('ansible-playbook');
const sshd = programHere('sshd');
const ip = programHere('ip');
const here = ansible !== undefined && sshd !== undefined && ip !== undefined && mayMakeHosts();

const FAULTS = ['stale-hash', 'lost-binding', 'stranded-key'] as const;
/** The one that is off stands in a batch with another, as it might on any day. */
const FIVE = ['healthy', 'stale-hash', 'off', 'lost-binding', 'stranded-key'];
const TOGETHER = ['-e', '{"heal_serial": ["100%"]}'];

/** Whether the program that was built makes a page of a fleet. */
function mayReport(): boolean {
  const may = spawnSync(process.execPath, [bin, 'report', '--help'], { encoding: 'utf8' }).stdout.includes('--fleet');
  if (!may) console.warn('skipped: no report --fleet');
  return may;
}

describe.skipIf(!here)('five servers, one of them off', () => {
  let work: string;
  let network: Network;
  let play: Play;
  const drive = (name: string): string => join(work, name);
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'heal-fleet-'));
    serverIn(drive('healthy'), undefined, PROGRAM);
    for (const fault of FAULTS) serverIn(drive(fault), fault, PROGRAM);
    serverIn(drive('bare'), undefined);
    serverIn(drive('old'), undefined, OLD_PROGRAM);
    const on: readonly Host[] = ['healthy', ...FAULTS, 'bare', 'old'].map((name) => ({ name, drive: drive(name) }));
    network = await startHosts([...on, { name: 'off' }], sshd!, join(work, 'network'));
    play = controllerIn(work, network, ansible!);
  });
  afterAll(async () => {
    await network?.stop();
    if (work !== undefined) rmSync(work, { recursive: true, force: true });
  });

  const kept = (name: string) => JSON.parse(readFileSync(join(work, 'results', `${name}.json`), 'utf8'));
  const all = (end: string) => Object.fromEntries(FAULTS.map((fault) => [fault, end]));

  it('are told what would be done, every command, and not a byte is changed', async () => {
    const before = ['healthy', ...FAULTS].map((name) => hashOf(drive(name)));
    const { output, ends } = await play('heal.yml', FIVE, '--check', '--diff', ...TOGETHER);
    expect(ends, output).toEqual({ healthy: 'ok', ...all('changed'), off: 'unreachable' });
    expect(['healthy', ...FAULTS].map((name) => hashOf(drive(name)))).toEqual(before);
    for (const fault of FAULTS) {
      const [plan] = document(drive(fault), 'fix', '--dry-run').plans;
      for (const { shown } of plan.steps) expect(output).toContain(`\n${shown}\n`);
      expect(output).toContain(`\n-${plan.finding}\n`);
    }
    expect(output).toContain('-p ******** -exportPFX');
  });

  it('are looked at, and what each said is kept', async () => {
    const { output, ends } = await play('check.yml', FIVE);
    expect(ends, output).toEqual({ healthy: 'ok', ...all('ok'), off: 'unreachable' });
    expect(readdirSync(join(work, 'results')).sort()).toEqual(
      ['healthy', ...FAULTS].map((name) => `${name}.json`).sort(),
    );
    expect(kept('healthy')).toMatchObject({ verdict: 'healthy', server: { computer: 'HEALTHY' } });
    for (const fault of FAULTS)
      expect(kept(fault)).toMatchObject({ verdict: 'faulty', findings: [{ playbook: fault }] });
  });

  it.skipIf(!mayReport())('are on one page, also the one that never answered', async () => {
    const options = { heal_report_program: [process.execPath, bin] };
    const { output, ends } = await play('report.yml', FIVE, '-e', JSON.stringify(options));
    expect(ends, output).toEqual({ localhost: 'changed' });
    const page = readFileSync(join(work, 'fleet.html'), 'utf8');
    for (const name of ['healthy', ...FAULTS]) expect(page).toContain(name.toUpperCase());
    for (const fault of FAULTS) expect(page).toContain(fault);
    expect(page).toContain('off.json');
  });

  it('are healed, one first and then more of them', async () => {
    const { output, ends } = await play('heal.yml', FIVE, '--diff');
    expect(ends, output).toEqual({ healthy: 'ok', ...all('changed'), off: 'unreachable' });
    for (const name of ['healthy', ...FAULTS]) expect(kept(name)).toMatchObject({ verdict: 'healthy', findings: [] });
    for (const fault of FAULTS) expect(document(drive(fault), 'runs').runs).toMatchObject([{ verdict: 'healed' }]);
  });

  it('are healed once: a second time changes nothing', async () => {
    const runs = FAULTS.map((name) => document(drive(name), 'runs').runs);
    const { output, ends } = await play('heal.yml', FIVE, '--diff', ...TOGETHER);
    expect(ends, output).toEqual({ healthy: 'ok', ...all('ok'), off: 'unreachable' });
    expect(FAULTS.map((name) => document(drive(name), 'runs').runs)).toEqual(runs);
  });

  it('fail with one sentence where the program is missing or too old, and stop no other', async () => {
    const { output, ends } = await play('check.yml', ['bare', 'old', 'off', 'healthy']);
    expect(ends, output).toEqual({ bare: 'failed', old: 'failed', off: 'unreachable', healthy: 'ok' });
    expect(output).toContain('iis-ssl-heal.exe could not be started on this host (');
    expect(output).toContain('is older than this collection (its check document has no version): install a newer one');
  });

  const bring = (program: string) => {
    const source = join(work, 'brought.exe');
    writeFileSync(source, program);
    const heal_install_sha256 = createHash('sha256').update(PROGRAM).digest('hex').toUpperCase();
    const heal = { heal_install: true, heal_install_source: source, heal_install_sha256, heal_schedule: 'present' };
    return ['-e', JSON.stringify(heal)] as const;
  };
  const folderOf = (name: string) => dirname(programOf(drive(name)));

  it('are given no program whose hash is another, in no batch after the first; and none in check mode', async () => {
    const wrong = await play('heal.yml', ['bare', 'healthy'], ...bring(`${PROGRAM}exit 0\n`));
    expect(wrong.ends, wrong.output).toEqual({ bare: 'failed' });
    expect(wrong.output).toContain('not heal_install_sha256.');
    const planned = await play('heal.yml', ['bare'], '--check', ...bring(PROGRAM));
    expect(planned.ends, planned.output).toEqual({ bare: 'changed' });
    expect(existsSync(folderOf('bare'))).toBe(false);
  });

  it('are given the program, also in the place of an older one, and its schedule', async () => {
    const { output, ends } = await play('check.yml', ['bare', 'old'], ...bring(PROGRAM));
    expect(ends, output).toEqual({ bare: 'changed', old: 'changed' });
    for (const name of ['bare', 'old']) {
      expect(readFileSync(programOf(drive(name)), 'utf8')).toBe(PROGRAM);
      expect(readdirSync(folderOf(name))).toEqual(['iis-ssl-heal.exe']);
      expect(document(drive(name), 'schedule', 'status').tasks).toMatchObject([{ state: 'right' }]);
    }
  });

  it('are given them once', async () => {
    const { output, ends } = await play('check.yml', ['bare'], ...bring(PROGRAM));
    expect(ends, output).toEqual({ bare: 'ok' });
  });
});
