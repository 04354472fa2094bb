// What unattended runs find written and leave behind: the administrator's limits and the ledger.

import { playbooks } from '../../playbooks/index.ts';
import type { Machine } from '../machine/machine.ts';
import { fail, ok, type Result } from '../model/result.ts';
import type { Ledger } from '../model/run/ledger.ts';
import { DEFAULT_POLICY, type Policy } from '../model/run/policy.ts';
import { ledgerFile, policyFile } from '../model/server/places.ts';
import { readLedgerFile, writeLedgerFile } from '../own-files/ledger-file.ts';
import { readPolicyFile } from '../own-files/policy-file.ts';
import { readOwnFile, replaceOwnFile, whyNotWritten } from '../repair/change/own-file.ts';
import { pauseNotes } from './pause.ts';
import { emptyLedger } from './rules/ledger.ts';

/** The limits; the defaults without a config.json. One that is wrong is never half obeyed: the error names its lines. */
export const readPolicy = (machine: Machine): Promise<Result<Policy>> =>
  readOwn(machine, policyFile(machine), (bytes) => readPolicyFile(bytes, playbooks), DEFAULT_POLICY);

/** What earlier runs remember. Limits that cannot be read cannot be kept, so a damaged file is an error. */
export const readLedger = (machine: Machine): Promise<Result<Ledger>> =>
  readOwn(machine, ledgerFile(machine), readLedgerFile, emptyLedger(machine.now()));

async function readOwn<T>(
  machine: Machine,
  path: string,
  reader: (bytes: Uint8Array) => Result<T>,
  otherwise: T,
): Promise<Result<T>> {
  const read = await readOwnFile(machine, path);
  if (read.result === 'absent') return ok(otherwise);
  if (read.result !== 'ok') return fail(`${path} cannot be read: ${read.detail}`);
  const result = reader(read.bytes);
  return result.ok ? result : fail(`${path}: ${result.error}`);
}

/** Why it could not be written; undefined where it was. */
export const writeLedger = async (machine: Machine, ledger: Ledger): Promise<string | undefined> =>
  whyNotWritten(await replaceOwnFile(machine, ledgerFile(machine), writeLedgerFile(ledger)));

/** Ids of findings that are not repaired any more. */
export const givenUpIn = ({ giveUpAfterFailures: most }: Policy, { failures }: Ledger): readonly string[] =>
  failures.filter(({ count }) => count >= most).map(({ finding }) => finding);

/** The limits and the memory, as they were read at one time. */
export interface Settings {
  readonly policy: Result<Policy>;
  readonly ledger: Result<Ledger>;
}

/** Both, for whoever tells more than one thing of them. */
export const readSettings = async (machine: Machine): Promise<Settings> => ({
  policy: await readPolicy(machine),
  ledger: await readLedger(machine),
});

/** What a person should know of the settings and the memory: clauses, none where all is well. */
export async function settingsFaults({ policy, ledger }: Settings, machine: Machine): Promise<readonly string[]> {
  const unread = [policy, ledger].flatMap((each) => (each.ok ? [] : [each.error]));
  const pausing = await pauseNotes(machine);
  if (!policy.ok || !ledger.ok) return [...unread, ...pausing];
  const most = policy.value.giveUpAfterFailures;
  const givenUp = givenUpIn(policy.value, ledger.value);
  return [
    ...(givenUp.length > 0
      ? [`given up after ${most} failures: ${givenUp.join(', ')} (iis-ssl-heal schedule reset)`]
      : []),
    ...pausing,
  ];
}
