// What speaks for a private key among the machine's, where a store entry names none or a wrong one. No key is opened.

import { keyDirectoryKind, keyFileNames, splitKeyFile } from '../../formats/certificates/key-file-name.ts';
import { once } from '../../model/once.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { KeyPlace } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { andThen, type Known, known, unknown } from '../../model/server/known.ts';
import { allCertificates } from './certificates.ts';
import { keyPlace } from './key-place.ts';

/** `twin`: another entry with the same public key, and where its key is. `unnamed`: key files of the machine that no entry names. */
export type KeyTrace =
  | { readonly by: 'file'; readonly file: string }
  | { readonly by: 'twin'; readonly twin: StoreCertificate; readonly place: KeyPlace }
  | { readonly by: 'unnamed'; readonly count: number };

/** The best trace of a certificate's key: the file that its entry means, an entry with the same key, else files without a name. */
export function keyTrace(certificate: StoreCertificate, evidence: Evidence): Known<KeyTrace> {
  return andThen(keyPlace(certificate.key, evidence), (place, source) => {
    if (place.at === 'machine-mislabelled') return known<KeyTrace>({ by: 'file', file: place.file }, source);
    const twins = twinsOf(certificate, evidence);
    const best = twins.find((each) => isMachines(each.place)) ?? twins[0];
    if (best !== undefined) return known<KeyTrace>({ by: 'twin', ...best }, source);
    return andThen(evidence.keyFiles, ({ unread }) => {
      const closed = unread.find((folder) => keyDirectoryKind(folder) === 'machine');
      return closed === undefined
        ? known<KeyTrace>({ by: 'unnamed', count: unnamed(evidence).length }, source)
        : unknown<KeyTrace>(`${closed} could not be listed`, source);
    });
  });
}

/** Whether certutil looks for keys there. */
export const isMachines = ({ at }: KeyPlace): boolean => at === 'machine' || at === 'machine-mislabelled';

function twinsOf(certificate: StoreCertificate, evidence: Evidence) {
  return linked(evidence).flatMap((twin) => {
    if (twin === certificate || twin.facts.publicKey !== certificate.facts.publicKey) return [];
    const place = keyPlace(twin.key, evidence);
    return place.known && !GONE.has(place.value.at) ? [{ twin, place: place.value }] : [];
  });
}

/** A link that leads nowhere tells nothing. */
const GONE: ReadonlySet<KeyPlace['at']> = new Set([
  'lost-machine-key',
  'lost-user-key',
  'other-machine-guid',
  'no-link',
]);

/** Every entry with a key link: of the machine, of requests that wait for their certificate, of the users. */
const linked = once((evidence: Evidence): readonly StoreCertificate[] => {
  const { storeRequest, profileCertificates } = evidence;
  const requests = storeRequest.known ? storeRequest.value : [];
  const users = profileCertificates.known ? [...profileCertificates.value.values()].flat() : [];
  return [...allCertificates(evidence), ...requests, ...users].filter(({ key }) => key !== undefined);
});

/** Keys that Windows and IIS make for themselves: their names are the same everywhere ("machine keys", IIS support). */
const OF_WINDOWS = [
  'iisConfigurationKey',
  'iisWasKey',
  'iisCngConfigurationKey',
  'iisCngWasKey',
  'MS IIS DCOM Server',
  'Microsoft Internet Information Server',
  'NetFrameworkConfigurationKey',
  'TSSecKeySet1',
  'WMSvc Certificate Key Container',
];

/** Key files of this machine that neither an entry nor Windows itself names. */
const unnamed = once((evidence: Evidence): readonly string[] => {
  const { keyFiles, machineGuid } = evidence;
  const containers = [...OF_WINDOWS, ...linked(evidence).flatMap(({ key }) => key?.container ?? [])];
  const named = new Set(containers.flatMap(digitsOf));
  const guid = machineGuid.known ? machineGuid.value.toLowerCase() : undefined;
  return (keyFiles.known ? keyFiles.value.paths : []).filter((path) => {
    const parts = splitKeyFile(path);
    const isOurs = parts?.directoryKind === 'machine' && parts.guid === (guid ?? parts.guid);
    return isOurs && !named.has(parts.digits);
  });
});

/** Under both algorithms: no other container has either name. */
function digitsOf(container: string): readonly string[] {
  const { capi, cng } = keyFileNames({ container, type: 0 });
  return [...capi, ...cng];
}
