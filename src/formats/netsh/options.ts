// What `netsh http add sslcert` accepts on this host, from its usage text: option names are not translated.

import { fail, ok, type Result } from '../../model/result.ts';
import { consoleText } from '../console/console-text.ts';

/**
 * Option names in lower case, from lines such as `[certhash=<string>]` or `[reject=enable|disable]`, and from
 * `[certhash=]string` as the documentation of older systems has it. Every netsh that adds or updates knows certhash and
 * appid: where neither is named, it is no usage text that was read.
 */
export function readNetshOptions(bytes: Uint8Array): Result<ReadonlySet<string>> {
  const matches = consoleText(bytes).matchAll(/(?<=^|[\s[|])([a-z][a-z0-9]{1,60})=(?=<|enable\b|\])/gim);
  const options = new Set(Array.from(matches, ([, name = '']) => name.toLowerCase()));
  return options.has('certhash') || options.has('appid') ? ok(options) : fail('no options of netsh in it');
}
