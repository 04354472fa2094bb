// The table of evidence: one row per source. A new source is a row here, a field of Evidence and its reader; a field
// without a row, or a row without a field, does not compile. The order is that of the collecting script.

import { readListeners, withoutPeers } from '../../formats/console/listeners.ts';
import { readProcesses } from '../../formats/console/processes.ts';
import { readEvents } from '../../formats/events/event-xml.ts';
import { readNetshOptions } from '../../formats/netsh/options.ts';
import { readNetshSslcert } from '../../formats/netsh/sslcert-list.ts';
import { readProfileList } from '../../formats/registry/profile-list.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { baselineFile, LARGEST_OWN_FILE } from '../../model/server/places.ts';
import { saveAcls } from '../../windows-commands/icacls.ts';
import { listListeners, listProcesses } from '../../windows-commands/listeners.ts';
import { addSslcertHelp, showSslcert, updateSslcertHelp } from '../../windows-commands/netsh.ts';
import { exportKey } from '../../windows-commands/reg.ts';
import { queryService } from '../../windows-commands/services.ts';
import { interpret } from '../readers/reading.ts';
import { gatherAcls } from './acls.ts';
import { file, iisFile, run } from './asking.ts';
import { readBaseline } from './baseline.ts';
import { CENTRAL_STORE_VALUES, gatherCentralStore } from './central-store.ts';
import { gatherConfig, readRedirectionFile } from './configuration.ts';
import { querySecurity, querySystem } from './event-queries.ts';
import { ADDRESSES, CENTRAL_FILES, KEY_FILES, KEY_FOLDERS_UNREAD, PROFILES_NOTE } from './file-names.ts';
import { machineAclFolders } from './key-folders.ts';
import { gatherProfileCertificates } from './profile-entries.ts';
import { areIssuersAsked, isChainSent, isExpiredSent, isKeySuspected, isSomebodyUnanswered } from './reasons.ts';
import { readListenList, readRecords } from './registry.ts';
import { readSchannel, SCHANNEL_KEYS } from './schannel.ts';
import { RUNNING_SERVICES, readServiceRuns, readServices, WATCHED_SERVICES } from './services.ts';
import type { Source, SourceName } from './source.ts';
import { issuerStore, machineStore, OF_SYSTEM } from './stores.ts';
import { WINDOWS_NT, whichServer } from './which-server.ts';

const SERVICES = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';

const HTTP_PARAMETERS = {
  ...run('registry/http-parameters.reg', exportKey(`${SERVICES}\\HTTP\\Parameters`)),
  inside: 'registry/service-HTTP.reg',
};

const SECURITY_LOG = (days?: number) => run('events/Security.xml', querySecurity(days));

