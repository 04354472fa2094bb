// Gives a record the certificate that has taken the place of its own: one that is certain, or that a person chose.

import type { CandidateCertificate } from '../../chain/certificates/able.ts';
import { chosenOf } from '../../chain/certificates/candidates.ts';
import { calledName, nameOf, notAllCertificates } from '../../chain/certificates/certificates.ts';
import { isBackEnd } from '../../chain/certificates/predecessor.ts';
import { type FingerprintSubject, fingerprint } from '../../chain/memory/fingerprint.ts';
import { type SupersededRecord, supersededRecords } from '../../chain/records/superseded.ts';
import { leftToOwner } from '../../model/repair/left-to-owner.ts';
import type { Blocked, Risk } from '../../model/repair/plan.ts';
import type { Planning } from '../../model/repair/planning.ts';
import type { Repair } from '../../model/repair/playbook.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import type { Endpoint } from '../../model/server/ssl-record.ts';
import { toChoose } from '../records/lost-record.ts';
import { bindSuccessor } from './succeed-hands.ts';

/** How findings are called: of the fault itself, and of a key that must be moved first. */
export interface SuccessionIds {
  readonly playbook: string;
  readonly record: (endpoint: Endpoint) => string;
  readonly key: (thumbprint: string) => string;
}

/** The whole repair of one record; through IIS, of every record of the old certificate. */
export function planSuccession(
  superseded: SupersededRecord,
  ids: SuccessionIds,
  evidence: Evidence,
  how: Planning,
): Repair | Blocked {
  const { record, offered, why } = superseded;
  const foreign = leftToOwner(record);
  if (foreign !== undefined) return foreign;
  const hidden = notAllCertificates(evidence);
  if (hidden !== undefined)
    return { blocked: true, why: `nothing is chosen while not all certificates are known: ${hidden}`, who: ADMIN };
  if (superseded.isKept) return { blocked: true, why: KEPT, who: ADMIN };
  const choice = how.choices.certificates.get(ids.record(record.endpoint));
  const chosen = chosenOf(superseded, choice);
  if (offered.length === 0) return { blocked: true, why: `${why}: ${KEY_FIRST}`, who: ADMIN };
  if (chosen === undefined) return toChoose(ids.playbook, offered, why, evidence);
  const made = bindSuccessor(superseded, chosen, evidence, how);
  if ('blocked' in made) return made;
  const { certificate, stranded } = chosen;
  const covers = supersededRecords(evidence).filter((each) => made.records.includes(each.record));
  const before: readonly FingerprintSubject[] = [
    ...made.records.map(({ endpoint }) => ({ kind: 'record', endpoint }) as const),
    // Its key is moved in the same run where that has to come first.
    ...(stranded ? [] : [{ kind: 'entry', store: certificate.store, thumbprint: certificate.thumbprint } as const]),
  ];
  return {
    title: `Bind ${nameOf(certificate)}, valid until ${day(certificate.facts.notAfter)}, to ${made.records.map(({ endpoint }) => endpoint.name).join(', ')}${made.through === 'appcmd' ? ', through appcmd' : ''}`,
    risk: made.records.length > 1 ? 'disruptive' : riskOf(superseded),
    ...(superseded.code === 'certificate-superseded' && { onlyIfSwitchedOn: true }),
    through: made.through,
    steps: made.steps,
    cleanup: [],
    before: fingerprint(evidence, before),
    effects: [
      uses(chosen, choice === undefined ? why : 'as you chose'),
      ...effectsOf(superseded, evidence),
      ...made.effects,
    ],
    endpoints: made.records.map(({ endpoint }) => endpoint),
    covers: covers.map((each) => ids.record(each.record.endpoint)),
    after: stranded ? [ids.key(certificate.thumbprint)] : [],
  };
}

const ADMIN = 'an administrator';

const KEPT =
  'visitors still get the missing certificate, because http.sys keeps it until the next reboot, and an undo could not bring it back: import it again, or bind another one in IIS Manager';

const KEY_FIRST =
  'import it from its PFX file, or let certutil -repairstore find its key among the keys of the machine';

/** Who gets no valid certificate now can lose nothing, as long as it is the right one that comes. */
function riskOf({ code, shown }: SupersededRecord): Risk {
  if (code === 'certificate-missing') return 'safe';
  return code === 'certificate-expired' && shown ? 'safe' : 'disruptive';
}

const day = (time: string): string => time.slice(0, 10);

const uses = ({ certificate }: CandidateCertificate, why: string): string =>
  `It will use ${calledName(certificate)}, valid until ${day(certificate.facts.notAfter)}, with every setting of the record: ${why}.`;

function effectsOf({ code, canReturn, record }: SupersededRecord, evidence: Evidence): readonly string[] {
  return [
    ...(code === 'certificate-superseded'
      ? ['Clients get a valid certificate now; a client that knows it by its thumbprint or key may refuse the new one.']
      : []),
    ...(canReturn ? [] : [CANNOT_RETURN]),
    ...(isBackEnd(record, evidence) ? [EXCHANGE] : []),
  ];
}

const CANNOT_RETURN =
  'An undo leaves no record, because http.sys takes only a record with a usable certificate (1312). The old record serves nobody.';

const EXCHANGE =
  'On its back end Exchange needs the certificate that it has made for this server; its HealthChecker reports any other.';
