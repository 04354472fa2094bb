// The INF by which certutil -repairstore sets a key link, word for word as it says (certutil, "-repairstore"): there is no
// other way to give a link that certutil does not find by itself.

import type { KeyProvider } from '../../model/server/certificate.ts';

/** A name without what means something in an INF, or in the list of its parts. */
const NAME = /^[\w .{}():/-]{1,250}$/;

const MACHINE_KEYSET = 32;

/** ASCII, CRLF; undefined for a name that an INF cannot say for certain. */
export function keyLinkInf({ container, provider, type, keySpec }: KeyProvider): string | undefined {
  if (!NAME.test(container) || !NAME.test(provider)) return undefined;
  const parts = [`Container=${container}&`, `Provider=${provider}&`, `ProviderType=${type}&`];
  const more = [...parts, `Flags=${MACHINE_KEYSET}&`, `KeySpec=${keySpec}`].map((part) => `    _continue_ = "${part}"`);
  return ['[Properties]', '2 = "{text}"', ...more, ''].join('\r\n');
}

const INF =
  /^\[Properties\]\r\n2 = "\{text\}"\r\n(?: {4}_continue_ = "(?:Container|Provider|ProviderType|Flags|KeySpec)=[\w .{}():/-]{1,250}&?"\r\n){5}$/;

/** Whether a text is such an INF. */
export const isKeyLinkInf = (text: string): boolean => INF.test(text);
