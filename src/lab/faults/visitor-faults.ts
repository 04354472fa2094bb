// Faults that only a visitor meets: everything stands where it belongs, and somebody gets the wrong certificate.

import { readStore } from '../certificates/store.ts';
import { withRequiredCertificates } from '../config/access-flags.ts';
import { CONFIG_PATH, decodedConfig, placeOf } from '../config/applied-config.ts';
import { isWildcard, ownAddresses } from '../http/addresses.ts';
import { setCentralStore } from '../http/central-store.ts';
import { removeRecord } from '../http/http-api.ts';
import { isCentral, type LabRecord, plainRecord, putRecord, readRecord, readRecords } from '../http/http-sys.ts';
import { placesOf, sitesOf } from '../http/sites.ts';
import { dropCredential } from '../keys/credentials.ts';
import { setSite } from '../programs/appcmd/appcmd-site.ts';
import { textValue } from '../registry/registry-values.ts';
import type { LabServer } from '../server.ts';
import { findService, setRunning } from '../services/services.ts';
import { LabFaultError } from './lab-fault-error.ts';

const REJECT = 0x8;

/** The record of the last site with a host name names another record's certificate. */
export function bindWrongName(server: LabServer): void {
  const record = placesOf(sitesOf(server))
    .toReversed()
    .filter(({ host }) => host !== '')
    .flatMap(({ table, endpoint }) => readRecord(server, table, endpoint) ?? [])
    .find((each) => !isCentral(each));
  const other = record && otherCertificate(server, record);
  if (record === undefined || other === undefined)
    throw new LabFaultError('No site with a host name has a record that could name the certificate of another one.');
  dropCredential(server, record);
  putRecord(server, { ...record, thumbprint: other.thumbprint, store: other.store });
}

/** A record that no site has, at an address of the server: it answers there for every site of that port. */
export function shadowRecord(server: LabServer): void {
  const places = placesOf(sitesOf(server)).toReversed();
  const record = places.flatMap(({ table, endpoint }) => readRecord(server, table, endpoint) ?? [])[0];
  const other = record && otherCertificate(server, record);
  const port = record?.endpoint.split(':').at(-1);
  const free = ownAddresses(server)
    .filter((ip) => !/^(127\.|::1$)/.test(ip) && !ip.includes(':'))
    .map((ip) => `${ip}:${port}`)
    .find((endpoint) => readRecord(server, 'ip', endpoint) === undefined);
  const shadowed = places.some(({ ip, endpoint }) => isWildcard(ip) && endpoint === record?.endpoint);
  if (!shadowed || other === undefined || free === undefined)
    throw new LabFaultError(
      'The last https site answers at no address where a record of another certificate could hide it.',
    );
  putRecord(server, plainRecord('ip', free, other.thumbprint, other.store));
}

/** The record of the last https site that has one gets the flag with which http.sys ends every connection there. */
export function turnAway(server: LabServer): void {
  const record = placesOf(sitesOf(server))
    .toReversed()
    .flatMap(({ table, endpoint }) => readRecord(server, table, endpoint) ?? [])[0];
  if (record === undefined) throw new LabFaultError('No https binding has a record that could turn visitors away.');
  putRecord(server, { ...record, flags: record.flags | REJECT });
}

/** Somebody has stopped W3SVC, or it did not come up: it starts by itself with the next boot only. */
export function stopWebService(server: LabServer): void {
  const service = findService(server, 'W3SVC');
  if (service === undefined || placesOf(sitesOf(server)).length === 0)
    throw new LabFaultError('No site has an https binding that a service could leave unserved.');
  setRunning(server, service.name, false);
}

/** That of another record, else any in the store: another fault may have left all records with one. */
function otherCertificate(server: LabServer, record: LabRecord): Pick<LabRecord, 'thumbprint' | 'store'> | undefined {
  const inStore = (readStore(server, 'MY') ?? []).map(({ thumbprint }) => ({ thumbprint, store: 'MY' }));
  const all = [...readRecords(server), ...inStore];
  return all.find(({ thumbprint }) => thumbprint !== '' && thumbprint !== record.thumbprint);
}

/**
 * The configuration came from a server with a central certificate store: the last site with a host name takes its certificate
 * from there, and here the store was set up and never switched on.
 */
export function bindToCentralStore(server: LabServer): void {
  const bytes = server.disk.read(CONFIG_PATH) ?? Buffer.alloc(0);
  const { text, encode } = decodedConfig(bytes);
  const found = sitesOf(server)
    .toReversed()
    .flatMap(({ name, bindings }) => bindings.map((binding) => ({ name, binding, place: placeOf(binding) })))
    .find(({ place }) => place?.table === 'sni' && readRecord(server, 'sni', place.endpoint) !== undefined);
  const { information = '' } = found?.binding ?? {};
  const option = `bindings.[protocol='https',bindingInformation='${information}'].sslFlags:3`;
  const edited = found && setSite(text, { identifier: found.name, options: [option] }).text;
  if (found?.place === undefined || edited === undefined)
    throw new LabFaultError('No site has an https binding by host name with a record of its own.');
  server.disk.write(CONFIG_PATH, encode(edited));
  removeRecord(server, 'sni', found.place.endpoint);
  setCentralStore(server, false);
}

/**
 * The server is upgraded in place to Windows Server 2022, and the last site whose record asks for nothing in the handshake
 * requires client certificates: no page of it comes about over TLS 1.3.
 */
export function askLate(server: LabServer): void {
  const site = sitesOf(server)
    .toReversed()
    .find((each) => {
      const records = placesOf([each]).flatMap(({ table, endpoint }) => readRecord(server, table, endpoint) ?? []);
      return records.some(({ flags }) => (flags & ASKS_OR_NO_TLS13) === 0);
    });
  if (site === undefined || /["&<]/.test(site.name))
    throw new LabFaultError('No https site has a record that leaves client certificates to IIS.');
  const bytes = server.disk.read(CONFIG_PATH) ?? Buffer.alloc(0);
  const { text, encode } = decodedConfig(bytes);
  server.disk.write(CONFIG_PATH, encode(withRequiredCertificates(text, site.name)));
  if (server.facts.osBuild < SERVER_2022) upgrade(server, SERVER_2022);
}

/** clientcertnegotiation, disabletls13. */
const ASKS_OR_NO_TLS13 = 0x2 | 0x40;

const SERVER_2022 = 20348;

function upgrade(server: LabServer, build: number): void {
  server.facts.osBuild = build;
  const version = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
  for (const name of ['CurrentBuild', 'CurrentBuildNumber'])
    server.registry.setValue(version, name, textValue(String(build)));
}
