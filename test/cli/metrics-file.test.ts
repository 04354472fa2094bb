// metricsFile of config.json: every unattended run leaves its metrics there, and nowhere where others could have set a trap.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { heal, newLab } from '../support/program.ts';
import { setList } from '../support/squatter.ts';

const FOLDER = 'C:\\Program Files\\windows_exporter\\textfile_inputs';
const ours = (lab: string, ...path: readonly string[]) => join(lab, 'ProgramData', 'iis-ssl-heal', ...path);
const folderIn = (lab: string) => join(lab, ...FOLDER.split('\\').slice(1));
const metricsIn = (lab: string) => readFileSync(join(folderIn(lab), 'https.prom'), 'utf8');

/** A lab whose task is installed, with such settings. */
async function scheduled(settings: object, ...faults: readonly string[]): Promise<string> {
  const lab = await newLab(...faults);
  expect((await heal('schedule', 'install', '--lab', lab)).code).toBe(0);
  mkdirSync(folderIn(lab), { recursive: true });
  setList(lab, FOLDER, 'D:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1200a9;;;BU)');
  writeFileSync(
    ours(lab, 'config.json'),
    JSON.stringify({ formatVersion: 1, metricsFile: `${FOLDER}\\https.prom`, healthyMinutes: 0, ...settings }),
  );
  return lab;
}

const fix = (lab: string, ...more: readonly string[]) =>
  heal('fix', '--yes', '--unattended', '--lab', lab, '--as', 'system', ...more);

describe('metricsFile', () => {
  it('is written after a repair, after its proof, and after a look that found nothing', async () => {
    const lab = await scheduled({}, 'lost-binding');
    for (const [command, outcome] of [
      ['fix', 'repaired'],
      ['check', 'healed'],
      ['fix', 'healthy'],
    ] as const) {
      const yes = command === 'fix' ? ['--yes'] : [];
      const { code, err } = await heal(command, ...yes, '--unattended', '--lab', lab, '--as', 'system');
      expect([code, err]).toEqual([0, '']);
      expect(metricsIn(lab)).toContain(`iis_ssl_heal_unattended_outcome{outcome="${outcome}"} 1\n`);
      expect(metricsIn(lab)).toMatch(/^iis_ssl_heal_last_unattended_timestamp_seconds \d{10}/m);
      expect(metricsIn(lab)).toMatch(/^iis_ssl_heal_last_heal_timestamp_seconds \d{10}/m);
      expect(metricsIn(lab)).toContain('iis_ssl_heal_given_up 0\n');
    }
    expect(readdirSync(folderIn(lab))).toEqual(['https.prom']);
    expect((await heal('check', '--prometheus', '--lab', lab)).out).toContain('outcome="healthy"} 1\n');
  });

  it.each([
    ['paused', 'held-back', '0', (lab: string) => writeFileSync(ours(lab, 'pause'), '')],
    [
      'not able to count',
      'settings-broken',
      undefined,
      (lab: string) => writeFileSync(ours(lab, 'self-heal.json'), '{'),
    ],
    [
      'given up',
      'gave-up',
      '1',
      (lab: string) => {
        const at = new Date().toISOString();
        const failures = [{ finding: 'lost-binding:shop.example.test:443', count: 9, at }];
        const ledger = { formatVersion: 1, seenAt: at, looks: [], attempts: [], failures };
        writeFileSync(ours(lab, 'self-heal.json'), JSON.stringify(ledger));
      },
    ],
    [
      'not read',
      'not-checked',
      '0',
      (lab: string) => rmSync(join(lab, 'Windows/System32/inetsrv/config/applicationHost.config')),
    ],
  ])('is written where the server is %s', async (_name, outcome, givenUp, harm) => {
    const lab = await scheduled({}, 'lost-binding');
    harm(lab);
    await fix(lab);
    expect(metricsIn(lab)).toContain(`iis_ssl_heal_unattended_outcome{outcome="${outcome}"} 1\n`);
    expect(/given_up (\d)/.exec(metricsIn(lab))?.[1]).toBe(givenUp);
  });

  it('is not written by a run that was told to look for less', async () => {
    const lab = await scheduled({}, 'lost-binding');
    expect((await fix(lab, '--only', 'stale-hash')).code).toBe(1);
    expect(readdirSync(folderIn(lab))).toEqual([]);
  });
});

describe('a folder of metrics', () => {
  let lab = '';
  beforeEach(async () => {
    lab = await scheduled({}, 'lost-binding');
  });

  it.each([
    [
      'is open to ordinary accounts',
      () => setList(lab, FOLDER, 'D:PAI(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;BU)'),
      'S-1-5-32-545',
    ],
    [
      'hands down rights on what is made in it',
      () => setList(lab, FOLDER, 'D:PAI(A;OICI;FA;;;BA)(A;OICIIO;FA;;;AU)'),
      'S-1-5-11',
    ],
    [
      'lies in one that can be replaced',
      () => setList(lab, 'C:\\Program Files\\windows_exporter', 'D:PAI(A;OICI;FA;;;BA)(A;;FA;;;WD)'),
      'S-1-1-0',
    ],
    [
      'is a link',
      () => {
        rmSync(folderIn(lab), { recursive: true });
        mkdirSync(join(lab, 'Users', 'Public', 'trap'), { recursive: true });
        symlinkSync(join(lab, 'Users', 'Public', 'trap'), folderIn(lab));
      },
      'is a link',
    ],
    ['is not there', () => rmSync(folderIn(lab), { recursive: true }), 'permissions cannot be read'],
    [
      'has a folder in the place of the file',
      () => mkdirSync(join(folderIn(lab), 'https.prom', 'x'), { recursive: true }),
      'cannot be written',
    ],
  ])('that %s gets none; that is said, and the repair is made all the same', async (_name, harm, says) => {
    harm();
    const { code, err } = await fix(lab);
    expect([code, err]).toEqual([0, expect.stringContaining('Metrics were not written: ')]);
    expect(err).toContain(says);
    const trap = join(lab, 'Users', 'Public', 'trap');
    for (const folder of [folderIn(lab), trap])
      if (existsSync(folder))
        expect(readdirSync(folder).filter((name) => name !== 'https.prom' || folder === trap)).toEqual([]);
  });

  it('follows no link in the place of the file, nor of the new one', async () => {
    const victim = join(lab, 'Users', 'Public', 'victim.txt');
    mkdirSync(join(lab, 'Users', 'Public'), { recursive: true });
    writeFileSync(victim, 'mine');
    for (const name of ['https.prom', 'https.prom.new', `https.prom.${process.pid}.new`])
      symlinkSync(victim, join(folderIn(lab), name));
    expect((await fix(lab)).err).toBe('');
    expect(readFileSync(victim, 'utf8')).toBe('mine');
    rmSync(join(folderIn(lab), 'https.prom.new'));
    expect(metricsIn(lab)).toContain('outcome="repaired"');
    expect(readdirSync(folderIn(lab))).toEqual(['https.prom']);
  });
});
