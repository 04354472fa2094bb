// The settings of one block of `netsh http show sslcert`: the lines from the store name on, which have no shape of their
// own and are told apart by their place. Newer versions only append lines.

import type { SslRecord } from '../../model/server/ssl-record.ts';

type Settings = Omit<SslRecord, 'endpoint' | 'thumbprint' | 'appId'>;

/** `Set` and `Not Set` are written for the newer switches. None of the four words is translated. */
const STATE = /(?:^|[\s:])(Enabled|Disabled|Not Set|Set)$/;

/** Places of the lines that every version has, counted from the store name. */
const CACHED_ONLY = 2;
const USAGE_CHECK = 3;
const FRESHNESS = 4;
const URL_TIMEOUT = 5;
const CTL_IDENTIFIER = 6;
const CTL_STORE = 7;
const DS_MAPPER = 8;
const NEGOTIATE = 9;
const REJECT = 10;
const FIRST_SWITCH = 11;

/** Switches whose label keeps a technical word in every language. Builds differ in the places of all of them. */
const NAMED_SWITCHES: readonly { readonly word: RegExp; readonly bit: number }[] = [
  { word: /HTTP\/?2/i, bit: 0x10 },
  { word: /QUIC/i, bit: 0x20 },
  { word: /TLS ?1\.2/i, bit: 0x1000 },
  { word: /TLS ?1\.3/i, bit: 0x40 },
  { word: /OCSP/i, bit: 0x80 },
];

/** Reads the lines from the store name on; what they leave open is named in `notUnderstood`. */
export function readNetshSettings(lines: readonly string[]): Settings {
  const notUnderstood: string[] = [];
  const end = lines.findIndex((line, index) => index > NEGOTIATE && (/PropertyId/.test(line) || /:$/.test(line)));
  const own = end < 0 ? lines : lines.slice(0, end);
  if (own.length <= NEGOTIATE) notUnderstood.push('settings: the text ends before the last of them');
  const at = (index: number): string | undefined => own[index];
  const isOn = (index: number): boolean | undefined => {
    const line = at(index);
    const state = line === undefined ? undefined : stateOf(line);
    if (line !== undefined && state === undefined) notUnderstood.push(`setting: ${shown(line)}`);
    return state;
  };
  const freshnessTime = numberOf(at(FRESHNESS), notUnderstood);
  const checks = [
    isOn(1) === false ? 0x1 : 0,
    isOn(CACHED_ONLY) === true ? 0x2 : 0,
    // The text does not show this bit; http.sys uses the time only with it.
    freshnessTime !== 0 ? 0x4 : 0,
    isOn(USAGE_CHECK) === false ? 0x10000 : 0,
  ];
  const flags = [isOn(DS_MAPPER) ? 0x1 : 0, isOn(NEGOTIATE) ? 0x2 : 0, isOn(REJECT) ? 0x8 : 0];
  return {
    store: textOf(at(0), notUnderstood),
    checkMode: checks.reduce((all, bit) => all | bit, 0),
    freshnessTime,
    urlTimeout: numberOf(at(URL_TIMEOUT), notUnderstood),
    ctlIdentifier: textOf(at(CTL_IDENTIFIER), notUnderstood),
    ctlStore: textOf(at(CTL_STORE), notUnderstood),
    flags: flags.reduce((all, bit) => all | bit, switchesOf(own.slice(FIRST_SWITCH), notUnderstood)),
    notUnderstood: [...notUnderstood, ...(end < 0 ? [] : changedExtended(lines.slice(end)))],
  };
}

/** The numbers of the extended properties 0 and 1 where nobody has set them: receive window, settings per frame and per minute. */
const EXTENDED_DEFAULTS: ReadonlySet<string> = new Set(['1048576', '2796202', '4294967295']);

/** Those that have another number, each as a value of a strange name: `extended property Receive Window 65536`. */
export function changedExtended(lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => !/PropertyId|:$/.test(line))
    .filter((line) => !EXTENDED_DEFAULTS.has(/(\d+)$/.exec(line.slice(-40))?.[1] ?? ''))
    .map((line) => `extended property ${shown(line).replace(/ ?: ?/g, ' ')}`);
}

/** The bits of the switches that are set. One that is set and has no technical word in its label is noted. */
function switchesOf(lines: readonly string[], notUnderstood: string[]): number {
  let bits = 0;
  for (const line of lines) {
    if (stateOf(line) === false) continue;
    const bit = NAMED_SWITCHES.find(({ word }) => word.test(line))?.bit;
    if (bit === undefined || stateOf(line) === undefined) notUnderstood.push(`setting: ${shown(line)}`);
    else bits |= bit;
  }
  return bits;
}

function stateOf(line: string): boolean | undefined {
  const word = STATE.exec(line.slice(-40))?.[1];
  return word === undefined ? undefined : word === 'Enabled' || word === 'Set';
}

function numberOf(line: string | undefined, notUnderstood: string[]): number {
  if (line === undefined) return 0;
  const digits = /(?:^|[\s:])(\d{1,10})$/.exec(line.slice(-40))?.[1];
  if (digits === undefined || Number(digits) > 0xffffffff) notUnderstood.push(`setting: ${shown(line)}`);
  return digits === undefined ? 0 : Number(digits);
}

/** The text after the last colon; `(null)` is none. French writes a second colon into a label. */
function textOf(line: string | undefined, notUnderstood: string[]): string {
  const text = (line ?? '').slice((line ?? '').lastIndexOf(':') + 1).trim();
  if (/[^ -~]|\?/.test(text)) notUnderstood.push(`setting: ${shown(line ?? '')}, letters that the code page lost`);
  return text === '(null)' ? '' : text;
}

const shown = (line: string): string => line.trim().replace(/\s+/g, ' ').slice(0, 100);
