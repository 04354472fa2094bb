// Rows of the table of evidence that tell servers apart: their names, their MachineGuid, their Windows.

import {
  readBuildNumber,
  readComputerName,
  readDnsDomain,
  readEdition,
  readMachineGuid,
} from '../../formats/registry/reg-query.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { queryValue } from '../../windows-commands/reg.ts';
import { file } from './asking.ts';
import type { Source } from './source.ts';

/** The key of what Windows says of itself. */
export const WINDOWS_NT = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const COMPUTER_NAME = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName';

type WhichServer = 'machineGuid' | 'computerName' | 'dnsDomain' | 'osBuild' | 'edition';

/** In the order of the collecting script. */
export const whichServer: { readonly [K in WhichServer]: Source<Evidence[K]> } = {
  machineGuid: {
    what: 'the MachineGuid',
    needed: 'links',
    lasting: true,
    ...file('machine-guid.txt', queryValue('HKLM\\SOFTWARE\\Microsoft\\Cryptography', 'MachineGuid'), readMachineGuid),
  },
  computerName: {
    what: 'the name of the computer',
    needed: 'aid',
    lasting: true,
    ...file('computer-name.txt', queryValue(COMPUTER_NAME, 'ComputerName'), readComputerName),
  },
  dnsDomain: {
    what: 'the primary DNS suffix',
    needed: 'aid',
    lasting: true,
    ...file(
      'dns-domain.txt',
      queryValue('HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters', 'Domain'),
      readDnsDomain,
    ),
  },
  osBuild: {
    what: 'the build of Windows',
    needed: 'origin',
    lasting: true,
    ...file('os-build.txt', queryValue(WINDOWS_NT, 'CurrentBuildNumber'), readBuildNumber),
  },
  edition: {
    what: 'the edition of Windows',
    needed: 'aid',
    lasting: true,
    extent: 'everything',
    lack: 'documents do not name it',
    ...file('os-edition.txt', queryValue(WINDOWS_NT, 'EditionID'), readEdition),
  },
};
