import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liveReader } from '../../../src/evidence/readers/live-reader.ts';
import { sourceReader } from '../../../src/evidence/readers/read-source.ts';
import { readStore } from '../../../src/lab/certificates/store.ts';
import { openLab } from '../../../src/lab/open.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import type { Step } from '../../../src/model/repair/plan.ts';
import { hostOf } from '../../../src/model/repair/planning.ts';
import { IIS_APP_ID, RECORD_FLAGS, type SslRecord } from '../../../src/model/server/ssl-record.ts';
import { holdsNow } from '../../../src/repair/executor/condition.ts';
import { perform } from '../../../src/repair/executor/perform.ts';
import { addRecordSteps, rebindSteps } from '../../../src/steps/records/rebind.ts';
import { addSslRecord } from '../../../src/windows-commands/netsh.ts';
import {
  EVERY_OPTION,
  evidence,
  FRONT_RECORD,
  have,
  lack,
  NETSH_OPTIONS,
  record,
} from '../../support/evidence-folder.ts';
import { labDisk, machineOn, stateOf } from '../../support/run-lab.ts';

// Server 2025 is the host that knows most options.
const healthy = labDisk({ osBuild: 26100 });
const thumbprints = readStore(openLab(healthy), 'MY')!.map(({ thumbprint }) => thumbprint);

const settable = RECORD_FLAGS.filter(({ option }) => option !== '').map(({ bit }) => bit);
const bits = (all: readonly number[]) =>
  fc.subarray([...all]).map((chosen) => chosen.reduce((sum, bit) => sum | bit, 0));
const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const port = fc.integer({ min: 1, max: 65535 });
const endpoint: fc.Arbitrary<SslRecord['endpoint']> = fc.oneof(
  fc.tuple(fc.ipV4(), port).map(([address, number]) => ({ table: 'ip' as const, name: `${address}:${number}` })),
  port.map((number) => ({ table: 'ip' as const, name: `[::]:${number}` })),
  fc.tuple(label, label, port).map(([a, b, number]) => ({ table: 'sni' as const, name: `${a}.${b}:${number}` })),
);
const guid = fc.uuid().map((text) => `{${text}}`);
const freshness = fc.integer({ min: 0, max: 0x7fffffff });

/** Every record that a server may have, whether or not netsh can make it. */
const anyRecord: fc.Arbitrary<SslRecord> = fc
  .record({
    endpoint,
    thumbprint: fc.constantFrom(...thumbprints),
    appId: fc.oneof(fc.constant(IIS_APP_ID), guid),
    store: fc.constantFrom('MY', '', 'My'),
    checks: bits([0x1, 0x2, 0x10000]),
    freshnessTime: fc.oneof(fc.constant(0), freshness),
    urlTimeout: fc.oneof(fc.constant(0), freshness),
    ctl: fc.constantFrom(['', ''], ['list', ''], ['list', 'CA']),
    flags: bits(settable),
  })
  .map(({ checks, ctl: [ctlIdentifier = '', ctlStore = ''], ...rest }) => ({
    ...rest,
    checkMode: checks | (rest.freshnessTime > 0 ? 0x4 : 0),
    ctlIdentifier,
    ctlStore,
    notUnderstood: [],
  }));

async function read(machine: Machine): Promise<readonly SslRecord[]> {
  const { value: records } = await sourceReader(liveReader(machine))('records');
  if (!records.known) throw new Error(records.why);
  return records.value;
}

const sameStore = (found: SslRecord | undefined) => found && { ...found, store: (found.store || 'MY').toUpperCase() };
const at = (all: readonly SslRecord[], wanted: SslRecord) =>
  all.find(({ endpoint: { table, name } }) => table === wanted.endpoint.table && name === wanted.endpoint.name);

async function act(steps: readonly Step[], machine: Machine): Promise<void> {
  for (const step of steps) {
    expect(await perform(step.do, { machine, secrets: new Map() })).toEqual({ ok: true });
    expect(await holdsNow(step.holds, machine)).toMatchObject({ known: true, value: true });
  }
}

