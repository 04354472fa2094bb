// What is read from every server: few requests, their number independent of the number of sites.

import type { Places } from '../model/evidence.ts';
import { baselineFile, inetsrvFolder, LARGEST_OWN_FILE } from '../model/places.ts';
import { saveAcls } from '../windows-commands/icacls.ts';
import { addSslcertHelp, showSslcert, updateSslcertHelp } from '../windows-commands/netsh.ts';
import { exportKey, queryValue } from '../windows-commands/reg.ts';
import { queryEvents } from '../windows-commands/wevtutil.ts';
import type { Request } from './reading.ts';

const STORES = 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates';
const SERVICES = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';
const COMPUTER_NAME = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName';
const WINDOWS_NT = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

/** Seven days, in the milliseconds that timediff counts. */
const RECENT = 'TimeCreated[timediff(@SystemTime) <= 604800000]';

/** A burst of events says no more than its first thousand. */
const MOST_EVENTS = 1000;

const SYSTEM_EVENTS = `*[System[(EventID=36870 or EventID=36869 or EventID=15021 or EventID=15300 or EventID=15301) and ${RECENT}]]`;
const SECURITY_EVENTS = `*[System[(EventID=5061 or EventID=5058) and ${RECENT}]]`;

/** Services whose keys tell whether IIS and its IIS 6 compatibility are installed. */
const WATCHED_SERVICES = ['IISADMIN', 'W3SVC', 'HTTP'] as const;

/** Folders of the machine's key files, CryptoAPI and CNG, with the file of the evidence folder that keeps their ACLs. */
const machineKeyFolders = (places: Places): readonly { readonly path: string; readonly folderFile: string }[] => [
  { path: `${places.programData}\\Microsoft\\Crypto\\RSA\\MachineKeys`, folderFile: 'acls/machine-keys-capi.txt' },
  { path: `${places.programData}\\Microsoft\\Crypto\\Keys`, folderFile: 'acls/machine-keys-cng.txt' },
];

const command = (folderFile: string, command: ReturnType<typeof exportKey>): Request => ({
  kind: 'command',
  command,
  folderFile,
});

/** Every request that needs nothing but the server's places. */
export function requestsFor(places: Places) {
  const config = `${inetsrvFolder(places)}\\config`;
  return {
    config: { kind: 'file', path: `${config}\\applicationHost.config`, folderFile: 'applicationHost.config' },
    redirection: { kind: 'file', path: `${config}\\redirection.config`, folderFile: 'redirection.config' },
    baseline: { kind: 'file', path: baselineFile(places), folderFile: 'baseline.json', most: LARGEST_OWN_FILE },
    records: command('registry/http-parameters.reg', exportKey(`${SERVICES}\\HTTP\\Parameters`)),
    /** The fallback where `records` was not read. */
    netshRecords: command('netsh-sslcert.txt', showSslcert()),
    storeMy: command('registry/store-MY.reg', exportKey(`${STORES}\\MY`)),
    storeWebHosting: command('registry/store-WebHosting.reg', exportKey(`${STORES}\\WebHosting`)),
    profiles: command('registry/profile-list.reg', exportKey(`${WINDOWS_NT}\\ProfileList`)),
    machineGuid: command('machine-guid.txt', queryValue('HKLM\\SOFTWARE\\Microsoft\\Cryptography', 'MachineGuid')),
    computerName: command('computer-name.txt', queryValue(COMPUTER_NAME, 'ComputerName')),
    dnsDomain: command('dns-domain.txt', queryValue(`${SERVICES}\\Tcpip\\Parameters`, 'Domain')),
    osBuild: command('os-build.txt', queryValue(WINDOWS_NT, 'CurrentBuildNumber')),
    systemEvents: command('events/System.xml', queryEvents('System', SYSTEM_EVENTS, MOST_EVENTS)),
    securityEvents: command('events/Security.xml', queryEvents('Security', SECURITY_EVENTS, MOST_EVENTS)),
    netshOptions: command('netsh-add-help.txt', addSslcertHelp()),
    netshUpdateOptions: command('netsh-update-help.txt', updateSslcertHelp()),
  } as const satisfies Record<string, Request>;
}

/** One request per watched service. */
export const serviceRequests = (): readonly { readonly name: string; readonly request: Request }[] =>
  WATCHED_SERVICES.map((name) => ({
    name,
    request: command(`registry/service-${name}.reg`, exportKey(`${SERVICES}\\${name}`)),
  }));

/** One request per folder of machine keys, for its ACLs. */
export const aclRequests = (places: Places): readonly { readonly folder: string; readonly request: Request }[] =>
  machineKeyFolders(places).map(({ path, folderFile }) => ({
    folder: path,
    request: command(folderFile, saveAcls(path)),
  }));
