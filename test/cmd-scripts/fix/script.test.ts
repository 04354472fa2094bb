import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { commandLine, remark, say } from '../../../src/cmd-scripts/fix/lines.ts';
import { fixScript, unscriptable } from '../../../src/cmd-scripts/fix/script.ts';
import { commandsOf } from '../../../src/cmd-scripts/fix/steps.ts';
import { type CallerName, callerOf } from '../../../src/lab/callers.ts';
import { deleteEntry, readStore } from '../../../src/lab/certificates/store.ts';
import { CONFIG_PATH } from '../../../src/lab/config/applied-config.ts';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import { faultIds } from '../../../src/lab/faults/faults.ts';
import { putRecord, readRecord } from '../../../src/lab/http/http-sys.ts';
import { openLab } from '../../../src/lab/open.ts';
import type { ToldFailure } from '../../../src/lab/server.ts';
import { UNKNOWNS } from '../../../src/lab/unknowns.ts';
import type { Argument, Command } from '../../../src/model/repair/command.ts';
import { hostOf, NO_CHOICES } from '../../../src/model/repair/planning.ts';
import { plansElsewhere } from '../../../src/repair/planning/plan-elsewhere.ts';
import { expiredChain } from '../../support/chain-lab.ts';
import { runScript } from '../../support/cmd/run-script.ts';
import { scriptsFor } from '../../support/cmd/scripts-for.ts';
import { expandPercents, splitArguments, splitLine } from '../../support/cmd/words.ts';
import { flaglessLab } from '../../support/names-lab.ts';
import {
  diagnoseLab,
  failure,
  ids,
  labDisk,
  machineOn,
  newMachineKeys,
  reboot,
  stateOf,
  TOGETHER,
  tell,
} from '../../support/run-lab.ts';

