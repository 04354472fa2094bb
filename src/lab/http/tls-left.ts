// Which versions of TLS are left to speak: what the server's switches, the policy for cipher suites, the flags of the record
// and the build of Windows leave. Switches count at once here; on a real server many wait for a reboot.

import { constants, type KeyObject } from 'node:crypto';
import { findValue, numberOf } from '../registry/registry-values.ts';
import type { LabServer } from '../server.ts';
import type { LabRecord } from './http-sys.ts';

const SWITCHES = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols';
const POLICY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002';

/** Windows Server 2022 is the first that speaks TLS 1.3. */
const FIRST_TLS13_BUILD = 20348;

/** With the bit of a record's flags that switches it off there, and what tells OpenSSL not to speak it. */
const VERSIONS = [
  { name: 'TLS 1.0', flag: 0x400, never: constants.SSL_OP_NO_TLSv1 },
  { name: 'TLS 1.1', flag: 0x400, never: constants.SSL_OP_NO_TLSv1_1 },
  { name: 'TLS 1.2', flag: 0x1000, never: constants.SSL_OP_NO_TLSv1_2 },
  { name: 'TLS 1.3', flag: 0x40, never: constants.SSL_OP_NO_TLSv1_3 },
];

/** OpenSSL's options that leave just those versions; undefined: there is none that a client could come with. */
export function tlsLeft(server: LabServer, { flags }: LabRecord, key: KeyObject): number | undefined {
  const suites = policySuites(server);
  const gone = VERSIONS.filter(
    ({ name, flag }) =>
      (flags & flag) !== 0 ||
      isOff(server, name) ||
      (name === 'TLS 1.3' && server.facts.osBuild < FIRST_TLS13_BUILD) ||
      (suites !== undefined && !suites.some((suite) => isFor(suite, name, key))),
  );
  return gone.length === VERSIONS.length ? undefined : gone.reduce((options, { never }) => options | never, 0);
}

function isOff(server: LabServer, name: string): boolean {
  const value = findValue(server.registry, `${SWITCHES}\\${name}\\Server`, 'Enabled');
  return value !== undefined && numberOf(value) === 0;
}

function policySuites(server: LabServer): readonly string[] | undefined {
  const value = findValue(server.registry, POLICY, 'Functions');
  return value?.data.toString('utf16le').split(/[,\0]/).filter(Boolean);
}

/** TLS 1.3 has suites of its own, for every key; the others name the kind of key that signs. */
function isFor(suite: string, version: string, { asymmetricKeyType }: KeyObject): boolean {
  const isOf13 = /^TLS_(?:AES|CHACHA20)_/.test(suite);
  if (version === 'TLS 1.3' || isOf13) return version === 'TLS 1.3' && isOf13;
  return suite.includes('_ECDSA_') === (asymmetricKeyType === 'ec');
}
