// What is switched on and off in Schannel, from exports of its own key and of the policy for cipher suites.

import { fail, ok, type Result } from '../../model/result.ts';
import { type Schannel, TLS_PROTOCOLS } from '../../model/server/schannel.ts';
import { keyOf, readRegFile, regNumber, regString, regStrings } from './reg-file.ts';

const SCHANNEL =
  /^hkey_local_machine\\system\\(?:currentcontrolset|controlset\d{3})\\control\\securityproviders\\schannel(?=\\|$)/;

/**
 * The protocols of the server side. `Enabled` = 0 is off, any other number is on: tools write 1 and 0xffffffff alike
 * (CSS-Exchange 852). `DisabledByDefault` is another value, and switches nothing off that is asked for.
 */
export function readProtocols(bytes: Uint8Array): Result<Schannel['enabled']> {
  const file = readRegFile(bytes);
  if (!file.ok) return file;
  const root = [...file.value.keys.keys()].map((path) => SCHANNEL.exec(path)?.[0]).find((each) => each !== undefined);
  if (root === undefined) return fail('not an export of SecurityProviders\\SCHANNEL');
  const { keys } = file.value;
  return ok(
    new Map(
      TLS_PROTOCOLS.flatMap((protocol) => {
        const key = keys.get(`${root}\\protocols\\${protocol.toLowerCase()}\\server`);
        // What another type means to Schannel is not known: then the default counts.
        const enabled = regNumber(key?.values.get('enabled'));
        return enabled === undefined ? [] : [[protocol, enabled !== 0] as const];
      }),
    ),
  );
}

const SUITES = keyOf('HKLM\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002');

/** The suites that a policy allows alone, written as lines or with commas between them; undefined where it names none. */
export function readSuitePolicy(bytes: Uint8Array): Result<Schannel['suites']> {
  const file = readRegFile(bytes);
  if (!file.ok) return file;
  const key = file.value.keys.get(SUITES);
  if (key === undefined) return fail('not an export of the policy for cipher suites');
  const functions = key.values.get('functions');
  const written = regStrings(functions) ?? [regString(functions) ?? ''];
  const suites = written.flatMap((text) => text.split(',')).map((text) => text.trim());
  const named = suites.filter((suite) => suite !== '');
  return ok(named.length === 0 ? undefined : named);
}
