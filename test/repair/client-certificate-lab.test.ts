// Pages that need a client certificate, over TLS 1.3: both ways out on a lab, under every answer to what is not known.

import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { readRecord } from '../../src/lab/http/http-sys.ts';
import { serveLab } from '../../src/lab/http/serve.ts';
import { openLab } from '../../src/lab/open.ts';
import { UNKNOWNS } from '../../src/lab/unknowns.ts';
import type { Choices } from '../../src/model/repair/plan.ts';
import {
  configBytes,
  diagnoseLab,
  failure,
  fixLab,
  ids,
  labDisk,
  machineOn,
  reboot,
  restart,
  stateOf,
  stubbornAdd,
  tell,
  undoLatest,
} from '../support/run-lab.ts';

const SHOP = 'shop.example.test';
const LATE = `late-client-certificate:${SHOP}:443`;
const how = (way: NonNullable<Choices['way']>) => ({ yes: 'disruptive', choices: { way } }) as const;

/** The first line of the page that a visitor asks for, and over which protocol; `reset` where there is none. */
async function page(disk: MemoryDisk, maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3'): Promise<string> {
  const lab = await serveLab(disk);
  const { port } = lab.addresses.find(({ address }) => address === '192.0.2.9:443')!;
  const said = await new Promise<string>((resolve) => {
    const client = connect({ host: '127.0.0.1', port, servername: SHOP, rejectUnauthorized: false, maxVersion });
    let got = '';
    client.once('secureConnect', () => client.write(`GET / HTTP/1.1\r\nHost: ${SHOP}\r\n\r\n`));
    client.on('data', (chunk: Buffer) => {
      got += chunk.toString('latin1');
      resolve(`${client.getProtocol()} ${got.split('\r\n')[0]}`);
    });
    client.on('error', () => resolve('reset'));
    client.on('close', () => resolve('reset'));
  });
  await lab.close();
  return said;
}

const faulty = (unknowns = {}) => labDisk({ faults: ['late-client-certificate'], unknowns });

describe('a page of a site that asks too late', () => {
  it('is reset over TLS 1.3, and comes about over TLS 1.2; the handshake is fine', async () => {
    const disk = faulty();
    expect(await page(disk)).toBe('reset');
    expect(await page(disk, 'TLSv1.2')).toBe('TLSv1.2 HTTP/1.1 200 OK');
    const found = await diagnoseLab(machineOn(disk));
    expect(ids(found)).toEqual([LATE]);
    expect(found.chains[1]?.links.at(-1)?.state).toBe('ok');
  });

  it('is an error on Windows Server 2025', async () => {
    const disk = faulty();
    const server = openLab(disk);
    server.facts.osBuild = 26100;
    server.save();
    expect(await page(disk)).toBe('TLSv1.3 HTTP/1.1 500 Internal Server Error');
  });

  it('is left to a person, whatever --yes says', async () => {
    const disk = faulty();
    const before = stateOf(disk);
    const { report } = await fixLab(disk, machineOn(disk), { yes: 'disruptive' });
    expect([report.outcome, report.plans]).toEqual(['needs-person', []]);
    expect(stateOf(disk)).toEqual(before);
  });
});

describe.each([
  ['client-certificates', 'TLSv1.3 HTTP/1.1 200 OK', 0x2, 1],
  ['without-tls13', 'TLSv1.2 HTTP/1.1 200 OK', 0x40, 33],
] as const)('the way %s', (way, gets, flags, sslFlags) => {
  it.each(UNKNOWNS['config-flags'].answers)('heals, lasts, and is taken back byte for byte: %s', async (answer) => {
    const disk = faulty({ 'config-flags': answer });
    const before = stateOf(disk);
    const { report } = await fixLab(disk, machineOn(disk), how(way));
    expect([report.outcome, report.after?.findings]).toEqual(['healed', []]);
    restart(disk);
    reboot(disk);
    expect(await page(disk)).toBe(gets);
    expect(readRecord(openLab(disk), 'sni', `${SHOP}:443`)).toMatchObject({ flags });
    expect(configBytes(disk)).toContain(`bindingInformation="*:443:${SHOP}" sslFlags="${sslFlags}"`);
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
    const undone = (await undoLatest(disk)).steps.map(({ outcome }) => outcome);
    expect(undone.filter((each) => each !== 'undone' && each !== 'already-so')).toEqual([]);
    expect(stateOf(disk)).toEqual(before);
    expect(await page(disk)).toBe('reset');
  });

  it.each([
    ['cannot add the record', stubbornAdd()],
    ['deletes nothing', [failure('netsh', 'delete', 'nothing'), ...stubbornAdd()]],
    ['adds nothing', [failure('netsh', 'certhash', 'nothing')]],
  ])('leaves all as it was where netsh %s', async (_what, wrong) => {
    const disk = faulty();
    const before = stateOf(disk);
    tell(disk, ...wrong);
    const { report } = await fixLab(disk, machineOn(disk), how(way));
    expect(report.outcome).toBe('rolled-back');
    expect(stateOf(disk)).toEqual(before);
  });
});
