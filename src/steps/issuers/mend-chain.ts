// The plan that mends a chain: what is done to the stores of issuers, and then every binding behind it again, since http.sys
// may keep the chain that it has made.

import { opensNow } from '../../chain/certificates/key-access.ts';
import { keyPlace } from '../../chain/certificates/key-place.ts';
import { usableBySystem } from '../../chain/certificates/usable.ts';
import { fingerprint } from '../../chain/memory/fingerprint.ts';
import type { Blocked } from '../../model/repair/plan.ts';
import type { Planning } from '../../model/repair/planning.ts';
import type { Repair } from '../../model/repair/playbook.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { type Rebind, rebindCertificate } from '../records/rebind-certificate.ts';
import type { ChainMending } from './issuer-stores.ts';

/** The mending, and the bindings of these certificates again wherever that cannot cost them their record. */
export function planChain(
  mending: ChainMending,
  certificates: readonly StoreCertificate[],
  evidence: Evidence,
  how: Planning,
): Repair | Blocked {
  const able = certificates.filter((certificate) => mayRunAgain(certificate, evidence, how));
  const rebinds: readonly (Rebind | Blocked)[] = able.map((certificate) =>
    rebindCertificate(certificate, evidence, how),
  );
  const again = rebinds.flatMap((each) => ('blocked' in each ? [] : [each]));
  const records = again.flatMap((each) => each.records);
  const isLeftOut = able.length < certificates.length || again.length < rebinds.length;
  if (mending.steps.length === 0 && records.length === 0)
    return { blocked: true, why: `${mending.title}; here it cannot be, so ${AFTER_RESTART}`, who: 'an administrator' };
  return {
    title: mending.title,
    risk: again.find(({ risk }) => risk !== 'safe')?.risk ?? mending.risk,
    ...(records.length > 0 && { through: again.some(({ through }) => through === 'appcmd') ? 'appcmd' : 'netsh' }),
    steps: [...mending.steps, ...again.flatMap(({ steps }) => steps)],
    cleanup: mending.cleanup,
    before: fingerprint(evidence, [
      ...mending.subjects,
      ...records.map(({ endpoint }) => ({ kind: 'record', endpoint }) as const),
    ]),
    effects: [
      ...mending.effects,
      ...(isLeftOut ? [`Not every binding is run again: ${AFTER_RESTART}.`] : []),
      ...again.flatMap(({ effects }) => effects),
      ...records.map(({ endpoint }) => `New connections to ${endpoint.name} fail for a moment.`),
      ...(certificates.length > 0 ? [MAY_STAY] : []),
    ],
    endpoints: records.map(({ endpoint }) => endpoint),
    after: [],
  };
}

const MAY_STAY = 'http.sys may keep the old chain until the next restart of the server.';

const AFTER_RESTART = 'clients get the new chain after the next restart of the server';

/** netsh binds no key that it cannot open: a site that is served must not lose its record for its chain. */
function mayRunAgain(certificate: StoreCertificate, evidence: Evidence, how: Planning): boolean {
  const place = keyPlace(certificate.key, evidence);
  const usable = usableBySystem(certificate, evidence);
  return (
    place.known && usable.known && usable.value && place.value.at === 'machine' && opensNow(place.value, how, evidence)
  );
}
