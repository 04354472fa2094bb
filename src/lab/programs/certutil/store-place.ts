// The store that a certutil call works on: the machine's, or with -user the caller's own.

import {
  deleteEntry,
  deleteUserEntry,
  putEntry,
  putUserEntry,
  readStore,
  readUserStore,
  type StoreEntry,
} from '../../certificates/store.ts';
import { ownScope } from '../../keys/keys.ts';
import type { Caller } from '../../program.ts';
import type { LabServer, LabUser } from '../../server.ts';
import type { CertutilCall } from './arguments.ts';

/** One store, with what can be done to it. */
export interface StorePlace {
  /** `my "Personal"`: the name as typed, and what Windows calls it. */
  readonly header: string;
  /** Undefined when there is no such store. */
  readonly entries: readonly StoreEntry[] | undefined;
  /** False for a caller who may only read it. */
  readonly writable: boolean;
  put(entry: StoreEntry): void;
  remove(thumbprint: string): void;
}

const DISPLAY_NAMES: Readonly<Record<string, string>> = {
  my: 'Personal',
  ca: 'Intermediate Certification Authorities',
  root: 'Trusted Root Certification Authorities',
  webhosting: 'Web Hosting',
};

/** The store of that name. */
export function storePlace(server: LabServer, caller: Caller, call: CertutilCall, store: string): StorePlace {
  const display = DISPLAY_NAMES[store.toLowerCase()];
  const header = display === undefined ? store : `${store} "${display}"`;
  const user = accountOf(server, caller);
  if (call.flags.has('user') && store.toLowerCase() === 'my') {
    return {
      header,
      entries: user && readUserStore(server, user),
      writable: user !== undefined,
      put: (entry) => user && putUserEntry(server, user, entry),
      remove: (thumbprint) => user && deleteUserEntry(server, user, thumbprint),
    };
  }
  return {
    header,
    entries: readStore(server, store),
    // A user's other stores show the machine's beside their own, of which the lab's users have none.
    writable: caller.elevated && !call.flags.has('user'),
    put: (entry) => putEntry(server, store, entry),
    remove: (thumbprint) => deleteEntry(server, store, thumbprint),
  };
}

/** The caller's account with its profile; SYSTEM has one too. */
function accountOf(server: LabServer, caller: Caller): LabUser | undefined {
  const scope = ownScope(server, caller);
  if (scope !== 'system') return scope;
  return { sid: caller.sid, name: caller.name, profile: 'C:\\Windows\\System32\\config\\systemprofile' };
}
