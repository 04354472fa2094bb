// Rows of the table of what a run on a real Windows leans on that are about keys and credentials, each under every answer.

import { describe, expect, it } from 'vitest';
import { openPfx } from '../../src/formats/pfx/pfx.ts';
import { callerOf } from '../../src/lab/callers.ts';
import { readStore } from '../../src/lab/certificates/store.ts';
import { deleteKey } from '../../src/lab/keys/keys.ts';
import { openLab } from '../../src/lab/open.ts';
import { runProgram } from '../../src/lab/run.ts';
import type { LabServer } from '../../src/lab/server.ts';
import { type Answers, askedSwitches, UNKNOWNS } from '../../src/lab/unknowns.ts';
import { fixLab, labDisk, machineOn } from '../support/run-lab.ts';

/** The entry whose key lies in its owner's profile. */
function strandedEntry(server: LabServer) {
  const found = (readStore(server, 'MY') ?? []).find(({ key }) => key && (key.flags & 0x20) === 0);
  if (found?.key === undefined) throw new Error('no key is stranded');
  return { ...found, key: found.key };
}

/**
 * A16 and A17: from build 17763 on, the transfer file was encrypted with AES. Where certutil does not know the option, or hangs
 * at such a file, no key was ever moved there: the first ended at the export, the second with its time at the import.
 */
describe.each([
  ...UNKNOWNS['crypto-algorithm'].answers.map((answer) => ({ 'crypto-algorithm': answer })),
  ...UNKNOWNS['aes-pfx'].answers.map((answer) => ({ 'aes-pfx': answer })),
] satisfies Answers[])('A16, A17: a transfer file where certutil is %o', (unknowns) => {
  it('is one that every Windows reads', async () => {
    const disk = labDisk({ faults: ['stranded-key'], osBuild: 20348, unknowns });
    askedSwitches.clear();
    expect((await fixLab(disk, machineOn(disk))).report.outcome).toBe('healed');
    expect(askedSwitches).not.toContain('crypto-algorithm');
    expect(askedSwitches).not.toContain('aes-pfx');
  });

  it('is made anew of a PFX file with AES', async () => {
    const disk = labDisk({ faults: ['stranded-key'], osBuild: 17763 });
    const server = openLab(disk);
    const owner = callerOf(server, 'owner');
    const { thumbprint, key } = strandedEntry(server);
    const args = ['-p', 'pw', '-exportPFX', 'MY', thumbprint, 'C:\\mine.pfx', 'CryptoAlgorithm=Aes256-Sha256'];
    expect(runProgram(server, 'certutil', args, owner)).toMatchObject({ exitCode: 0 });
    const opened = await openPfx(disk.read('C:\\mine.pfx') ?? Buffer.alloc(0), 'pw');
    if (!opened.ok) throw new Error(opened.error.message);
    deleteKey(server, owner, key);
    server.facts.unknowns = unknowns;
    server.save();
    askedSwitches.clear();
    const how = { choices: { pfx: { file: 'C:\\mine.pfx', thumbprint } }, pfx: opened.value };
    expect((await fixLab(disk, machineOn(disk, 'other-admin'), how)).report.outcome).toBe('healed');
    expect(askedSwitches).not.toContain('aes-pfx');
  });
});
