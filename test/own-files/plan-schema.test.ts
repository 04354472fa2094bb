// The schema of a plan against the model's types, and against every plan that the product makes.

import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { putEntry, readStore } from '../../src/lab/certificates/store.ts';
import { PROPERTY, withProperty } from '../../src/lab/certificates/store-entry.ts';
import { encodeKeyProvInfo } from '../../src/lab/keys/key-prov-info.ts';
import { openLab } from '../../src/lab/open.ts';
import { setKeySddl } from '../../src/lab/permissions/acls.ts';
import { findingDocument } from '../../src/model/repair/finding.ts';
import type { Action, Plan } from '../../src/model/repair/plan.ts';
import { NO_CHOICES, planningHere } from '../../src/model/repair/planning.ts';
import type { JournalEntry } from '../../src/model/run/journal.ts';
import { foreignAction } from '../../src/own-files/foreign-action.ts';
import { readJournalEntry, writeJournalEntry } from '../../src/own-files/journal-entry.ts';
import { planSchema } from '../../src/own-files/plan-schema.ts';
import { makePlans } from '../../src/repair/planning/make-plans.ts';
import { expiredChain, strangeRoot } from '../support/chain-lab.ts';
import { neverThrows } from '../support/fuzz.ts';
import { diagnoseLab, labDisk, machineOn, reboot, restart } from '../support/run-lab.ts';

type Writable<T> = T extends object ? { -readonly [K in keyof T]: Writable<T[K]> } : T;

/** Fails to compile where the model knows something that the schema does not; the other way round the readers would. */
const same = (plan: Writable<Plan>): v.InferOutput<typeof planSchema> => plan;

const PLACES = { systemRoot: 'C:\\Windows', programData: 'C:\\ProgramData' };

const KEYS = 'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys';

const labs = [
  labDisk({ faults: ['stranded-key', 'stale-hash', 'lost-binding'] }),
  labDisk({ faults: ['stranded-key', 'lost-binding'], osBuild: 14393 }),
  labDisk({ faults: ['stale-hash', 'stranded-key'], osBuild: 26100 }),
  labDisk({ faults: ['lost-key-link'] }),
  labDisk({ faults: ['closed-key'] }),
  labDisk({ faults: ['broken-chain'] }),
  expiredChain(),
  strangeRoot(),
  labDisk({ faults: ['signature-only-key'] }),
  ownersKey(),
  mislabelled(),
  labDisk({ faults: ['superseded-certificate'] }),
  labDisk({ faults: ['superseded-certificate'], osBuild: 26100 }),
];

/** The list of a key file that its owner alone may change. */
function ownersKey() {
  const disk = labDisk();
  const [file] = disk.list(KEYS)!.files;
  setKeySddl(openLab(disk), `${KEYS}\\${file}`, 'O:BAG:SYD:PAI(A;;FA;;;S-1-5-21-9-9-9-1234)');
  return disk;
}

/** The key of the first certificate is the machine's, and its entry says that it is a user's. */
function mislabelled() {
  const disk = labDisk();
  const server = openLab(disk);
  const [entry] = readStore(server, 'MY')!;
  const wrong = encodeKeyProvInfo({ ...entry!.key!, flags: 0 });
  putEntry(server, 'MY', withProperty(entry!, PROPERTY.keyProvInfo, wrong));
  server.save();
  return disk;
}

for (const disk of labs) {
  restart(disk);
  reboot(disk);
}
// A reboot would start the service again.
labs.push(labDisk({ faults: ['not-listening', 'no-common-tls'] }));

async function everyPlan(): Promise<readonly Plan[]> {
  const plans: Plan[] = [];
  for (const disk of labs) {
    const { found, evidence } = await diagnoseLab(machineOn(disk));
    // The order of the certificates is drawn by lot, and a file fits the one whose key is missed.
    const ofStore = evidence.storeMy.known ? evidence.storeMy.value.map(({ thumbprint }) => thumbprint) : [];
    for (const way of ['move', 're-bind', 're-bind-appcmd', 'pfx'] as const) {
      for (const correct of [false, true]) {
        for (const thumbprint of way === 'pfx' ? ofStore : ['']) {
          const pfx = { file: 'D:\\a person´s.pfx', thumbprint };
          const choices = { ...NO_CHOICES, way, correct, ...(way === 'pfx' && { pfx }) };
          plans.push(...makePlans(found, planningHere(evidence, choices)).plans);
        }
      }
    }
  }
  return plans;
}