/** Every source, by its field of the evidence. */
export const sources: { readonly [K in SourceName]: Source<Evidence[K]> } = {
  redirection: {
    what: 'whether the configuration is shared',
    needed: 'aid',
    lack: 'the configuration counts as not shared',
    secrets: 'xml-attributes',
    ask: (places) => [iisFile('redirection.config', places)],
    read: readRedirectionFile,
  },
  config: {
    what: 'the site bindings',
    needed: 'verdict',
    secrets: 'xml-attributes',
    ask: (places) => [iisFile('applicationHost.config', places)],
    gather: gatherConfig,
  },
  baseline: {
    what: 'the last healthy state',
    needed: 'support',
    absence: 'answer',
    lack: 'none was remembered',
    ask: (places) => [
      { kind: 'file', path: baselineFile(places), folderFile: 'baseline.json', most: LARGEST_OWN_FILE },
    ],
    read: readBaseline,
  },
  records: {
    what: 'the SSL records of http.sys',
    needed: 'verdict',
    ask: () => [HTTP_PARAMETERS],
    standIn: {
      request: run('netsh-sslcert.txt', showSslcert()),
      read: (reading) => interpret(reading, readNetshSslcert),
    },
    read: readRecords,
  },
  // Of the same export; netsh shows it apart from the records.
  listenList: {
    what: 'the addresses that http.sys listens on alone',
    needed: 'support',
    within: 'records',
    gather: async (reader) => readListenList(await reader.read(HTTP_PARAMETERS)),
  },
  storeMy: machineStore('MY', 'links'),
  storeWebHosting: machineStore('WebHosting', 'links'),
  storeRequest: machineStore('REQUEST', 'support'),
  storeCa: issuerStore('CA', areIssuersAsked),
  storeRoot: issuerStore('ROOT', areIssuersAsked),
  storeDisallowed: issuerStore('Disallowed', isChainSent),
  storeSystemCa: issuerStore('CA', isExpiredSent, OF_SYSTEM),
  profiles: {
    what: 'the user profiles',
    needed: 'support',
    ...file('registry/profile-list.reg', exportKey(`${WINDOWS_NT}\\ProfileList`), (bytes, { systemRoot }) =>
      readProfileList(bytes, systemRoot),
    ),
  },
  ...whichServer,
  systemEvents: {
    what: 'the System event log',
    needed: 'support',
    extent: 'everything',
    ...file('events/System.xml', querySystem(), readEvents),
  },
  securityEvents: {
    what: 'the Security event log',
    needed: 'support',
    extent: isKeySuspected,
    lack: 'nothing is said where no key is suspected; else a check says so, and is still a check',
    ask: () => [SECURITY_LOG()],
    gather: async (reader) => ({ value: interpret(await reader.read(SECURITY_LOG(reader.eventDays)), readEvents) }),
  },
  netshOptions: {
    what: 'the options of netsh http add sslcert',
    needed: 'aid',
    lasting: true,
    ...file('netsh-add-help.txt', addSslcertHelp(), readNetshOptions),
  },
  netshUpdateOptions: {
    what: 'the options of netsh http update sslcert',
    needed: 'aid',
    lasting: true,
    ...file('netsh-update-help.txt', updateSslcertHelp(), readNetshOptions),
  },
  services: {
    what: 'the services',
    needed: 'support',
    extent: 'everything',
    absence: 'answer',
    lack: 'beside the file of another service, this one is not installed',
    ask: () => WATCHED_SERVICES.map((name) => run(`registry/service-${name}.reg`, exportKey(`${SERVICES}\\${name}`))),
    read: readServices,
  },
  serviceRuns: {
    what: 'which services run',
    // Of a server that answers everybody nobody has to know it.
    needed: 'aid',
    extent: isSomebodyUnanswered,
    ask: () => RUNNING_SERVICES.map((name) => run(`services/${name}.txt`, queryService(name))),
    read: readServiceRuns,
  },
  listeners: {
    what: 'who listens at the ports',
    needed: 'aid',
    extent: isSomebodyUnanswered,
    keeps: withoutPeers,
    ...file('netstat.txt', listListeners(), readListeners),
  },
  processes: {
    what: 'the names of the processes',
    needed: 'aid',
    extent: isSomebodyUnanswered,
    ...file('tasklist.txt', listProcesses(), readProcesses),
  },
  schannel: {
    what: 'the TLS protocols that are switched on and off',
    needed: 'support',
    absence: 'answer',
    ask: () => SCHANNEL_KEYS,
    read: readSchannel,
  },
  // By value alone: the key holds the passwords of the store, encrypted.
  centralStore: {
    what: 'the central certificate store',
    needed: 'aid',
    absence: 'answer',
    files: [CENTRAL_FILES],
    ask: () => CENTRAL_STORE_VALUES,
    gather: gatherCentralStore,
  },
  // Of whole folders by the collecting script alone; where a key file lies is known when the stores and its folders are.
  acls: {
    what: 'the permissions of the key files',
    needed: 'support',
    ask: (places) => machineAclFolders(places).map(({ path, folderFile }) => run(folderFile, saveAcls(path))),
    gather: gatherAcls,
  },
  // Node asks the network cards itself, on every Windows in one language.
  addresses: {
    what: 'the addresses of this server',
    needed: 'support',
    files: [ADDRESSES],
    gather: async (reader) => ({ value: await reader.addresses() }),
  },
  // Where a user's keys lie is known when the profiles are.
  keyFiles: {
    what: 'the key files',
    needed: 'links',
    files: [KEY_FILES, KEY_FOLDERS_UNREAD],
    gather: async (reader, _requests, other) => {
      const profiles = await other('profiles');
      return { value: await reader.keyFiles(profiles.known ? profiles.value : undefined) };
    },
  },
  profileCertificates: {
    what: "the users' own certificate stores",
    needed: 'support',
    extent: 'everything',
    files: [PROFILES_NOTE, 'profiles/SID/My/*'],
    gather: gatherProfileCertificates,
  },
  // The token of this process; no file but the manifest keeps it.
  identity: {
    what: 'who collected',
    needed: 'origin',
    files: ['manifest.json'],
    gather: async (reader) => ({ value: await reader.identity() }),
  },
};

/** In the order of the table. */
export const sourceNames = Object.keys(sources) as readonly SourceName[];
