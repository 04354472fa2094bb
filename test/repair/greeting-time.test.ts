// A server on which the greetings of a look take longer than there is time: what a fix and an unattended run make of it.

import { describe, expect, it } from 'vitest';
import { unreachedEndpoints } from '../../src/chain/unreached.ts';
import { checkOutcome } from '../../src/diagnosis/outcome.ts';
import { BEGUN_WITHIN_MS } from '../../src/evidence/turns.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { deleteRecord } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Diagnosis } from '../../src/model/repair/diagnosis.ts';
import { endpointOfKey, type Greeting } from '../../src/model/server/evidence.ts';
import { diagnosisJson, runJson } from '../../src/report/documents/json.ts';
import { checkLine, fixLine } from '../../src/report/terminal/line.ts';
import { renderOutcome } from '../../src/report/terminal/outcome-text.ts';
import { styleFor } from '../../src/report/terminal/style.ts';
import { renderDiagnosis } from '../../src/report/terminal/text.ts';
import { diagnoseLab, fixLab, labDisk } from '../support/run-lab.ts';
import { linesOf, START, timedMachine, unattendedCheck, unattendedFix } from '../support/unattended-lab.ts';

const PLAIN = styleFor({}, {});
const flat = (text: string) => text.replace(/\s+/g, ' ');
const FRONT = '0.0.0.0:443';
const SHOP = 'shop.example.test:443';

/** Both sites have lost their records. */
function bothLost(): MemoryDisk {
  const disk = labDisk();
  const server = openLab(disk);
  deleteRecord(server, 'ip', FRONT);
  deleteRecord(server, 'sni', SHOP);
  server.save();
  return disk;
}

/** Whoever greets so has no time left for anybody else. */
function slow(
  disk: MemoryDisk,
  isSlow: (greeting: Greeting) => boolean = () => false,
  as: 'owner' | 'system' = 'owner',
  clock = { now: START },
) {
  const quick = timedMachine(disk, clock, as);
  const machine: Machine = {
    ...quick,
    handshake: (greeting) => {
      if (isSlow(greeting)) clock.now += BEGUN_WITHIN_MS + 1;
      return quick.handshake(greeting);
    },
  };
  return { quick, machine, clock };
}

const isV6 = ({ address }: Greeting) => address.includes(':');
const endpointOf = (seen: Diagnosis) => seen.found.flatMap(({ finding }) => finding.endpoints)[0] ?? '';
const namedIn = (key: string) => (key.startsWith('sni ') ? endpointOfKey(key).name.replace(/:\d+$/, '') : '');

describe('a fix', () => {
  it('greets what it has repaired before all others', async () => {
    const disk = labDisk({ faults: ['lost-binding'] });
    const seen = await diagnoseLab(slow(disk).quick);
    const endpoint = endpointOf(seen);
    const { machine } = slow(disk, ({ name }) => name !== namedIn(endpoint));
    const { report } = await fixLab(disk, machine, { seen });
    expect(report.plans.map(({ verdict }) => verdict)).toEqual(['healed']);
    const unreached = unreachedEndpoints(report.after?.evidence ?? seen.evidence);
    expect(unreached.size).toBe(1);
    expect(unreached.has(endpoint)).toBe(false);
    // The other site was not seen, so nobody says that all is well.
    expect(report.outcome).toBe('unknown');
  });

  it('takes nothing for healed that it had no time to greet, and nothing for broken', async () => {
    const disk = bothLost();
    const seen = await diagnoseLab(slow(disk).quick);
    const { machine } = slow(disk, (greeting) => greeting.name === '' && isV6(greeting));
    const { report } = await fixLab(disk, machine, { seen });
    expect(report.plans.map(({ plan, verdict }) => `${plan.endpoints[0]?.name} ${verdict}`).sort()).toEqual([
      `${FRONT} healed`,
      `${SHOP} not-checked`,
    ]);
    expect(report.outcome).toBe('unknown');
    expect(runJson(report, 'this server', seen.evidence)).toMatchObject({
      exitCode: 4,
      after: { verdict: 'unknown', greetings: { endpoints: 2, greeted: 1, seconds: 30 } },
    });
    expect(flat(renderOutcome(report, '', PLAIN))).toContain(
      '1 of 2 endpoints were greeted in 30 s; the rest is not checked',
    );
    expect(fixLine(report)).toMatch(
      /^unknown: \S+ lost-binding:0\.0\.0\.0:443; not-checked: lost-binding:shop\.example\.test:443 \(there was no time to greet its visitors\)\n$/,
    );
  });
});

