// Where Windows keeps key files ("Key Storage and Retrieval", Microsoft), for the machine, SYSTEM, services and users.

import type { Places, Profile } from '../../model/server/evidence.ts';

/** A folder of key files. `machine`: it is one of those that decide whether SYSTEM can use a key. */
export interface KeyFolder {
  readonly path: string;
  readonly machine: boolean;
}

/** Every folder to list: CryptoAPI (RSA and DSS) and CNG, machine-side first, then each profile. */
export function keyFolders(places: Places, profiles: readonly Profile[]): readonly KeyFolder[] {
  const crypto = `${places.programData}\\Microsoft\\Crypto`;
  const machine = ['RSA\\MachineKeys', 'DSS\\MachineKeys', 'Keys', 'RSA\\S-1-5-18', 'DSS\\S-1-5-18', 'SystemKeys'];
  const services = ['RSA\\S-1-5-19', 'RSA\\S-1-5-20'];
  return [
    ...machine.map((folder) => ({ path: `${crypto}\\${folder}`, machine: true })),
    ...services.map((folder) => ({ path: `${crypto}\\${folder}`, machine: false })),
    ...profiles.flatMap((profile) => profileFolders(profile)),
  ];
}

/** Those of the machine whose permissions are saved, CryptoAPI and CNG, with the file of the evidence folder for each. */
export const machineAclFolders = ({ programData }: Places) => [
  { path: `${programData}\\Microsoft\\Crypto\\RSA\\MachineKeys`, folderFile: 'acls/machine-keys-capi.txt' },
  { path: `${programData}\\Microsoft\\Crypto\\Keys`, folderFile: 'acls/machine-keys-cng.txt' },
];

function profileFolders({ path, sid }: Profile): readonly KeyFolder[] {
  const crypto = `${path}\\AppData\\Roaming\\Microsoft\\Crypto`;
  return [`RSA\\${sid}`, `DSS\\${sid}`, 'Keys'].map((folder) => ({ path: `${crypto}\\${folder}`, machine: false }));
}

/** Where a user's own certificate store keeps its entries, one file each. */
export const profileStoreFolder = (profile: Pick<Profile, 'path'>): string =>
  `${profile.path}\\AppData\\Roaming\\Microsoft\\SystemCertificates\\My\\Certificates`;
