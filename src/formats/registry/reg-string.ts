// One string value, from `reg query KEY /v NAME`.

import { consoleText } from '../console/console-text.ts';

/** The text as it stands there, variables and all; undefined where no such string is printed. */
export function readRegString(bytes: Uint8Array, name: string): string | undefined {
  const line = /^[ \t]+(\S+)[ \t]+REG_(?:EXPAND_)?SZ[ \t]+(\S.*?)\s*$/gm;
  const found = [...consoleText(bytes).matchAll(line)].find((each) => each[1]?.toLowerCase() === name.toLowerCase());
  return found?.[2];
}
