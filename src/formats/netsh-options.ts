// What `netsh http add sslcert` accepts on this host, from its usage text: option names are not translated.

import { consoleText } from './console-text.ts';

/** Option names in lower case, from lines such as `[certhash=<string>]` or `[reject=enable|disable]`. */
export function readNetshOptions(bytes: Uint8Array): ReadonlySet<string> {
  const matches = consoleText(bytes).matchAll(/(?<=^|[\s[|])([a-z][a-z0-9]{1,60})=(?=<|enable\b)/gim);
  return new Set(Array.from(matches, ([, name = '']) => name.toLowerCase()));
}
