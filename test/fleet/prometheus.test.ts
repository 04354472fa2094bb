import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM } from '../support/program.ts';
import { programHere } from './programs.ts';

const promtool = programHere('promtool') ?? '';
const exporter = programHere('prometheus-node-exporter') ?? '';
const ALERTS = 'docs/fleet/alerts.yml';
const DASHBOARD = 'docs/fleet/grafana.json';

const work = mkdtempSync(join(tmpdir(), 'iis-ssl-heal-prometheus-'));
const textfiles = join(work, 'textfile_inputs');
const file = join(textfiles, 'iis_ssl_heal.prom');
afterAll(() => rmSync(work, { recursive: true, force: true }));

const runProgram = (...args: readonly string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8' });

/** A server with a broken binding, one that will break, and the memory of an unattended run. */
beforeAll(() => {
  mkdirSync(textfiles);
  const lab = join(work, 'lab');
  expect(runProgram('lab', 'create', lab, '--fault', 'stale-hash', '--fault', 'lost-binding').status).toBe(0);
  expect(runProgram('fix', '--lab', lab, '--yes', '--unattended').status).toBe(0);
  expect(runProgram('undo', '--lab', lab, '--yes').status).toBe(0);
  expect(runProgram('check', '--lab', lab, '--prometheus', file).status).toBe(1);
});

const tool = (...args: readonly string[]): SpawnSyncReturns<string> => spawnSync(promtool, args, { encoding: 'utf8' });
const seriesIn = (text: string): ReadonlySet<string> => new Set(text.match(/iis_ssl_heal_\w+/g));

/** Every expression of the dashboard, its variables filled in as Grafana does where all is chosen. */
function expressions(): readonly string[] {
  const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8'));
  return panels
    .flatMap(({ targets }: { targets: { expr: string }[] }) => targets.map(({ expr }) => expr))
    .map((expr: string) => expr.replaceAll(/\$\w+/g, '.*'));
}

describe('what the alerts and the dashboard ask for', () => {
  it('is what the program writes', () => {
    const written = seriesIn(readFileSync(file, 'utf8'));
    for (const path of [ALERTS, DASHBOARD])
      expect([...seriesIn(readFileSync(path, 'utf8'))].filter((name) => !written.has(name))).toEqual([]);
  });

  it('is a dashboard that can be imported: a data source to choose, two variables, panels that do not overlap', () => {
    const board = JSON.parse(readFileSync(DASHBOARD, 'utf8'));
    expect(board).toMatchObject({ schemaVersion: 39, __inputs: [{ name: 'DS_PROMETHEUS', type: 'datasource' }] });
    expect(board.templating.list.map(({ name }: { name: string }) => name)).toEqual(['instance', 'site']);
    expect(new Set(board.panels.map(({ id }: { id: number }) => id)).size).toBe(board.panels.length);
    const taken = new Set<string>();
    for (const { title, gridPos } of board.panels)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x} ${y}`) || x >= 24, `${title} at ${x} ${y}`).toBe(false);
          taken.add(`${x} ${y}`);
        }
  });
});

describe.skipIf(promtool === '')('by promtool', () => {
  it('the alerts are valid and ring when they should', () => {
    expect(tool('check', 'rules', ALERTS)).toMatchObject({ status: 0, stderr: '' });
    expect(tool('test', 'rules', 'test/fleet/alerts.test.yml').status).toBe(0);
  });

  it('every expression of the dashboard is valid', () => {
    const rules = expressions().map((expr, index) => ({ record: `panel:${index}`, expr }));
    const path = join(work, 'panels.yml');
    // JSON is YAML.
    writeFileSync(path, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    const checked = tool('check', 'rules', path);
    expect(checked.stdout).toContain(`SUCCESS: ${rules.length} rules found`);
  });

  it('the metrics are well formed', () => {
    const checked = spawnSync(promtool, ['check', 'metrics'], { input: readFileSync(file), encoding: 'utf8' });
    expect(checked).toMatchObject({ status: 0, stderr: '', stdout: '' });
  });
});

describe.skipIf(exporter === '')('by node-exporter', () => {
  it('our file arrives whole, and one in UTF-16 is refused', async () => {
    const port = await freePort();
    const child = spawn(
      exporter,
      [
        `--web.listen-address=127.0.0.1:${port}`,
        '--collector.disable-defaults',
        '--collector.textfile',
        `--collector.textfile.directory=${textfiles}`,
      ],
      { stdio: 'ignore' },
    );
    try {
      const ours = await scraped(port);
      expect(ours).toContain('node_textfile_scrape_error 0');
      for (const name of seriesIn(readFileSync(file, 'utf8'))) expect(ours).toContain(`\n${name}`);

      writeFileSync(file, Buffer.from(`\ufeff${readFileSync(file, 'utf8')}`, 'utf16le'));
      const refused = await scraped(port);
      expect(refused).toContain('node_textfile_scrape_error 1');
      expect(refused).not.toContain('iis_ssl_heal_verdict');
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  });
});

/** What a scrape gives; waits until the exporter listens. */
async function scraped(port: number): Promise<string> {
  for (let left = 100; ; left -= 1) {
    try {
      return await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    } catch (error) {
      if (left === 0) throw error;
      await wait(100);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