interface How {
  readonly as?: CallerName;
  readonly elevated?: boolean;
  readonly offAt?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

function run(script: string, disk: MemoryDisk, { as = 'owner', elevated = true, ...how }: How = {}) {
  return runScript(script, { disk, caller: { ...callerOf(openLab(disk), as), elevated }, ...how });
}

/** The state without the machine key that an import leaves, which no undo deletes, and what a power cut leaves in TEMP. */
function stateBut(disk: MemoryDisk, before: Readonly<Record<string, string>>) {
  const left = [...newMachineKeys(before, disk), ...temporaryFiles(disk)];
  return Object.fromEntries(Object.entries(stateOf(disk)).filter(([path]) => !left.includes(path)));
}

const transferFiles = (disk: MemoryDisk) => [...disk.files().keys()].filter((path) => /\.pfx$/i.test(path));
const temporaryFiles = (disk: MemoryDisk) => [...disk.files().keys()].filter((path) => /\.tmp(\.\d)?$/i.test(path));

/** What a script cannot do, by what it says of it. */
const NOT_BY_SCRIPT = new Map([
  ['broken-chain', 'what a step of it leaves can only be judged by the program itself'],
  ['lost-key-link', 'the store entry names no key'],
  ['closed-key', 'what a step of it leaves can only be judged by the program itself'],
]);
/** A person chooses between two ways, at a terminal. */
const CHOSEN = ['late-client-certificate'];
const mendable = faultIds.filter((id) => !NOT_BY_SCRIPT.has(id) && !CHOSEN.includes(id));

const broken = (...faults: readonly string[]): MemoryDisk => labDisk({ faults });

describe('on a lab', () => {
  const every = [...mendable.map((id) => [id]), TOGETHER];
  // A reboot starts a service that stands still.
  const outlast = (faults: readonly string[]) => (faults.includes('not-listening') ? [] : [[faults, 'after'] as const]);
  it.each(every.flatMap((faults) => [[faults, 'before'] as const, ...outlast(faults)]))(
    'heals %j %s a reboot, is taken back byte for byte, and both can be run again',
    async (faults, when) => {
      const disk = broken(...faults);
      if (when === 'after') reboot(disk);
      const before = stateOf(disk);
      const { fix, undo } = await scriptsFor(disk);
      const ran = run(fix, disk);
      expect([ran.exitCode, ran.said]).toEqual([0, expect.stringContaining('Done')]);
      expect(ids(await diagnoseLab(machineOn(disk)))).toEqual([]);
      expect(transferFiles(disk)).toEqual([]);
      expect(temporaryFiles(disk)).toEqual([]);
      expect(run(fix, disk)).toMatchObject({ exitCode: 7, said: expect.stringContaining('has run before') });
      expect(run(undo, disk)).toMatchObject({ exitCode: 0, said: expect.stringContaining('Taken back') });
      expect(stateBut(disk, before)).toEqual(before);
      expect(run(undo, disk)).toMatchObject({ exitCode: 0, said: expect.stringContaining('nothing to take back') });
      expect(run(fix, disk).exitCode).toBe(0);
    },
  );

  it.each(UNKNOWNS['config-flags'].answers)(
    'gives a binding its SNI flag back, and takes it back: %s',
    async (answer) => {
      const disk = flaglessLab({ 'config-flags': answer });
      const before = stateOf(disk);
      const { fix, undo } = await scriptsFor(disk);
      expect(run(fix, disk).exitCode).toBe(0);
      expect(ids(await diagnoseLab(machineOn(disk)))).toEqual([]);
      expect(run(undo, disk)).toMatchObject({ exitCode: 0, said: expect.stringContaining('Taken back') });
      expect(stateOf(disk)).toEqual(before);
    },
  );

  it('takes an intermediate that has expired out of its store, and puts it back', async () => {
    const disk = expiredChain();
    const before = stateOf(disk);
    const { fix, undo } = await scriptsFor(disk);
    expect(run(fix, disk).exitCode).toBe(0);
    expect(ids(await diagnoseLab(machineOn(disk)))).toEqual([]);
    expect(run(undo, disk)).toMatchObject({ exitCode: 0, said: expect.stringContaining('Taken back') });
    expect(stateOf(disk)).toEqual(before);
  });

  it('writes the right hash with --correct, and only there', async () => {
    const disk = broken('stale-hash');
    const right = readRecord(openLab(disk), 'ip', '0.0.0.0:443')!.thumbprint;
    const before = disk.read(CONFIG_PATH)!.toString('latin1');
    const { fix, undo } = await scriptsFor(disk, { correct: true });
    expect(run(fix, disk).exitCode).toBe(0);
    const value = Buffer.from(right, 'hex').toString('base64');
    expect(disk.read(CONFIG_PATH)!.toString('latin1')).toBe(before.replace('442jqCFFZ77jBhZ7QYHKXuK9drc=', value));
    expect(run(undo, disk).exitCode).toBe(0);
    expect(disk.read(CONFIG_PATH)!.toString('latin1')).toBe(before);
  });

  it('never shows or keeps the password of the transfer file', async () => {
    const disk = broken('stranded-key');
    const { fix } = await scriptsFor(disk);
    const { started, said } = run(fix, disk);
    const password = started.find((words) => words.includes('-exportPFX'))!.at(3)!;
    expect(password).toMatch(/^\d{8,40}$/);
    expect(said).not.toContain(password);
    expect(fix).not.toContain(password);
    for (const bytes of disk.files().values()) expect(bytes.includes(password)).toBe(false);
  });
});

describe('is refused with 7 and changes nothing', () => {
  const CASES: readonly (readonly [string, How, ((disk: MemoryDisk) => void) | undefined, string])[] = [
    ['on another computer', { environment: { COMPUTERNAME: 'OTHER' } }, undefined, 'not LABSRV'],
    ['with Windows elsewhere', { environment: { SYSTEMROOT: 'D:\\Windows' } }, undefined, 'not in C:'],
    ['without elevation', { elevated: false }, undefined, 'elevated'],
    ["in another administrator's session", { as: 'other-admin' }, undefined, 'opens for olga only'],
    ['as SYSTEM', { as: 'system' }, undefined, 'opens for olga only'],
    ['on another Windows', {}, otherGuid, 'MachineGuid'],
    ['where a program is missing', {}, (disk) => disk.remove('C:\\Windows\\System32\\netsh.exe'), 'netsh.exe'],
    ['where the record has another setting', {}, otherRecord({ flags: 0 }), 'the SSL record of 0.0.0.0:443'],
    [
      'where the record has another hash',
      {},
      otherRecord({ thumbprint: 'AB'.repeat(20) }),
      'the SSL record of 0.0.0.0:443',
    ],
    ['where the record has another store', {}, otherRecord({ store: 'MyOther' }), 'the SSL record of 0.0.0.0:443'],
    ['where the entry is gone', {}, withoutEntry, 'the certificate'],
    ['where the entry is cleaned up', {}, stripped, 'customMetadata'],
    ['where the configuration is shared', {}, shared, 'shared'],
  ];

  it.each(CASES)('%s', async (_name, how, change, why) => {
    const disk = broken('stranded-key', 'stale-hash');
    const { fix } = await scriptsFor(disk);
    change?.(disk);
    const before = stateOf(disk);
    const ran = run(fix, disk, how);
    expect([ran.exitCode, ran.said]).toEqual([7, expect.stringContaining('Nothing was changed')]);
    expect(ran.said).toContain(why);
    expect(stateOf(disk)).toEqual(before);
    expect(temporaryFiles(disk)).toEqual([]);
  });
});

function otherGuid(disk: MemoryDisk): void {
  const server = openLab(disk);
  const data = Buffer.from('00000000-1111-4222-8333-444444444444\0', 'utf16le');
  server.registry.setValue('HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography', 'MachineGuid', {
    type: 'REG_SZ',
    data,
  });
  server.save();
}

function otherRecord(changes: object) {
  return (disk: MemoryDisk) => {
    const server = openLab(disk);
    putRecord(server, { ...readRecord(server, 'ip', '0.0.0.0:443')!, ...changes });
    server.save();
  };
}

function withoutEntry(disk: MemoryDisk): void {
  const server = openLab(disk);
  deleteEntry(server, 'MY', readRecord(server, 'ip', '0.0.0.0:443')!.thumbprint);
  server.save();
}

function stripped(disk: MemoryDisk): void {
  const text = disk.read(CONFIG_PATH)!.toString('latin1');
  disk.write(CONFIG_PATH, Buffer.from(text.replace(/<key path="LM\/W3SVC\/1">.*?<\/key>/s, ''), 'latin1'));
}

function shared(disk: MemoryDisk): void {
  const text = '<configuration><configurationRedirection enabled="true" path="\\\\farm\\iis" /></configuration>\r\n';
  disk.write(CONFIG_PATH.replace('applicationHost', 'redirection'), Buffer.from(text));
}

/** netsh, certutil and appcmd go wrong one after the other, loudly and silently. */
const FAILURES: readonly (readonly [string, ToldFailure])[] = (['fail', 'nothing'] as const).flatMap((act) => [
  [`add backup: ${act}`, failure('appcmd', 'backup', act as ToldFailure['act'])],
  [`A25: set config: ${act}`, failure('appcmd', 'set', act as ToldFailure['act'])],
  [`export: ${act}`, failure('certutil', '-exportPFX', act as ToldFailure['act'])],
  [`dump: ${act}`, failure('certutil', '-dump', act as ToldFailure['act'])],
  [`delstore: ${act}`, failure('certutil', '-delstore', act as ToldFailure['act'])],
  [`import: ${act}`, failure('certutil', '-importPFX', act as ToldFailure['act'])],
  [`delete sslcert: ${act}`, failure('netsh', 'delete', act as ToldFailure['act'])],
  [`reg export: ${act}`, failure('reg', 'export', act as ToldFailure['act'])],
]);

describe('stops at the first failure, and can be taken back', () => {
  it.each(FAILURES)('%s', async (_name, told) => {
    const disk = broken(...TOGETHER);
    const before = stateOf(disk);
    const { fix, undo } = await scriptsFor(disk);
    tell(disk, told);
    const ran = run(fix, disk);
    const changed = JSON.stringify(stateBut(disk, before)) !== JSON.stringify(before);
    expect(ran.said).toMatch(/Stopped: step \d+ of \d+/);
    expect([1, 6]).toContain(ran.exitCode);
    if (changed) expect(ran.exitCode).toBe(6);
    expect(transferFiles(disk)).toEqual([]);
    expect(run(undo, disk).exitCode).toBe(0);
    expect(stateBut(disk, before)).toEqual(before);
  });

  it('tries a netsh that refuses a new key again, five times at most', async () => {
    const disk = broken('stranded-key');
    const { fix } = await scriptsFor(disk);
    const refused = [1, 1, 1, 1].map(() => failure('netsh', 'add', 'fail'));
    tell(disk, ...refused);
    expect(run(fix, disk).exitCode).toBe(0);
    const other = broken('stranded-key');
    const again = await scriptsFor(other);
    tell(other, ...refused, failure('netsh', 'add', 'fail'));
    expect(run(again.fix, other).exitCode).toBe(6);
    const adds = run(again.undo, other).started.filter((words) => words.includes('add'));
    expect(adds).toHaveLength(1);
  });

  it('is taken back from wherever the power went', async () => {
    const whole = broken('stranded-key', 'stale-hash');
    const { started } = run((await scriptsFor(whole)).fix, whole);
    for (let offAt = 0; offAt < started.length; offAt += 5) {
      const disk = broken('stranded-key', 'stale-hash');
      const before = stateOf(disk);
      const { fix, undo } = await scriptsFor(disk);
      run(fix, disk, { offAt });
      const back = run(undo, disk);
      // A configuration that was changed and not yet copied belongs to nobody's memory.
      if (back.exitCode === 7) expect([offAt, back.said]).toEqual([offAt, expect.stringContaining('Strip property')]);
      else expect([offAt, stateBut(disk, before)]).toEqual([offAt, before]);
      expect(transferFiles(disk)).toEqual([]);
    }
  }, 60_000);
});

describe('the undo script', () => {
  it.each([
    ['record', otherRecord({ thumbprint: 'CD'.repeat(20) }), 'SSL record'],
    ['configuration', stripSite, 'Strip property'],
  ])('leaves a %s alone that somebody has changed since', async (_what, change, said) => {
    const disk = broken('stranded-key', 'stale-hash');
    const { fix, undo } = await scriptsFor(disk);
    run(fix, disk);
    change(disk);
    const changed = stateOf(disk);
    const ran = run(undo, disk);
    expect([6, 7]).toContain(ran.exitCode);
    expect(ran.said).toContain('neither as the repair found it nor as it left it');
    expect(ran.said).toContain(said);
    expect(stateOf(disk)[CONFIG_PATH]).toBe(changed[CONFIG_PATH]);
  });

  it('does not take other configuration files back in time', async () => {
    const disk = broken('stale-hash');
    const other = CONFIG_PATH.replace('applicationHost', 'administration');
    disk.write(other, Buffer.from('<configuration />'));
    const { fix, undo } = await scriptsFor(disk);
    expect(run(fix, disk).exitCode).toBe(0);
    disk.write(other, Buffer.from('<configuration><!-- new --></configuration>'));
    expect(run(undo, disk)).toMatchObject({ exitCode: 7, said: expect.stringContaining('administration.config') });
  });

  it('imports nothing that an ordinary account has laid below ProgramData, and asks for nothing there', async () => {
    const disk = broken('stranded-key', 'stale-hash');
    const { fix, undo } = await scriptsFor(disk);
    expect(stateOfScript(fix)).toMatch(/^C:\\Windows\\iis-ssl-heal-[0-9a-f]{12}$/);
    expect(stateOfScript(undo)).toBe(stateOfScript(fix));
    const working = [fix, undo].flatMap((script) =>
      script.split('\r\n').filter((line) => !/^(?:rem|echo) /.test(line)),
    );
    expect(working.filter((line) => /ProgramData\\iis-ssl-heal/i.test(line))).toEqual([]);
    expect(run(undo, disk)).toMatchObject({ exitCode: 0, said: expect.stringContaining('nothing to take back') });
  });

  it('leaves no folder behind, so that the repair can be run again', async () => {
    const disk = broken('stranded-key', 'stale-hash');
    const { fix, undo } = await scriptsFor(disk);
    const state = stateOfScript(fix);
    expect(run(fix, disk).exitCode).toBe(0);
    expect(disk.list(state)).toBeDefined();
    expect(run(undo, disk).exitCode).toBe(0);
    expect(disk.list(state)).toBeUndefined();
    expect(run(fix, disk).exitCode).toBe(0);
  });

  it('is refused on another computer', async () => {
    const disk = broken('stale-hash');
    const { fix, undo } = await scriptsFor(disk);
    run(fix, disk);
    expect(run(undo, disk, { environment: { COMPUTERNAME: 'OTHER' } }).exitCode).toBe(7);
  });
});

function stripSite(disk: MemoryDisk): void {
  const text = disk.read(CONFIG_PATH)!.toString('latin1');
  disk.write(CONFIG_PATH, Buffer.from(text.replace('</configuration>', '<!-- mine --></configuration>'), 'latin1'));
}

/** The folder that both scripts keep their files in. */
const stateOfScript = (script: string): string => /set "STATE=([^"]+)"/.exec(script)?.[1] ?? '';

