import { describe, expect, it } from 'vitest';
import { notListening as playbook } from '../../playbooks/not-listening.ts';
import { openLab } from '../../src/lab/open.ts';
import type { LabServer } from '../../src/lab/server.ts';
import { findService, setRunning } from '../../src/lab/services/services.ts';
import type { Evidence, Handshake, Listener, ServiceRun } from '../../src/model/server/evidence.ts';
import { asked } from '../support/asked.ts';
import {
  config,
  evidence,
  FRONT,
  FRONT_KEY,
  FRONT_SITE,
  handshake,
  have,
  healthyWith,
  lack,
  met,
  planned,
  SHOP,
  SHOP_KEY,
  SHOP_SITE,
  serves,
  site,
} from '../support/evidence-folder.ts';
import { listenOnly } from '../support/plants.ts';
import {
  diagnoseLab,
  failure,
  fixLab,
  ids,
  labDisk,
  machineOn,
  reboot,
  stateOf,
  tell,
  undoLatest,
} from '../support/run-lab.ts';

const notListening = asked(playbook);

const REFUSED: Handshake = { outcome: 'no-connection', detail: 'ECONNREFUSED' };
const RESET: Handshake = { outcome: 'no-tls', detail: 'ECONNRESET' };
const all = (got: Handshake) =>
  met([
    [FRONT_KEY, handshake(got)],
    [SHOP_KEY, handshake(got)],
  ]);

const run = (state: number, exitCode = 0): ServiceRun => ({ state, exitCode });
const services = (start: number, more: Partial<Record<string, number>> = {}): Evidence['services'] =>
  have(
    new Map(
      Object.entries({ W3SVC: start, HTTP: 3, ...more }).map(([name, each]) => [
        name,
        { installed: true, start: each! },
      ]),
    ),
  );

/** W3SVC, and nobody who was answered. */
const stopped = (changes: Partial<Evidence> = {}, w3svc = run(1)) =>
  evidence({
    services: services(2),
    serviceRuns: have(
      new Map([
        ['W3SVC', w3svc],
        ['WAS', run(1)],
        ['HTTP', run(4)],
      ]),
    ),
    handshakes: all(REFUSED),
    ...changes,
  });

const APACHE = 3056;
const listeners = (...rows: readonly (readonly [address: string, port: number, processId: number])[]) => ({
  listeners: have(rows.map(([address, port, processId]): Listener => ({ address, port, processId }))),
  processes: have(
    new Map([
      [4, 'System'],
      [APACHE, 'httpd.exe'],
    ]),
  ),
});
const taken = (changes: Partial<Evidence> = {}) =>
  evidence({ ...listeners(['0.0.0.0', 443, APACHE], ['0.0.0.0', 80, 4]), handshakes: all(RESET), ...changes });

const unbound = (time = '2026-03-01T11:59:00.000Z', endpoint = '0.0.0.0:443') =>
  have([{ provider: 'Microsoft-Windows-HttpEvent', id: 15005, time, data: { Endpoint: endpoint } }]);

const off = (text: string): string => text.replace('<site ', '<site serverAutoStart="false" ');

const seen = (from: Evidence) => notListening.detect(from).map(({ id, severity }) => `${severity} ${id}`);