describe('the schema of a plan', () => {
  it('passes every plan that the product makes, and gives it back as it is', async () => {
    const plans = await everyPlan();
    expect(same(plans[0] as Writable<Plan>)).toBe(plans[0]);
    expect(plans.length).toBeGreaterThan(12);
    for (const content of plans) {
      const entry: JournalEntry = { kind: 'plan', plan: 0, content };
      expect(readJournalEntry(writeJournalEntry(entry), PLACES)).toEqual({
        is: 'entry',
        sealed: true,
        entry: JSON.parse(JSON.stringify(entry)),
      });
    }
  });

  it('passes what earlier versions wrote of a transfer file: a run of theirs that was cut off is taken back', async () => {
    const older = (await everyPlan()).map((plan) => {
      const text = JSON.stringify(plan);
      return text
        .replaceAll('"NoChain"]', '"NoChain,CryptoAlgorithm=Aes256-Sha256"]')
        .replaceAll('"kind":"write-pfx"', '"kind":"write-pfx","algorithm":"aes256-sha256"');
    });
    expect(older.filter((text) => text.includes('CryptoAlgorithm')).length).toBeGreaterThan(0);
    expect(older.filter((text) => text.includes('"algorithm"')).length).toBeGreaterThan(0);
    for (const text of older) {
      const entry: JournalEntry = { kind: 'plan', plan: 0, content: JSON.parse(text) };
      expect(readJournalEntry(writeJournalEntry(entry), PLACES)).toMatchObject({ is: 'entry', sealed: true });
    }
  });

  it('passes nothing in which one text of an action is another', async () => {
    for (const plan of await everyPlan()) {
      const actions = plan.steps.flatMap(({ do: action, undo }) =>
        typeof undo === 'object' && 'do' in undo ? [action, undo.do] : [action],
      );
      for (const action of [...actions, ...plan.cleanup])
        for (const changed of withForeignText(action)) {
          const altered = { ...plan, cleanup: [changed] };
          const stored = { ...altered, finding: findingDocument(plan.finding) };
          const ours = v.safeParse(planSchema, stored).success && foreignAction(altered, PLACES) === undefined;
          expect(ours, JSON.stringify(changed)).toBe(false);
        }
    }
  });

  /** Each path, program and fixed word of the action replaced by one that is not ours. */
  function* withForeignText(action: Action): Generator<Action> {
    for (const field of ['path', 'to', 'from', 'file'] as const)
      if (field in action)
        for (const path of [
          'C:\\Windows\\System32\\x.dll',
          '\\\\server\\share\\x.pfx',
          '',
          'C:\\ProgramData\\iis-ssl-heal',
        ])
          if (path !== (action as { path?: string }).path) yield { ...action, [field]: path } as Action;
    if (action.kind === 'write-file')
      for (const bytes of ['', '!', Buffer.from('[Properties]\r\n19 = Empty\r\n').toString('base64')])
        yield { ...action, bytes };
    if (!('command' in action)) return;
    const { command } = action;
    if (action.kind === 'run' && action.first !== undefined)
      for (const args of [[], [...action.first.args, '/evil'], action.first.args.with(-1, 'C:\\evil.exe')])
        yield { ...action, first: { ...action.first, args } };
    const others = ['whoami', 'sc', 'net', 'iisreset', 'evil', 'C:\\x.exe'];
    for (const program of others.filter((other) => other !== command.program))
      yield { ...action, command: { ...command, program } } as Action;
    yield { ...action, command: { ...command, args: [...command.args, '/evil'] } } as Action;
    yield { ...action, command: { ...command, args: [] } } as Action;
    for (const index of command.args.keys()) {
      const args = command.args.map((argument, at) => (at === index ? 'C:\\evil.exe\n' : argument));
      yield { ...action, command: { ...command, args } } as Action;
    }
  }
});

describe('a journal entry', () => {
  it('answers any bytes, and never throws', () => {
    const entry: JournalEntry = { kind: 'closed', at: '2026-03-02T09:00:00.000Z', outcome: 'healed' };
    neverThrows((bytes) => readJournalEntry(bytes, PLACES), writeJournalEntry(entry));
  });

  const at = '2026-03-02T09:00:00.000Z';
  const read = (entry: object) => readJournalEntry(writeJournalEntry(entry as JournalEntry), PLACES);

  it('is none whose time is no time, whose outcome is none, or which says more than it may', () => {
    const closed = { kind: 'closed', at, outcome: 'healed' };
    expect(read(closed)).toMatchObject({ is: 'entry', entry: closed });
    for (const changed of [
      { at: '' },
      { at: 'today' },
      { outcome: 'planned' },
      { outcome: 0 },
      { more: 1 },
      { kind: 'x' },
    ])
      expect(read({ ...closed, ...changed }).is).toBe('foreign');
  });

  it.each([
    [0, 'healed'],
    [1, 'faults-remain'],
    [3, 'needs-person'],
    [4, 'unknown'],
    [5, 'rolled-back'],
    [6, 'half-done'],
    [7, 'refused'],
  ])('of version 1, which has the exit code %i, says %s', (exitCode, outcome) => {
    expect(read({ kind: 'closed', at, exitCode })).toMatchObject({
      is: 'entry',
      entry: { kind: 'closed', at, outcome },
    });
    for (const changed of [{ exitCode: 8 }, { exitCode: `${exitCode}` }, { outcome }])
      expect(read({ kind: 'closed', at, exitCode, ...changed }).is).toBe('foreign');
  });

  it('with any one byte changed is not read as another entry', () => {
    const entry: JournalEntry = { kind: 'end', plan: 3, step: 5, outcome: 'done', detail: 'x' };
    const bytes = writeJournalEntry(entry);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = ((changed[at] ?? 0) + by) % 256;
        const read = readJournalEntry(changed, PLACES);
        if (read.is === 'entry') expect({ ...read.entry }).toEqual(entry);
      }),
    );
  });
});
