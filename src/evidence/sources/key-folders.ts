// Where Windows keeps key files ("Key Storage and Retrieval", Microsoft), for the machine, SYSTEM, services and users.

import { keyDirectoryKind } from '../../formats/certificates/key-file-name.ts';
import type { Places, Profile } from '../../model/server/evidence.ts';

/** Every folder to list: CryptoAPI (RSA and DSS) and CNG, machine-side first, then each profile. */
export function keyFolders(places: Places, profiles: readonly Profile[]): readonly string[] {
  const crypto = `${places.programData}\\Microsoft\\Crypto`;
  const machine = ['RSA\\MachineKeys', 'DSS\\MachineKeys', 'Keys', 'RSA\\S-1-5-18', 'DSS\\S-1-5-18', 'SystemKeys'];
  const services = ['RSA\\S-1-5-19', 'RSA\\S-1-5-20'];
  return [...[...machine, ...services].map((folder) => `${crypto}\\${folder}`), ...profiles.flatMap(profileFolders)];
}

/** Those of the machine whose permissions are saved, CryptoAPI and CNG, with the file of the evidence folder for each. */
export const machineAclFolders = ({ programData }: Places) => [
  { path: `${programData}\\Microsoft\\Crypto\\RSA\\MachineKeys`, folderFile: 'acls/machine-keys-capi.txt' },
  { path: `${programData}\\Microsoft\\Crypto\\Keys`, folderFile: 'acls/machine-keys-cng.txt' },
];

function profileFolders({ path, sid }: Profile): readonly string[] {
  const crypto = `${path}\\AppData\\Roaming\\Microsoft\\Crypto`;
  return [`RSA\\${sid}`, `DSS\\${sid}`, 'Keys'].map((folder) => `${crypto}\\${folder}`);
}

/** Whether keys of the machine lie in a folder: where nobody could list it, no such key can be called lost. */
export const holdsMachineKeys = (folder: string): boolean => keyDirectoryKind(folder) === 'machine';

/** Where a user's own certificate store keeps its entries, one file each. */
export const profileStoreFolder = (profile: Pick<Profile, 'path'>): string =>
  `${profile.path}\\AppData\\Roaming\\Microsoft\\SystemCertificates\\My\\Certificates`;