describe('not-listening finds nothing', () => {
  it.each<readonly [string, Evidence]>([
    ['where all sites are stopped on purpose', stopped({ config: config([], [off(FRONT_SITE), off(SHOP_SITE)]) })],
    ['where W3SVC is started by hand: a passive node of a cluster', stopped({ services: services(3) })],
    ['where nobody knows whether it starts by itself', stopped({ services: lack() })],
    ['where IIS has no site: a host of containers', stopped({ config: config([], []) })],
    ['where the configuration is not there', stopped({ config: lack() })],
    ['where the service runs, and nobody answers for another reason', stopped({}, run(4))],
    ['where the service is on its way', stopped({}, run(2))],
    ['where the service is on its way down', stopped({}, run(3))],
    ['where its state was not read', stopped({ serviceRuns: lack() })],
    ['where its state alone was not read', stopped({ serviceRuns: have(new Map([['HTTP', run(4)]])) })],
    [
      'where visitors are answered all the same: it was starting while we looked',
      stopped({
        handshakes: met([
          [FRONT_KEY, serves(FRONT.thumbprint)],
          [SHOP_KEY, serves(SHOP.thumbprint)],
        ]),
      }),
    ],
    ['where SSTP is not started, which most servers do not use', evidence({ services: services(2, { SstpSvc: 3 }) })],
    ['where http.sys has the port', taken(listeners(['0.0.0.0', 443, 4], ['::', 443, 4]))],
    [
      'where another program has one address, and http.sys the rest',
      taken(listeners(['127.0.0.1', 443, APACHE], ['192.0.2.9', 443, 4])),
    ],
    ['where another program has another port', taken(listeners(['0.0.0.0', 8443, APACHE]))],
    [
      'where another program has an address that the binding is not for',
      taken({
        ...listeners(['10.0.0.6', 443, APACHE]),
        config: config([], [site(1, 'Front', ['https 10.0.0.5:443:'])]),
      }),
    ],
    ['where visitors get what they should', taken({ handshakes: evidence().handshakes })],
    ['where nobody was asked who listens', taken({ listeners: lack() })],
    [
      'where http.sys could not listen once, and has been seen healthy since',
      evidence({
        handshakes: all(REFUSED),
        systemEvents: unbound('2025-12-31T00:00:00.000Z'),
        baseline: have({ states: [healthyWith()] }),
      }),
    ],
    [
      'where it could not listen at another place',
      evidence({ handshakes: all(REFUSED), systemEvents: unbound(undefined, '0.0.0.0:8443') }),
    ],
    ['where it could not listen for a moment, and visitors are answered', evidence({ systemEvents: unbound() })],
    [
      'where it could not listen, and somebody else answers',
      evidence({ handshakes: all(RESET), systemEvents: unbound() }),
    ],
    ['where the listen list has all addresses', evidence({ listenList: have(['10.0.0.5']), handshakes: all(REFUSED) })],
  ])('%s', (_what, from) => {
    expect(seen(from)).toEqual([]);
  });
});

describe('not-listening finds', () => {
  it.each<readonly [string, Evidence, string, RegExp]>([
    [
      'a service that should run',
      stopped(),
      'broken not-listening:service-stopped:W3SVC',
      /^HTTPS of Front, Shop is down: the service W3SVC should start by itself and is stopped\.$/,
    ],
    [
      'what it ended with',
      stopped({}, run(1, 1068)),
      'broken not-listening:service-stopped:W3SVC',
      /it ended with error 1068/,
    ],
    [
      'one that was not started since the boot',
      stopped({}, run(1, 1077)),
      'broken not-listening:service-stopped:W3SVC',
      /^HTTPS of Front, Shop is down: the service W3SVC should start by itself and is stopped\.$/,
    ],
    [
      'it where nobody was greeted',
      stopped({ handshakes: new Map() }),
      'broken not-listening:service-stopped:W3SVC',
      /is stopped/,
    ],
    [
      'a service that is disabled before one that is stopped',
      stopped({ services: services(4) }),
      'broken not-listening:service-disabled:W3SVC',
      /disabled \(Start 4\)/,
    ],
    [
      'HTTP that is disabled',
      evidence({ services: services(2, { HTTP: 4 }) }),
      'warning not-listening:service-disabled:HTTP',
      /^HTTPS of Front, Shop is at risk: the service HTTP is disabled \(Start 4\); what still works ends at the next reboot\.$/,
    ],
    [
      'who has the port',
      taken(),
      'broken not-listening:port-taken:443',
      /^HTTPS of Front, Shop is down: httpd\.exe \(process 3056\) uses port 443, so http\.sys cannot\.$/,
    ],
    [
      'who has it where the name was not read',
      taken({ processes: lack() }),
      'broken not-listening:port-taken:443',
      /a program whose name was not read \(process 3056\)/,
    ],
    [
      'who has it before a service that is stopped: started, it could not listen',
      taken({ ...stopped({ handshakes: all(RESET) }), ...listeners(['::', 443, APACHE], ['0.0.0.0', 443, APACHE]) }),
      'broken not-listening:port-taken:443',
      /httpd\.exe/,
    ],
    [
      'where http.sys could not listen',
      evidence({ handshakes: all(REFUSED), systemEvents: unbound() }),
      'broken not-listening:not-bound:0.0.0.0:443',
      /^HTTPS of Front, Shop is down: http\.sys could not listen at 0\.0\.0\.0:443 \(event 15005, last at 2026-03-01 11:59 UTC\), and nothing answers there\.$/,
    ],
    [
      'it where nobody was greeted',
      evidence({ handshakes: new Map(), systemEvents: unbound() }),
      'warning not-listening:not-bound:0.0.0.0:443',
      /^HTTPS of Front, Shop is at risk: http\.sys could not listen at 0\.0\.0\.0:443 \(event 15005, last at 2026-03-01 11:59 UTC\); no handshake was tried there\.$/,
    ],
    [
      'a listen list without the address',
      evidence({ listenList: have(['10.0.0.9']), handshakes: all(REFUSED) }),
      'broken not-listening:listen-list:0.0.0.0',
      /^HTTPS of Front, Shop is down: http\.sys listens only on 10\.0\.0\.9 \(netsh http show iplisten\), on no address that visitors use\.$/,
    ],
  ])('%s', (_what, from, id, says) => {
    expect(seen(from)).toEqual([id]);
    expect(notListening.detect(from)[0]?.message).toMatch(says);
  });

  it('it once for all sites, with what the logs say of them', () => {
    const [finding] = notListening.detect(stopped({ systemEvents: unbound() }));
    expect(finding).toMatchObject({ subject: 'https of Front, Shop', endpoints: [FRONT_KEY, SHOP_KEY] });
    expect(finding?.facts).toMatchObject([
      { name: 'code', value: 'service-stopped' },
      { name: 'endpoint', value: '0.0.0.0:443, shop.example.test:443' },
      { name: 'event15005' },
    ]);
  });
});

