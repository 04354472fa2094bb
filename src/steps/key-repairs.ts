// The three ways out for a key that SYSTEM cannot open: move it, run the binding again, import it from a PFX file.

import { fingerprint } from '../chain/memory/fingerprint.ts';
import type { Action, Blocked, Step } from '../model/repair/plan.ts';
import type { Planning } from '../model/repair/planning.ts';
import type { Repair } from '../model/repair/playbook.ts';
import type { StoreCertificate } from '../model/server/certificate.ts';
import type { Evidence } from '../model/server/evidence.ts';
import { rebindCertificate } from './rebind-certificate.ts';
import {
  checkStep,
  exportStep,
  pfxAlgorithm,
  privateFolderStep,
  removeTransferFile,
  replaceEntrySteps,
  TRANSFER_PASSWORD,
  transferFile,
} from './transfer.ts';

/** The lasting repair: through a transfer file into the machine's key store, then the binding again. */
export function planMove(certificate: StoreCertificate, evidence: Evidence, how: Planning): Repair | Blocked {
  const transfer = [
    privateFolderStep(evidence.places),
    exportStep(certificate, evidence.places, how.host),
    checkStep(certificate, evidence.places),
    ...replaceEntrySteps(certificate, evidence.places),
  ];
  return withRebind(certificate, evidence, how, {
    title: 'Move the key into the machine key store',
    steps: transfer,
    effects: ["The key also stays in its owner's profile, where it harms nobody."],
    cleanup: [removeTransferFile(certificate, evidence.places)],
  });
}

/** Relief: it lasts as long as the credential does, which is until the next reboot. */
export function planRebind(certificate: StoreCertificate, evidence: Evidence, how: Planning): Repair | Blocked {
  return withRebind(certificate, evidence, how, {
    title: 'Run the binding again: relief until the next reboot',
    steps: [],
    effects: ['This heals nothing for good: the key stays where it is, and HTTPS will stop again at the next reboot.'],
  });
}

/** For a key that is gone or may not be exported: from the file it once came from. */
export function planFromPfx(
  certificate: StoreCertificate,
  file: string,
  evidence: Evidence,
  how: Planning,
): Repair | Blocked {
  const { thumbprint } = certificate;
  const to = transferFile(certificate, evidence.places);
  const write: Step = {
    title: `Wrap ${file} anew with a one-time password`,
    do: {
      kind: 'write-pfx',
      source: file,
      to,
      password: TRANSFER_PASSWORD,
      thumbprint,
      algorithm: pfxAlgorithm(how.host),
    },
    undo: { do: { kind: 'remove-file', path: to }, holds: { kind: 'file-absent', path: to } },
    holds: { kind: 'file-present', path: to },
    always: true,
  };
  return withRebind(certificate, evidence, how, {
    title: 'Import the certificate with a machine key from the PFX file',
    steps: [
      privateFolderStep(evidence.places),
      write,
      checkStep(certificate, evidence.places),
      ...replaceEntrySteps(certificate, evidence.places),
    ],
    effects: [],
    cleanup: [removeTransferFile(certificate, evidence.places)],
  });
}

/** What mends a key, before its bindings are run again. */
export interface KeyMending {
  readonly title: string;
  readonly steps: readonly Step[];
  readonly effects: readonly string[];
  readonly cleanup?: readonly Action[];
}

/** The steps that mend a key, and then every binding of its certificate again: http.sys keeps the credential that it has. */
export function withRebind(
  certificate: StoreCertificate,
  evidence: Evidence,
  how: Planning,
  way: KeyMending,
): Repair | Blocked {
  const rebind = rebindCertificate(certificate, evidence, how);
  if ('blocked' in rebind) return rebind;
  const { store, thumbprint } = certificate;
  const { records, through } = rebind;
  return {
    title: through === 'appcmd' ? `${way.title}, through appcmd` : way.title,
    risk: rebind.risk,
    ...(records.length > 0 && { through }),
    steps: [...way.steps, ...rebind.steps],
    cleanup: way.cleanup ?? [],
    before: fingerprint(evidence, [
      { kind: 'entry', store, thumbprint },
      ...records.map((record) => ({ kind: 'record', endpoint: record.endpoint }) as const),
    ]),
    effects: [
      ...way.effects,
      ...rebind.effects,
      ...records.map((record) => `New connections to ${record.endpoint.name} fail for a moment.`),
    ],
    endpoints: records.map((record) => record.endpoint),
    after: [],
  };
}
