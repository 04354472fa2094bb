// The probe of the central certificate store: three values of a key that holds encrypted passwords too, so it is never exported;
// and the names of the files, where a binding wants one.

import { readRegNumber, readRegString } from '../../formats/registry/reg-query.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import type { CentralStore } from '../../model/server/central-store.ts';
import { httpsBindings } from '../../model/server/iis-config.ts';
import { andThen, type Known, known, type Source, unknown } from '../../model/server/known.ts';
import { CENTRAL_STORE_FLAG } from '../../model/server/ssl-record.ts';
import { queryValue } from '../../windows-commands/reg.ts';
import type { EvidenceReader } from '../readers/evidence-reader.ts';
import { interpret, type Reading, type Request } from '../readers/reading.ts';
import { run, runWhereListed } from './asking.ts';
import type { Other, Read } from './source.ts';

const MICROSOFT = 'HKLM\\SOFTWARE\\Microsoft';
const KEY = `${MICROSOFT}\\IIS\\CentralCertProvider`;

/** Whether, where, and as whom. */
export const CENTRAL_STORE_VALUES = [
  runWhereListed('central-store/enabled.txt', queryValue(KEY, 'Enabled'), MICROSOFT),
  run('central-store/location.txt', queryValue(KEY, 'CertStoreLocation')),
  run('central-store/user-name.txt', queryValue(KEY, 'UserName')),
];

/** A key that is not there is one of a server on which the store was never set up. */
export async function gatherCentralStore(
  reader: EvidenceReader,
  requests: readonly Request[],
  other: Other,
): Promise<Read<Known<CentralStore>>> {
  const [whether, ...which] = requests;
  const on = isEnabled(whether && (await reader.read(whether)));
  // Most servers have none: they are asked one question in place of three.
  if (on.known && !on.value) return { value: known({ enabled: false, files: notAsked(on.source) }, on.source) };
  const [location, userName] = await Promise.all(which.map((request) => reader.read(request)));
  const path = interpret(location, (bytes) => text(bytes, 'CertStoreLocation'));
  const user = interpret(userName, (bytes) => text(bytes, 'UserName'));
  const told = { ...(path.known && { location: path.value }), ...(user.known && { userName: user.value }) };
  const isWanted = await hasCentralBinding(other);
  const files = isWanted && path.known ? await reader.centralFiles(path.value) : notAsked(on.source);
  const damaged = [path, user, files].find((each) => !each.known && each.broken);
  if (damaged?.known === false) return { value: damaged };
  return { value: andThen(on, (enabled, source) => known({ enabled, ...told, files }, source)) };
}

const notAsked = (source: Source): Known<ReadonlySet<string>> =>
  unknown('the files of the central certificate store were not asked for', source);

function isEnabled(reading: Reading | undefined): Known<boolean> {
  if (reading?.result === 'absent' && reading.source.kind === 'command') return known(false, reading.source);
  return interpret(reading, (bytes) => {
    const value = readRegNumber(bytes, 'Enabled');
    return value === undefined ? fail('no number Enabled in it') : ok(value === 1);
  });
}

function text(bytes: Uint8Array, name: string): Result<string> {
  const value = readRegString(bytes, name);
  return value === undefined ? fail(`no ${name} in it`) : ok(value);
}

/** A share may be far away, and nobody asks for it in vain. */
async function hasCentralBinding(other: Other): Promise<boolean> {
  const config = await other('config');
  const sites = config.known ? config.value.sites : [];
  return sites.flatMap(httpsBindings).some(({ sslFlags }) => (sslFlags & CENTRAL_STORE_FLAG) !== 0);
}