describe('not-listening tells', () => {
  it('what comes with the next boot as a risk, and not as a break', () => {
    const [finding] = notListening.detect(evidence({ services: services(2, { HTTP: 4 }) }));
    expect(finding?.message).toMatch(
      /^HTTPS of Front, Shop is at risk: the service HTTP is disabled \(Start 4\); what still works ends at the next reboot\.$/,
    );
    const [down] = notListening.detect(stopped());
    expect(down?.message).toMatch(/^HTTPS of Front, Shop is down: .*\.$/);
  });

  it('two ports that are taken as two faults', () => {
    const sites = [FRONT_SITE, site(3, 'Alt', ['https *:8443:'])];
    const given = taken({
      ...listeners(['0.0.0.0', 443, APACHE], ['0.0.0.0', 8443, APACHE]),
      config: config([], sites),
      handshakes: met([
        [FRONT_KEY, handshake(RESET)],
        ['ip 0.0.0.0:8443', handshake(RESET)],
      ]),
    });
    expect(notListening.detect(given).map(({ id, subject }) => [id, subject])).toEqual([
      ['not-listening:port-taken:443', 'https of Front'],
      ['not-listening:port-taken:8443', 'https of Alt'],
    ]);
  });

  it('and greets two sites of one endpoint once', () => {
    const sites = [FRONT_SITE, site(3, 'Twin', ['https :443:'])];
    const given = stopped({ config: config([], sites) });
    const [finding] = notListening.detect(given);
    expect(finding).toMatchObject({ subject: 'https of Front, Twin', endpoints: [FRONT_KEY] });
    expect(finding?.facts[1]?.value).toBe('0.0.0.0:443');
    expect(planned(notListening.plan(finding!, given)).endpoints).toEqual([{ table: 'ip', name: '0.0.0.0:443' }]);
  });
});

describe('not-listening plans', () => {
  const planOf = (from: Evidence) => notListening.plan(notListening.detect(from)[0]!, from);

  it('the start of the service, and its stop to take it back, with consent alone', () => {
    const plan = planned(planOf(stopped()));
    expect(plan).toMatchObject({
      title: 'Start the service W3SVC',
      risk: 'disruptive',
      cleanup: [],
      before: {},
      effects: [
        'All sites that are started answer again (Front, Shop), even if somebody has stopped the service on purpose.',
      ],
      after: [],
    });
    expect(plan.steps).toEqual([
      {
        title: 'Start the service W3SVC',
        do: { kind: 'run', command: { program: 'net', args: ['start', 'W3SVC'] } },
        undo: {
          do: { kind: 'run', command: { program: 'net', args: ['stop', 'W3SVC'] } },
          holds: { kind: 'service-is', service: 'W3SVC', running: false },
        },
        holds: { kind: 'service-is', service: 'W3SVC', running: true },
      },
    ]);
    expect(plan.endpoints.map(({ name }) => name)).toEqual(['0.0.0.0:443', 'shop.example.test:443']);
  });

  it.each<readonly [string, Evidence, RegExp]>([
    [
      'a port that another program has',
      taken(),
      /stop httpd\.exe .*netstat\.exe -ano, tasklist\.exe \/svc \/fi "PID eq 3056"/,
    ],
    ['a service that is disabled', stopped({ services: services(4) }), /sc\.exe config W3SVC start= auto/],
    [
      'a listen list with a dead address',
      evidence({ listenList: have(['10.0.0.9']) }),
      /netsh\.exe http add iplisten ipaddress=10\.0\.0\.5, netsh\.exe http delete iplisten ipaddress=10\.0\.0\.9/,
    ],
    [
      'event 15005',
      evidence({ handshakes: all(REFUSED), systemEvents: unbound() }),
      /netsh\.exe http delete iplisten ipaddress=/,
    ],
  ])('nothing for %s, and names the commands', (_what, from, why) => {
    expect(planOf(from)).toEqual({
      blocked: true,
      why: expect.stringMatching(why),
      who: 'an administrator, who knows whether it is meant',
    });
    expect(planOf(from)).toMatchObject({ why: expect.stringMatching(/^this program does not change it: [a-z]/) });
  });
});

