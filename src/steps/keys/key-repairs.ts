// The three ways out for a key that SYSTEM cannot open: move it, run the binding again, import it from a PFX file.

import { type FingerprintSubject, fingerprint } from '../../chain/memory/fingerprint.ts';
import { recordsUsing } from '../../chain/records/records.ts';
import type { Action, Blocked, Step } from '../../model/repair/plan.ts';
import type { Planning } from '../../model/repair/planning.ts';
import type { Repair } from '../../model/repair/playbook.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { isOurs } from '../../model/server/record-owner.ts';
import { type Rebind, rebindCertificate } from '../records/rebind-certificate.ts';
import { takenBackInPlace, trialSteps } from '../records/trial.ts';
import {
  checkStep,
  exportStep,
  MACHINE_KEY_REFUSED,
  privateFolderStep,
  removeTransferFile,
  replaceEntrySteps,
  TRANSFER_PASSWORD,
  transferFile,
  USER_KEY_REFUSED,
} from './transfer.ts';

/** Where the key comes from, what stays of it there, and who can help where it does not come. */
const outOfAProfile = (how: Planning) => ({
  title: 'Move the key into the machine key store',
  effects: ["The key also stays in its owner's profile, where it harms nobody.", ...logonWords(how)],
  refused: USER_KEY_REFUSED,
});

/** For a key of the machine: what it becomes is of another kind, and what it was stays. */
export const OF_ANOTHER_KIND = {
  title: 'Import the key anew, as one for key exchange',
  effects: ['The old key stays in the machine key store, as a file that no certificate names.'],
  refused: MACHINE_KEY_REFUSED,
};

/** The lasting repair: through a transfer file into the machine's key store, then the binding again. */
export function planMove(
  certificate: StoreCertificate,
  evidence: Evidence,
  how: Planning,
  { refused, ...told } = outOfAProfile(how),
): Repair | Blocked {
  const transfer = [
    privateFolderStep(evidence.places),
    exportStep(certificate, evidence.places, refused),
    checkStep(certificate, evidence.places),
    ...replaceEntrySteps(certificate, evidence.places),
  ];
  return withRebind(certificate, evidence, how, {
    ...told,
    steps: transfer,
    cleanup: [removeTransferFile(certificate, evidence.places)],
  });
}

const LOGGED_ON = { network: 'over the network', batch: 'as a batch job' };

/** Said before anything is done; it is no reason to refuse, since a logon with the password opens the key from anywhere. */
function logonWords({ session }: Planning): readonly string[] {
  const logon = session.known ? session.value.logon : undefined;
  if (logon === undefined) return [];
  return [
    `This session was logged on ${LOGGED_ON[logon]}: if that was without the password (an ssh key, WinRM, a task), Windows does not open the key, and nothing changes. It opens at the console or by RDP.`,
  ];
}

/** Relief: it lasts as long as the credential does, which is until the next reboot at most. Nothing is deleted before it was tried. */
export function planRebind(certificate: StoreCertificate, evidence: Evidence, how: Planning): Repair | Blocked {
  const made = withRebind(certificate, evidence, how, {
    title: 'Run the binding again: relief until the next reboot at most',
    steps: [],
    effects: ['This is relief only: the key stays where it is, and HTTPS will stop again at the next reboot.'],
  });
  if ('blocked' in made || made.steps.length === 0) return made;
  return { ...made, steps: [...trialSteps(certificate, evidence, how.host), ...made.steps.map(takenBackInPlace)] };
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
    do: { kind: 'write-pfx', source: file, to, password: TRANSFER_PASSWORD, thumbprint },
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
  /** Set where this session cannot open the key when all is done: netsh binds no key that whoever runs it cannot open. */
  readonly closedHere?: boolean;
  /** What it rests on beside the entry and its records. */
  readonly subjects?: readonly FingerprintSubject[];
}

/** netsh would delete the record and could not add it again. Whether http.sys tries the key again by itself is not established. */
const NOT_AGAIN =
  'This session cannot open the key, so the binding is not run again. If clients do not get the certificate at once, they get it after the next restart of the server.';

/** The steps that mend a key, and then every binding of its certificate again: http.sys keeps the credential that it has. */
export function withRebind(
  certificate: StoreCertificate,
  evidence: Evidence,
  how: Planning,
  way: KeyMending,
): Repair | Blocked {
  const rebind = way.closedHere ? notAgain(certificate, evidence) : rebindCertificate(certificate, evidence, how);
  if ('blocked' in rebind) return rebind;
  const { store, thumbprint } = certificate;
  const { records, through, steps } = rebind;
  return {
    title: through === 'appcmd' ? `${way.title}, through appcmd` : way.title,
    risk: rebind.risk,
    ...(steps.length > 0 && { through }),
    steps: [...way.steps, ...steps],
    cleanup: way.cleanup ?? [],
    before: fingerprint(evidence, [
      { kind: 'entry', store, thumbprint },
      ...(way.subjects ?? []),
      ...records.map((record) => ({ kind: 'record', endpoint: record.endpoint }) as const),
    ]),
    effects: [
      ...way.effects,
      ...rebind.effects,
      ...(steps.length === 0
        ? []
        : records.map(({ endpoint }) => `New connections to ${endpoint.name} fail for a moment.`)),
    ],
    endpoints: records.map((record) => record.endpoint),
    after: [],
  };
}

const notAgain = (certificate: StoreCertificate, evidence: Evidence): Rebind => ({
  through: 'netsh',
  risk: 'safe',
  steps: [],
  records: recordsUsing(certificate, evidence).filter(isOurs),
  effects: [NOT_AGAIN],
});