const shownArguments = (command: Command): readonly string[] =>
  command.args.map((argument: Argument) => (typeof argument === 'string' ? argument : '%PASSWORD%'));

describe('the text', () => {
  it('is ASCII with CRLF, has no line that cmd would cut, and names no program but by its full path', async () => {
    const { fix, undo } = await scriptsFor(broken(...TOGETHER));
    for (const script of [fix, undo]) {
      expect(script).toMatch(/^(?:[\x20-\x7e]*\r\n)+$/);
      const lines = script.split('\r\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(2000);
      const working = lines.filter((line) => !/^(?:rem|echo) /.test(line));
      for (const line of working) {
        const outside = line.replace(/"[^"]*"/g, '""');
        expect([line, outside]).toEqual([line, expect.not.stringMatching(/\.exe|\\|powershell/i)]);
        if (!line.startsWith('set "')) {
          for (const [path] of line.matchAll(/[^"\s]*\.exe/gi))
            expect(path).toMatch(/^%SystemRoot%\\(?:System32|Sysnative)\\(?:inetsrv\\)?\w+\.exe$/);
        }
      }
    }
  });

  it('starts exactly the commands of the plans, in their order', async () => {
    const disk = broken(...TOGETHER);
    const { fix, plans } = await scriptsFor(disk);
    const planned = plans
      .flatMap(({ steps }) => steps.flatMap(({ do: action }) => commandsOf(action)))
      .map((command) => [command.program, ...shownArguments(command)]);
    const started = run(fix, disk).started.map((words) => {
      const at = words.indexOf('-p');
      return at < 0 ? words : words.map((word, index) => (index === at + 1 ? '%PASSWORD%' : word));
    });
    const changing = started.filter(
      ([program = '', first = '', second = '']) =>
        !['fc', 'findstr', 'fltmc', 'reg', 'whoami', 'ping'].includes(program) &&
        !`${first} ${second}`.startsWith('list ') &&
        !started.some((words) => words.includes('-dump') && words.join(' ') === [program, ...[]].join(' ')),
    );
    const asked = changing.filter((words) => !words.includes('-dump') && !words.includes('-v'));
    const state = stateOfScript(fix);
    const folder = asked.filter((words) => words[1] === state);
    expect(folder.length).toBeGreaterThan(1);
    const own = (word: string) => word.replace('C:\\ProgramData\\iis-ssl-heal', state);
    expect(asked.slice(2)).toEqual(planned.map((words) => words.map(own)));
  });

  it('leaves every argument whole, whatever it holds', () => {
    const argument = fc.string({ unit: fc.constantFrom(..." !#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~") });
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 5 }), (args) => {
        const line = commandLine({ program: 'certutil', args });
        const [simple, ...others] = splitLine(expandPercents(line, { variable: () => 'C:\\Windows', args: [] }));
        expect(others).toEqual([]);
        expect(simple).toEqual({ text: simple?.text });
        expect(splitArguments(simple?.text ?? '')).toEqual(['C:\\Windows\\System32\\certutil.exe', ...args]);
      }),
    );
  });

  it('makes words of people harmless, and refuses names that cmd cannot hold', async () => {
    const hostile = 'Größe & del %TEMP% | "x" > y ^ <z> !a!';
    expect(remark(hostile)).toBe('rem Gr??e _ del _TEMP_ _ _x_ _ y _ _z_ _a_');
    const [simple] = splitLine(expandPercents(say(hostile), { variable: () => 'EXPANDED', args: [] }));
    expect(simple).toEqual({ text: 'echo Gr??e & del %TEMP% | "x" > y ^ <z> !a!' });
    expect(() => commandLine({ program: 'certutil', args: ['a"b'] })).toThrow();
    expect(() => commandLine({ program: 'certutil', args: [{ secret: 'password of a person' }] })).toThrow();
    const { plans } = await scriptsFor(broken('stranded-key'));
    const [plan] = plans;
    const named = (args: readonly string[]) => ({
      ...plan!,
      steps: [{ ...plan!.steps[0]!, do: { kind: 'run' as const, command: { program: 'certutil' as const, args } } }],
    });
    expect(unscriptable(plan!)).toBeUndefined();
    expect(unscriptable(named(['Größe']))).toContain('Größe');
    expect(unscriptable(named(['a"b']))).toContain('a"b');
  });

  it.each([...NOT_BY_SCRIPT])('cannot mend %s, and says why: %s', async (fault, why) => {
    const diagnosis = await diagnoseLab(machineOn(broken(fault)));
    const host = { ...hostOf(diagnosis.evidence), netshUpdates: undefined };
    const { plans } = plansElsewhere(diagnosis, { host, choices: NO_CHOICES });
    expect(plans.map(unscriptable)).toEqual([why]);
  });

  it('cannot say a repair that deletes a record for good', async () => {
    const disk = broken('superseded-certificate');
    const { plans } = await scriptsFor(disk);
    expect(plans.map(unscriptable)).toEqual([undefined]);
    const server = openLab(disk);
    deleteEntry(server, 'MY', readRecord(server, 'sni', 'shop.example.test:443')!.thumbprint);
    server.save();
    expect((await scriptsFor(disk)).plans.map(unscriptable)).toEqual(['a step of it cannot be taken back']);
  });

  it('writes ten times the plans with about ten times the work', async () => {
    const { plans } = await scriptsFor(broken('lost-binding'));
    const about = {
      version: '1',
      collectedAt: '',
      places: { systemRoot: 'C:\\Windows', programData: 'C:\\ProgramData' },
      notInScript: [],
    };
    const workFor = (count: number): number => {
      const filter = vi.spyOn(Array.prototype, 'filter');
      fixScript(Array.from({ length: count }, () => plans).flat(), about);
      const work = filter.mock.contexts.reduce<number>((sum, list) => sum + (list as readonly unknown[]).length, 0);
      filter.mockRestore();
      return work;
    };
    expect(workFor(200)).toBeLessThanOrEqual(11 * workFor(20));
  });

  it('says at the top what it leaves out', async () => {
    const disk = broken('lost-binding');
    const server = openLab(disk);
    for (const { thumbprint } of readStore(server, 'MY')!) deleteEntry(server, 'MY', thumbprint);
    server.save();
    const { fix } = await scriptsFor(disk);
    expect(fix).toMatch(/^rem not in this script: /m);
    expect(fix).toMatch(/^echo not in this script: /m);
  });
});
