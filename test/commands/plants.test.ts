// Causes that people report, planted into a healthy lab: check once called each of them healthy. Each is named with its record,
// in text and in JSON, and the exit code is 1.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/commands/look/check.ts';
import type { Streams } from '../../src/commands/streams.ts';
import { folderDisk } from '../../src/lab/disk/folder-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import { exitCodeOf } from '../../src/model/run/run-outcome.ts';
import type { CheckDocument } from '../../src/report/documents/documents.ts';
import { newLab } from '../support/new-lab.ts';
import { GHOST, type Plant, plant, SHOP, SITE } from '../support/plants.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A lab in a folder, with this plant, as `check --lab` reads it. */
function labWith(...names: readonly Plant[]): string {
  const root = join(temporaryFolder(), 'lab');
  const disk = folderDisk(root);
  for (const [path, bytes] of newLab().disk.files()) {
    disk.makeFolder(path.slice(0, path.lastIndexOf('\\')));
    disk.write(path, bytes);
  }
  plant(openLab(disk), ...names);
  return root;
}

async function checked(lab: string, json: boolean) {
  const said: string[] = [];
  const stream = { columns: 120 };
  const streams: Streams = {
    out: (text) => void said.push(text),
    err: () => {},
    stdin: {},
    stdout: stream,
    stderr: stream,
    env: {},
  };
  const exitCode = exitCodeOf(await check({ lab, json, verbose: true }, streams));
  return { exitCode, out: said.join('') };
}

describe('a cause that is planted into a healthy lab', () => {
  it('is looked for in one that is healthy', async () => {
    expect((await checked(labWith(), true)).exitCode).toBe(0);
  });

  it.each<readonly [Plant, string, string, string]>([
    ['ghost-record', 'broken', `shadowing-record:${GHOST}`, GHOST],
    ['ipv6-zero-hash', 'broken', 'shadowing-record:[::]:443', '[::]:443'],
    ['wrong-name', 'broken', 'wrong-name:*:443:shop.example.test', SHOP],
    ['sni-flag-lost', 'warning', 'wrong-name:*:443:shop.example.test', SHOP],
    ['owned-by-sstp', 'warning', `broken-link:record-foreign:${SITE}`, SITE],
    ['owned-by-nobody', 'warning', `lost-binding:${SITE}`, SITE],
    ['listens-on-loopback', 'broken', 'not-listening:listen-list:0.0.0.0', SITE],
    ['signature-key', 'broken', 'signature-only-key:THUMBPRINT', SITE],
    ['rejecting-record', 'broken', `no-common-tls:record-rejects:${SITE}`, SITE],
  ])('%s is named, with its record', async (name, severity, id, record) => {
    const lab = labWith(name);
    const { exitCode, out } = await checked(lab, true);
    const { verdict, findings, records } = JSON.parse(out) as CheckDocument;
    expect([exitCode, verdict]).toEqual([1, 'faulty']);
    const found = findings.map((each) => `${each.severity} ${each.id.replace(/[0-9A-F]{40}$/, 'THUMBPRINT')}`);
    expect(found).toEqual([`${severity} ${id}`]);
    expect(JSON.stringify(findings)).toContain(record);
    // Of the lost flag the binding is the fault, and of the list the server: no record is.
    const state = name === 'sni-flag-lost' || name === 'listens-on-loopback' ? 'ok' : severity;
    expect(records.find(({ endpoint }) => endpoint.name === record)?.state).toBe(state);
    const text = await checked(lab, false);
    expect(text.exitCode).toBe(1);
    expect(text.out.split('\n')[0]).toMatch(/^. (?:Down|At risk[^:]*): /);
    expect(text.out.replaceAll(/\s+/g, ' ')).toContain(record);
  });
});