describe('a record that netsh can make', () => {
  it('is read back as it was asked for', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecord, async (wanted) => {
        const disk = healthy.clone();
        const machine = machineOn(disk);
        fc.pre(at(await read(machine), wanted) === undefined);
        const steps = addRecordSteps(wanted, hostOf(evidence({ netshOptions: have(EVERY_OPTION) })));
        if (!steps.ok) throw new Error(steps.error);
        await act(steps.value, machine);
        expect(sameStore(at(await read(machine), wanted))).toEqual(sameStore(wanted));
      }),
      { numRuns: 40 },
    );
  });

  it('is given back whole by a re-bind, and the other records with it', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecord, async (wanted) => {
        const disk = healthy.clone();
        const machine = machineOn(disk);
        fc.pre(at(await read(machine), wanted) === undefined);
        const command = addSslRecord(wanted, EVERY_OPTION);
        if (!command.ok) throw new Error(command.error);
        await perform({ kind: 'run', command: command.value }, { machine, secrets: new Map() });
        const before = await read(machine);
        const registry = stateOf(disk)['C:\\registry.json'];
        const found = at(before, wanted)!;
        const steps = rebindSteps(found, hostOf(evidence({ netshOptions: have(EVERY_OPTION) })));
        if (!steps.ok) throw new Error(steps.error);
        await act(steps.value, machine);
        expect(await read(machine)).toEqual(before);
        expect(stateOf(disk)['C:\\registry.json']).toBe(registry);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a record that netsh cannot make', () => {
  const add = (changes: Partial<SslRecord>, options = have(NETSH_OPTIONS)) =>
    addRecordSteps(
      record('ip', '0.0.0.0:443', { thumbprint: thumbprints[0]!, ...changes }),
      hostOf(evidence({ netshOptions: options })),
    );

  it('is refused before anything is deleted', () => {
    expect(add({ flags: 0x4 })).toEqual({ ok: false, error: 'netsh has no option for flag 0x4 (no raw filter)' });
    expect(add({ flags: 0x40 })).toEqual({ ok: false, error: 'netsh on this server does not know disabletls13' });
    expect(add({ thumbprint: '' })).toEqual({ ok: false, error: 'the record has no certificate hash' });
    const odd = record('ip', '0.0.0.0:443', { thumbprint: thumbprints[0]!, notUnderstood: ['Odd'] });
    expect(rebindSteps(odd, hostOf(evidence()))).toEqual({
      ok: false,
      error: 'the record has settings that are not understood: Odd',
    });
  });

  it('A10: is one with an option that not every netsh has, where nobody could read which there are', () => {
    expect(add({ flags: 0x2, ctlStore: 'AuthRoot' }, lack()).ok).toBe(true);
    expect(add({ flags: 0x40 }, lack())).toEqual({
      ok: false,
      error: "not every netsh knows disabletls13, and what this server's knows was not read",
    });
  });
});

describe('the steps of a re-bind', () => {
  const subject = FRONT_RECORD;
  const { name } = subject.endpoint;
  const stepsWith = (netshUpdateOptions: ReturnType<typeof have<ReadonlySet<string>>>) => {
    const steps = rebindSteps(subject, hostOf(evidence({ netshUpdateOptions })));
    if (!steps.ok) throw new Error(steps.error);
    return steps.value;
  };
  const add = (): Step => {
    const steps = addRecordSteps(subject, hostOf(evidence()));
    if (!steps.ok || steps.value[0] === undefined) throw new Error('refused');
    return steps.value[0];
  };
  const deletion = {
    title: `Delete the SSL record of ${name}`,
    do: { kind: 'run', command: { program: 'netsh', args: ['http', 'delete', 'sslcert', `ipport=${name}`] } },
    undo: { do: add().do, holds: { kind: 'record-is', record: subject } },
    holds: { kind: 'record-absent', endpoint: subject.endpoint },
  };
  const again = { ...add(), title: `Add the SSL record of ${name} again, every setting kept` };

  it('are delete and add where netsh knows no update, the undo of each being the other', () => {
    expect(stepsWith(have(new Set<string>()))).toEqual([deletion, again]);
    expect(stepsWith(lack('not asked'))).toEqual([deletion, again]);
    expect(add()).toMatchObject({
      title: `Add the SSL record of ${name}`,
      do: { kind: 'run', patient: true },
      undo: { do: deletion.do, holds: deletion.holds },
      holds: { kind: 'record-is', record: subject },
    });
  });

  it('begin with an update where netsh knows one, and go on only if no client gets the certificate', () => {
    const [update, ...rest] = stepsWith(have(NETSH_OPTIONS));
    const command = { program: 'netsh', args: expect.arrayContaining(['update', 'sslcert', `ipport=${name}`]) };
    expect(update).toEqual({
      title: `Write the SSL record of ${name} anew, every setting kept`,
      do: { kind: 'run', command, patient: true },
      undo: { do: { kind: 'run', command }, holds: { kind: 'record-is', record: subject } },
      holds: { kind: 'record-is', record: subject },
      always: true,
    });
    expect(rest).toEqual([{ ...deletion, unless: { kind: 'serves', record: subject } }, again]);
  });

  it('leave update out where it lacks an option that the record needs', () => {
    const poor = new Set([...NETSH_OPTIONS].filter((option) => option !== 'certstorename'));
    expect(stepsWith(have(poor))).toEqual([deletion, again]);
  });
});
