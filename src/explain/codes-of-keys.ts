// What key providers say: the NTE_ codes of winerror.h.

import type { CodeEntry } from './entry.ts';
import { aside, hresult, key } from './make-entry.ts';

/** Codes about private keys. */
export const KEYS: readonly CodeEntry[] = [
  hresult(0x80090016, 'NTE_BAD_KEYSET', 'Keyset does not exist', {
    onIis:
      'The store entry names a key container that the caller does not find. Typical of a certificate that was dragged in the certificates console: the entry came to LocalMachine\\My, the private key stayed in the key store of a user, where SYSTEM and http.sys cannot reach it.',
    todo: 'Run `iis-ssl-heal check`, then `iis-ssl-heal fix` in the session of the user who owns the key.',
    ofKey: true,
  }),
  hresult(
    0x8009000b,
    'NTE_BAD_KEY_STATE',
    'Key not valid for use in specified state.',
    key(
      'The private key is not marked as exportable, or Windows cannot decrypt it in this session: its owner was logged on without the password (an ssh key, WinRM, a task), the profile is not loaded, or the password was reset.',
      'Have its owner log on with the password, at the console or by RDP, and try again. If the key is not exportable, use the original PFX (`iis-ssl-heal fix --pfx FILE`), or have the certificate issued again.',
    ),
  ),
  hresult(
    0x8009000d,
    'NTE_NO_KEY',
    'Key does not exist.',
    key('The container is there and holds no key of the wanted kind.'),
  ),
  hresult(
    0x80090010,
    'NTE_PERM',
    'Access denied.',
    key(
      "The key file is there and its access list does not let the caller in. http.sys works as SYSTEM, which must be on it. Of a user's key it was also seen in a session that was logged on without the password, as by an ssh key.",
    ),
  ),
  hresult(
    0x80090011,
    'NTE_NOT_FOUND',
    'Object was not found.',
    aside(
      'certutil found no such certificate in the store that was asked, or no such key.',
      'Compare thumbprint and store name. `iis-ssl-heal check` lists what each endpoint names.',
    ),
  ),
  hresult(
    0x8009000f,
    'NTE_EXISTS',
    'Object already exists.',
    key('A key container of this name is there already, often one that the caller may not open.'),
  ),
  hresult(
    0x80090005,
    'NTE_BAD_DATA',
    'Bad Data.',
    key('The key file could not be decrypted: damaged, or copied from another machine.'),
  ),
  hresult(
    0x80090013,
    'NTE_BAD_PROVIDER',
    'Invalid provider specified.',
    key('The store entry names a key provider that this server does not have.'),
  ),
  hresult(
    0x80090014,
    'NTE_BAD_PROV_TYPE',
    'Invalid provider type specified.',
    aside(
      'A program that knows CryptoAPI alone met a key of a CNG provider. IIS and http.sys take such keys.',
      'If HTTPS works, look at the program that reports it. Else run `iis-ssl-heal check`.',
    ),
  ),
  hresult(
    0x80090019,
    'NTE_KEYSET_NOT_DEF',
    'The keyset is not defined.',
    key('The key provider found no key container to open.'),
  ),
  hresult(
    0x8009001a,
    'NTE_KEYSET_ENTRY_BAD',
    'Keyset as registered is invalid.',
    key(
      'The key container is there and is damaged.',
      'Import the certificate again from its PFX: `iis-ssl-heal fix --pfx FILE`.',
    ),
  ),
  hresult(0x80090020, 'NTE_FAIL', 'An internal error occurred.', key('The key provider failed without saying why.')),
  hresult(
    0x80090022,
    'NTE_SILENT_CONTEXT',
    'Provider could not perform the action because the context was acquired as silent.',
    key('The key asks a person before each use (strong protection). No service can answer, so http.sys cannot use it.'),
  ),
  hresult(
    0x80090027,
    'NTE_INVALID_PARAMETER',
    'The parameter is incorrect.',
    aside(
      'The key provider was asked for something that it does not offer.',
      'On an import: choose the Microsoft software provider.',
    ),
  ),
  hresult(
    0x80090029,
    'NTE_NOT_SUPPORTED',
    'The requested operation is not supported.',
    aside(
      'The key provider cannot do this; keys in hardware cannot be exported or imported.',
      'Use the tool of the provider.',
    ),
  ),
];
