// The key file is where it should be, and its list keeps SYSTEM out: somebody tidied up permissions, or a program made the
// file for itself alone. Or the folder itself keeps out those who have to make keys in it.

import { calledName } from '../src/chain/certificates/certificates.ts';
import {
  type ClosedFolder,
  closedFolders,
  type KeyFileList,
  keepsWhatItInherits,
  keyFileList,
  opensBySystem,
} from '../src/chain/certificates/key-access.ts';
import { describeKeyFault, type KeyFault, keyFaults, keyOfOther } from '../src/chain/certificates/key-faults.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Planning } from '../src/model/repair/planning.ts';
import type { Description, Playbook, Repair } from '../src/model/repair/playbook.ts';
import type { Evidence } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';
import { planOpenKey } from '../src/steps/keys/open-key.ts';

/** A key file that SYSTEM may not read, or a folder of key files that it cannot work in. */
export const closedKey: Playbook<KeyFault | ClosedFolder> = {
  id: 'closed-key',
  title: 'A private key whose file SYSTEM may not read',
  symptom: 'permissions were changed, or a key was made for one account only: Schannel 36870, 0x8009030D or 0x80090010',
  remedy: 'gives SYSTEM access to that one key file again, and runs the binding again',
  cause:
    'http.sys opens keys as SYSTEM. Whoever hardens the folder of machine keys by hand, or gives a key file to the account of an application pool only, removes the access of SYSTEM. What http.sys has opened before works until the reboot.',
  mayGoWrong:
    'Only SYSTEM gets access, only to that one file, and only an entry that refuses SYSTEM is removed. If nobody but the owner of the file can change its permissions, the Administrators become its owner: that needs your consent. A refusal that reaches SYSTEM through a group stays: whoever made it must decide. New connections fail for a moment while the binding is run again.',
  takenBack:
    'The permissions of the key file are put back as icacls kept them, and the SSL record as it was. If the Administrators had to become the owner of the file, they stay its owner, because the earlier owner cannot be read.',
  sources: ['dotnet/aspnetcore issue 6840', 'win-acme issue 887', 'KB 278381'],
  shownBy: ['NTE_PERM', 'SEC_E_UNKNOWN_CREDENTIALS', '36870', '15021', '5058', 'ECONNRESET'],
  takes: ['key-closed-to-system'],
  flags: ['through'],
  find: (evidence) => [...keyFaults(['key-closed-to-system'], evidence), ...closedFolders(evidence)],
  describe: (closed, evidence) =>
    'folder' in closed
      ? describeFolder(closed, evidence)
      : describeKeyFault(closed, `SYSTEM may not read the private key of ${calledName(closed.certificate)}`, evidence),
  plan: (closed, evidence, how) => ('folder' in closed ? ofFolder(closed) : plan(closed, evidence, how)),
};

function plan(fault: KeyFault, evidence: Evidence, how: Planning): Repair | Blocked {
  const foreign = keyOfOther(fault);
  if (foreign !== undefined) return foreign;
  const list = keyFileList(fault.place, evidence);
  if (!list.known) return { blocked: true, why: list.why, who: 'an administrator' };
  if (!keepsWhatItInherits(list.value, evidence)) return movedThere(list.value);
  if (opensBySystem(list.value)) return planOpenKey(fault.certificate, list.value, evidence, how);
  return {
    blocked: true,
    why: `the permissions of ${list.value.file} refuse SYSTEM through a group or a condition: whoever made that entry must remove it`,
    who: 'an administrator, who knows why it is there',
    command: `icacls "${list.value.file}"`,
  };
}

/** An undo could not put back what Windows has dropped. */
const movedThere = ({ file }: KeyFileList): Blocked => ({
  blocked: true,
  why: `${file} was moved here and has inherited permissions of another folder: Windows may drop them when SYSTEM is given access`,
  who: 'an administrator, who knows who needs the key',
  command: `icacls "${file}"`,
});

function describeFolder({ folder, keepsOut }: ClosedFolder, { acls }: Evidence): Description {
  const source = describeSource(acls.source);
  return {
    key: `key-folder-closed:${folder}`,
    subject: `the key folder ${folder}`,
    severity: 'warning',
    message: `${keepsOut.join(' and ')} cannot make keys in ${folder}: the private key of the next certificate cannot be stored there.`,
    facts: [
      { name: 'code', value: 'key-folder-closed', source },
      { name: 'folder', value: folder, source },
      { name: 'keepsOut', value: keepsOut.join(', '), source },
    ],
    endpoints: [],
  };
}

const ofFolder = ({ folder }: ClosedFolder): Blocked => ({
  blocked: true,
  why: 'this program never changes the permissions of a key folder; Windows gives Administrators full control, and Everyone read and write, on this folder only (KB 278381)',
  who: 'an administrator, who knows why it was closed',
  command: `icacls "${folder}"`,
});
