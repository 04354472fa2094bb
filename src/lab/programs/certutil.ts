// certutil: certificate stores, keys and PFX files.

import { type Caller, type LabProgram, printed } from '../program.ts';
import type { LabServer } from '../server.ts';
import { type CertutilCall, parseCertutil } from './certutil/arguments.ts';
import { dump } from './certutil/dump.ts';
import { exportPfx } from './certutil/export-pfx.ts';
import { importPfx } from './certutil/import-pfx.ts';
import { removeKey, showKeys } from './certutil/key-verbs.ts';
import { E_INVALIDARG, ending, type Outcome } from './certutil/outcome.ts';
import { repairStore } from './certutil/repair-store.ts';
import { addToStore, deleteFromStore, showStore } from './certutil/store-verbs.ts';

type Verb = (server: LabServer, caller: Caller, call: CertutilCall) => Outcome;

const VERBS: Readonly<Record<string, Verb>> = {
  store: showStore,
  delstore: deleteFromStore,
  addstore: addToStore,
  repairstore: repairStore,
  exportPFX: exportPfx,
  importPFX: importPfx,
  key: showKeys,
  delkey: removeKey,
  dump: (server, _caller, call) => dump(server, call),
};

/**
 * Everything goes to stdout, and the exit code is the HRESULT. Where it would ask for a password it hangs: it asks the
 * console, and there is none.
 */
export const certutil: LabProgram = (args, server, caller) => {
  const call = parseCertutil(args);
  if ('complaint' in call) return printed(call.complaint, E_INVALIDARG);
  const verb = VERBS[call.verb];
  if (!verb) throw new Error(`a verb without its program: ${call.verb}`);
  return ending(call.verb, verb(server, caller, call), server.facts);
};