describe('not-listening on the lab', () => {
  const id = 'not-listening:service-stopped:W3SVC';
  const broken = () => labDisk({ faults: ['not-listening'] });
  const changed = (change: (server: LabServer) => void) => {
    const disk = labDisk();
    const server = openLab(disk);
    change(server);
    server.save();
    return disk;
  };

  it('is not mended without a word, is with one, is proved, and is taken back byte for byte', async () => {
    const disk = broken();
    const before = stateOf(disk);
    expect((await diagnoseLab(machineOn(disk))).findings).toMatchObject([{ id, severity: 'broken' }]);
    await fixLab(disk, machineOn(disk));
    expect(stateOf(disk)).toEqual(before);
    const { report } = await fixLab(disk, machineOn(disk), { yes: 'disruptive' });
    expect(report.plans.map(({ verdict }) => verdict)).toEqual(['healed']);
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
    await undoLatest(disk);
    expect(stateOf(disk)).toEqual(before);
    expect(ids(await diagnoseLab(machineOn(disk)))).toEqual([id]);
  });

  it('is gone by itself with the next boot, or when somebody starts it meanwhile', async () => {
    const disk = broken();
    reboot(disk);
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
    const started = broken();
    const meanwhile = () => setRunning(openLab(started), 'W3SVC', true);
    const { report } = await fixLab(started, machineOn(started), { yes: 'disruptive', meanwhile });
    expect(report.plans[0]?.steps.map(({ outcome }) => outcome)).toEqual(['already-so']);
    await undoLatest(started);
    expect(findService(openLab(started), 'W3SVC')?.running).toBe(true);
  });

  it.each([
    ['net fails', failure('net', 'start', 'fail', 1, 2)],
    ['net does nothing, and says that it has', failure('net', 'start', 'nothing')],
    ['net does not end', failure('net', 'start', 'hang')],
    ['net is not there', failure('net', 'start', 'missing')],
  ])('is as before where %s', async (_what, told) => {
    const disk = broken();
    const before = stateOf(disk);
    tell(disk, told);
    const { report } = await fixLab(disk, machineOn(disk), { yes: 'disruptive' });
    expect([report.plans.map(({ verdict }) => verdict), stateOf(disk)]).toEqual([['rolled-back'], before]);
  });

  it('is mended beside a key that lies with a user, in one run', async () => {
    const disk = labDisk({ faults: ['stranded-key', 'not-listening'] });
    await fixLab(disk, machineOn(disk), { yes: 'disruptive' });
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
    reboot(disk);
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
  });

  it('names the program that has the port, and leaves it', async () => {
    const disk = changed(({ facts }) => {
      facts.otherListeners = ['0.0.0.0', '[::]'].map((ip) => ({ ip, port: 443, processId: 3056, image: 'httpd.exe' }));
    });
    const before = stateOf(disk);
    const fixed = await fixLab(disk, machineOn(disk), { yes: 'disruptive' });
    expect(fixed.before.findings.map(({ id }) => id)).toEqual(['not-listening:port-taken:443']);
    expect(fixed.before.findings[0]?.message).toContain('httpd.exe (process 3056)');
    expect(stateOf(disk)).toEqual(before);
  });

  it('names the addresses of a listen list', async () => {
    const disk = changed((server) => listenOnly(server, '203.0.113.9'));
    const { found, evidence: from } = await diagnoseLab(machineOn(disk));
    expect(found.map(({ finding }) => finding.id)).toEqual(['not-listening:listen-list:0.0.0.0']);
    expect(notListening.plan(found[0]!.finding, from)).toMatchObject({
      why: expect.stringContaining('netsh.exe http delete iplisten ipaddress=203.0.113.9'),
    });
  });
});
