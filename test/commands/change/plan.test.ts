import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type PlanOptions, planCommand } from '../../../src/commands/change/plan.ts';
import type { Streams } from '../../../src/commands/streams.ts';
import { callerOf } from '../../../src/lab/callers.ts';
import { deleteEntry, readStore } from '../../../src/lab/certificates/store.ts';
import type { LabOptions } from '../../../src/lab/create.ts';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../../src/lab/open.ts';
import { exitCodeOf } from '../../../src/model/run/run-outcome.ts';
import { UserError } from '../../../src/model/user-error.ts';
import { readPlanFile } from '../../../src/own-files/plan-file.ts';
import { runScript } from '../../support/cmd/run-script.ts';
import { filesOf } from '../../support/evidence-lab.ts';
import { diagnoseLab, labDisk, machineOn } from '../../support/run-lab.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function run(options: Partial<PlanOptions>) {
  let said = '';
  const streams: Streams = {
    out: (text) => {
      said += text;
    },
    err: (text) => {
      said += text;
    },
    stdin: {},
    stdout: {},
    stderr: {},
    env: {},
  };
  return { code: exitCodeOf(await planCommand({ only: [], ...options }, streams)), said };
}

/** What somebody who was not the owner collected, without a manifest, as the collecting script does. */
async function collected(disk: MemoryDisk, without: readonly string[] = []): Promise<string> {
  const files = Object.entries(await filesOf(disk)).filter(([name]) => !['manifest.json', ...without].includes(name));
  return temporaryFolder(Object.fromEntries(files));
}

const into = (name: string) => join(temporaryFolder(), name);

const faulty = (...faults: NonNullable<LabOptions['faults']>) => labDisk({ faults });

const SHARED = '<configuration><configurationRedirection enabled="true" path="\\\\farm\\iis" /></configuration>';

describe('plan --from DIR --script FILE.cmd', () => {
  it('writes two scripts that heal the server the evidence is from', async () => {
    const disk = faulty('stranded-key', 'stale-hash', 'lost-binding');
    const script = into('heal.cmd');
    const { code, said } = await run({ from: await collected(disk), script });
    expect(code).toBe(0);
    const { owner } = openLab(disk).facts;
    expect(said).toContain(`3 repairs in ${script}`);
    expect(said).toContain(`olga (${owner.sid}), elevated`);
    const caller = callerOf(openLab(disk), 'owner');
    expect(runScript(readFileSync(script, 'latin1'), { disk, caller }).exitCode).toBe(0);
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
    const undo = readFileSync(script.replace('.cmd', '.undo.cmd'), 'latin1');
    expect(runScript(undo, { disk, caller }).exitCode).toBe(0);
    expect((await diagnoseLab(machineOn(disk))).findings).toHaveLength(3);
  });

  it('takes any administrator where no key has to be opened', async () => {
    const script = into('heal');
    const { said } = await run({ from: await collected(faulty('stale-hash')), script });
    expect(said).toContain('as an administrator');
    expect(said).toContain(`${script}.undo.cmd`);
    expect(readFileSync(script, 'latin1')).not.toContain('opens for');
  });

  it('deletes and adds where netsh could update, since no cmd script sees a handshake', async () => {
    const script = into('heal.cmd');
    const from = await collected(labDisk({ faults: ['stranded-key'], osBuild: 20348 }));
    const out = into('plan.json');
    await run({ from, script });
    await run({ from, out });
    expect(JSON.stringify(readPlanFile(readFileSync(out)))).toContain('update sslcert');
    const text = readFileSync(script, 'latin1');
    expect(text).toContain('"delete" "sslcert"');
    expect(text).not.toContain('"update" "sslcert"');
  });
});

describe('plan ends with', () => {
  const CASES: readonly (readonly [string, number, string, () => Promise<string>])[] = [
    ['0 on a healthy server', 0, 'nothing to repair', async () => collected(labDisk())],
    ['4 where not all was read', 4, 'not checked', async () => collected(labDisk(), ['applicationHost.config'])],
    ['7 where the configuration is shared', 7, 'shared', shared],
    ['3 where no certificate fits', 3, 'import one', withoutCertificates],
  ];

  it.each(CASES)('%s, and writes nothing', async (_name, code, words, from) => {
    for (const flag of ['script', 'out'] as const) {
      const file = into('file.cmd');
      const ended = await run({ from: await from(), [flag]: file });
      expect([ended.code, ended.said]).toEqual([code, expect.stringContaining(words)]);
      expect(existsSync(file)).toBe(false);
    }
  });

  it('a word where it is not told exactly one place to write to', async () => {
    for (const flags of [{}, { script: 'a', out: 'b' }])
      await expect(run({ ...flags, from: '.' })).rejects.toThrow(UserError);
    const folder = temporaryFolder();
    const from = await collected(faulty('stale-hash'));
    await expect(run({ from, script: folder })).rejects.toThrow(/cannot be written/);
  });
});

/** The faulty server of a farm. */
async function shared(): Promise<string> {
  const files = await filesOf(faulty('stale-hash'));
  return temporaryFolder({ ...files, 'redirection.config': SHARED });
}

async function withoutCertificates(): Promise<string> {
  const disk = faulty('lost-binding');
  const server = openLab(disk);
  for (const { thumbprint } of readStore(server, 'MY')!) deleteEntry(server, 'MY', thumbprint);
  server.save();
  const files = await filesOf(disk);
  return temporaryFolder(files);
}

describe('plan --out FILE', () => {
  it('writes a file that is read back, with the session that it takes', async () => {
    const disk = faulty('stranded-key', 'stale-hash');
    const out = into('plan.json');
    expect(await run({ from: await collected(disk), out })).toMatchObject({ code: 0 });
    const { facts } = openLab(disk);
    const read = readPlanFile(readFileSync(out));
    expect(read).toMatchObject({
      ok: true,
      value: { computer: 'LABSRV', machineGuid: facts.machineGuid, session: { sid: facts.owner.sid } },
    });
    expect(read.ok && read.value.plans.map((plan) => plan.finding.playbook)).toEqual(['stale-hash', 'stranded-key']);
  });
});
