// The probe of Schannel: its own key, which every Windows has, and the policy for cipher suites, which few have.

import { readProtocols, readSuitePolicy } from '../../formats/registry/schannel.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { andThen, type Known, known } from '../../model/server/known.ts';
import type { Schannel } from '../../model/server/schannel.ts';
import { exportKey } from '../../windows-commands/reg.ts';
import { interpret, type Reading } from '../readers/reading.ts';
import { run, runWhereListed } from './asking.ts';
import type { Read } from './source.ts';

const SCHANNEL = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL';
const POLICIES = 'HKLM\\SOFTWARE\\Policies\\Microsoft';
const SUITE_POLICY = `${POLICIES}\\Cryptography\\Configuration\\SSL\\00010002`;

/** The keys that are exported. */
export const SCHANNEL_KEYS = [
  run('registry/schannel.reg', exportKey(SCHANNEL)),
  runWhereListed('registry/suite-policy.reg', exportKey(SUITE_POLICY), POLICIES),
];

/** A key that the server does not have says nothing, and so says that everything is as Windows has it. */
export function readSchannel([protocols, policy]: readonly Reading[]): Read<Evidence['schannel']> {
  const enabled: Known<Schannel['enabled']> = lacks(protocols)
    ? known(new Map(), protocols.source)
    : interpret(protocols, readProtocols);
  return {
    value: andThen(enabled, (map, source) => {
      // Beside the file of the one key the missing file of the other is an answer.
      if (policy === undefined || policy.result === 'absent') return known({ enabled: map }, source);
      return andThen(interpret(policy, readSuitePolicy), (suites) =>
        known({ enabled: map, ...(suites && { suites }) }, source),
      );
    }),
  };
}

/** The server was asked, and has no such key; a folder without its file says nothing about the server. */
const lacks = (reading: Reading | undefined): reading is Reading & { readonly result: 'absent' } =>
  reading?.result === 'absent' && reading.source.kind === 'command';
