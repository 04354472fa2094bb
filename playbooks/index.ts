// The playbooks, in the order in which their repairs work: the entry that would break things again goes first, then
// the key, then the record that needs both.

import type { Playbook } from '../src/model/repair/playbook.ts';
import { brokenChain } from './broken-chain.ts';
import { brokenLink } from './broken-link.ts';
import { centralStore } from './central-store.ts';
import { closedKey } from './closed-key.ts';
import { lateClientCertificate } from './late-client-certificate.ts';
import { lostBinding } from './lost-binding.ts';
import { lostKeyLink } from './lost-key-link.ts';
import { noCommonTls } from './no-common-tls.ts';
import { notListening } from './not-listening.ts';
import { overwrittenRecord } from './overwritten-record.ts';
import { shadowingRecord } from './shadowing-record.ts';
import { signatureOnlyKey } from './signature-only-key.ts';
import { staleHash } from './stale-hash.ts';
import { strandedKey } from './stranded-key.ts';
import { supersededCertificate } from './superseded-certificate.ts';
import { wrongName } from './wrong-name.ts';

/** Those with a fault of their own, which a lab can be given. */
export const named: readonly Playbook[] = [
  staleHash,
  overwrittenRecord,
  lostKeyLink,
  closedKey,
  strandedKey,
  signatureOnlyKey,
  supersededCertificate,
  lostBinding,
  centralStore,
  wrongName,
  shadowingRecord,
  lateClientCertificate,
  notListening,
  brokenChain,
  noCommonTls,
];

/** Every playbook; a test fails for a file of this folder that is not here. */
export const playbooks: readonly Playbook[] = [...named, brokenLink(named)];