describe('an unattended run', () => {
  it('leaves alone whom it had no time to greet, and says so', async () => {
    const disk = bothLost();
    const { machine } = slow(disk, () => true, 'system');
    const { end } = await unattendedFix(machine, 'disruptive');
    expect(end.held.map(({ plan, reason }) => `${plan.endpoints[0]?.name} ${reason}`).sort()).toEqual([
      `${FRONT} not-greeted`,
      `${SHOP} not-greeted`,
    ]);
    const [line] = await linesOf(machine);
    expect(line?.message).toContain('0 of 2 endpoints were greeted in 30 s; the rest is not checked.');
    expect(line?.message).toContain('Held back: there was no time to greet its visitors.');
  });

  it('looks once more where it found a fault, and there first, before it leaves that alone', async () => {
    const disk = bothLost();
    // At its last door, by the last of its addresses.
    const isLast = (greeting: Greeting) => greeting.name === '' && isV6(greeting) && greeting.address !== '::1';
    const { machine } = slow(disk, isLast, 'system');
    expect(unreachedEndpoints((await diagnoseLab(machine)).evidence)).toEqual(new Set([`sni ${SHOP}`]));
    const { end } = await unattendedFix(machine);
    expect(end.held).toEqual([]);
    expect(end.report?.plans.map(({ plan }) => plan.endpoints[0]?.name).sort()).toEqual([FRONT, SHOP]);
  });

  it('takes no silence for a proof, and greets what waits for one before all others', async () => {
    const disk = labDisk({ faults: ['lost-binding'] });
    const endpoint = endpointOf(await diagnoseLab(slow(disk).quick));
    const { quick, clock } = slow(disk, () => false, 'system');
    expect((await unattendedFix(quick)).end.outcome).toBe('repaired');
    const nobody = slow(disk, () => true, 'system', clock);
    expect((await unattendedCheck(nobody.machine)).noted?.end.outcome).toBe('not-checked');
    // The other site's are slow: that one is not seen, and the proof is given.
    const other = slow(disk, ({ name }) => name !== namedIn(endpoint), 'system', clock);
    const { diagnosis } = await unattendedCheck(other.machine);
    expect(unreachedEndpoints(diagnosis.evidence).has(endpoint)).toBe(false);
    expect(diagnosis.verdict).toBe('unknown');
  });
});

it('says in one line and in the document how far a check came', async () => {
  const disk = labDisk();
  const { machine } = slow(disk, () => true);
  const diagnosis = await diagnoseLab(machine);
  expect(checkOutcome(diagnosis)).toBe('unknown');
  expect(checkLine(diagnosis, 'unknown')).toContain(
    '; not checked: the TLS handshakes (0 of 2 endpoints were greeted in 30 s, the rest is not checked)',
  );
  expect(diagnosisJson(diagnosis, { plans: [], blocked: [] }, 'this server')).toMatchObject({
    verdict: 'unknown',
    greetings: { endpoints: 2, greeted: 0, seconds: 30 },
    notChecked: [{ what: 'the TLS handshakes' }],
  });
  expect(flat(renderDiagnosis(diagnosis, '', PLAIN, { plans: [], blocked: [] }))).toContain(
    'the TLS handshakes: 0 of 2 endpoints were greeted in 30 s; the rest is not checked',
  );
  const whole = await diagnoseLab(slow(disk).machine);
  expect(diagnosisJson(whole, { plans: [], blocked: [] }, 'this server')).not.toHaveProperty('greetings');
});
