// The IP addresses of a server: a list of ours, or what ipconfig prints, in any language.

import { fail, ok, type Result } from '../../model/result.ts';
import { canonicalIp } from '../http-sys/endpoint.ts';
import { consoleText } from './console-text.ts';

/** Every address in the text, found by its shape. ipconfig also names gateways and masks, which no binding has. */
export function readAddresses(bytes: Uint8Array): Result<readonly string[]> {
  const words = consoleText(bytes).match(/[0-9a-f:.]{2,}(?:%[0-9a-z]+)?/gi) ?? [];
  const found = words.filter((word) => /\d+\.\d+\.\d+\.\d+|::|(?:[0-9a-f]*:){7}/i.test(word)).map(canonicalIp);
  const addresses = [...new Set(found.filter((address) => address !== undefined))];
  return addresses.length > 0 ? ok(addresses) : fail('no IP address in it');
}
