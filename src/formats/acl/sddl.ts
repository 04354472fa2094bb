// Security descriptors as text ("Security Descriptor String Format", Microsoft): the owner and the DACL.

import { fail, ok, type Result } from '../../model/result.ts';

/** One entry of a DACL. */
export interface Ace {
  /** `A` allows, `D` denies; object and conditional kinds (`OA`, `XD`, ...) as written. */
  readonly type: string;
  /** Letter pairs as written, for example `OICI` or `ID`. */
  readonly flags: string;
  /** Access mask as written, generic bits not yet mapped. */
  readonly rights: number;
  /** `S-1-...`; an alias that needs a domain to resolve stays as it is (`DA`). */
  readonly sid: string;
}

/** A descriptor. `unprotected`: it has a null DACL, which lets everyone do everything. */
export interface Sddl {
  /** '' when the text names none: icacls saves the DACL alone. */
  readonly owner: string;
  readonly aces: readonly Ace[];
  readonly unprotected: boolean;
}

/** "SID Strings": those that mean the same on every machine. */
const SIDS: Readonly<Record<string, string>> = {
  AC: 'S-1-15-2-1',
  AN: 'S-1-5-7',
  AO: 'S-1-5-32-548',
  AU: 'S-1-5-11',
  BA: 'S-1-5-32-544',
  BG: 'S-1-5-32-546',
  BO: 'S-1-5-32-551',
  BU: 'S-1-5-32-545',
  CG: 'S-1-3-1',
  CO: 'S-1-3-0',
  IU: 'S-1-5-4',
  LS: 'S-1-5-19',
  NS: 'S-1-5-20',
  NU: 'S-1-5-2',
  OW: 'S-1-3-4',
  PS: 'S-1-5-10',
  PU: 'S-1-5-32-547',
  RC: 'S-1-5-12',
  RD: 'S-1-5-32-555',
  SO: 'S-1-5-32-549',
  SU: 'S-1-5-6',
  SY: 'S-1-5-18',
  WD: 'S-1-1-0',
  WR: 'S-1-5-33',
};

/** "ACE Strings", rights. The letters of directory objects are the low bits, which files use too. */
const RIGHTS: Readonly<Record<string, number>> = {
  GA: 0x10000000,
  GX: 0x20000000,
  GW: 0x40000000,
  GR: 0x80000000,
  RC: 0x20000,
  SD: 0x10000,
  WD: 0x40000,
  WO: 0x80000,
  CC: 0x1,
  DC: 0x2,
  LC: 0x4,
  SW: 0x8,
  RP: 0x10,
  WP: 0x20,
  DT: 0x40,
  LO: 0x80,
  CR: 0x100,
  FA: 0x1f01ff,
  FR: 0x120089,
  FW: 0x120116,
  FX: 0x1200a0,
  KA: 0xf003f,
  KR: 0x20019,
  KW: 0x20006,
  KX: 0x20019,
};

/** Reads a descriptor; the SACL is passed over. */
export function readSddl(text: string): Result<Sddl> {
  const head = /^\s*(?:O:(S-1-[0-9A-Fx-]+|[A-Z]{2}))?(?:G:(?:S-1-[0-9A-Fx-]+|[A-Z]{2}))?D:([A-Z_]*)/i.exec(text);
  if (head === null) return fail('no owner and DACL in it');
  const aces: Ace[] = [];
  let at = head[0].length;
  while (text[at] === '(') {
    const end = closingParenthesis(text, at);
    const ace = end === undefined ? undefined : readAce(text.slice(at + 1, end));
    if (end === undefined || ace === undefined) return fail(`the entry at character ${at + 1} is malformed`);
    aces.push(ace);
    at = end + 1;
  }
  if (!/^\s*(?:S:|$)/i.test(text.slice(at, at + 80))) return fail(`something unexpected at character ${at + 1}`);
  return ok({ owner: sidOf(head[1] ?? ''), aces, unprotected: /NO_ACCESS_CONTROL/i.test(head[2] ?? '') });
}

/** A denial; every other entry of a DACL gives rights, some under a condition. */
export const isDenial = ({ type }: Ace): boolean => /^(?:D|OD|XD)$/.test(type);

/** True for an entry that is only handed down to what lies below. */
export const isInheritOnly = ({ flags }: Ace): boolean => /^(?:..)*IO/.test(flags);

/** Conditional entries hold parentheses of their own, and text in quotes that may hold any. */
function closingParenthesis(text: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '"') at = text.indexOf('"', at + 1);
    if (at < 0) return undefined;
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at;
  }
  return undefined;
}

function readAce(text: string): Ace | undefined {
  const [type = '', flags = '', rights = '', , , sid = ''] = text.split(';');
  const mask = maskOf(rights);
  if (!/^[A-Z]{1,2}$/i.test(type) || !/^(?:[A-Z]{2})*$/i.test(flags) || mask === undefined) return undefined;
  if (!/^(?:S-1-[0-9A-Fx-]+|[A-Z]{2})$/i.test(sid)) return undefined;
  return { type: type.toUpperCase(), flags: flags.toUpperCase(), rights: mask, sid: sidOf(sid) };
}

function maskOf(rights: string): number | undefined {
  if (/^0x[0-9a-f]{1,8}$/i.test(rights)) return Number.parseInt(rights, 16);
  if (/^[0-9]{1,10}$/.test(rights)) return Number(rights) >>> 0;
  if (!/^(?:[A-Z]{2})*$/i.test(rights)) return undefined;
  let mask = 0;
  for (const letters of rights.toUpperCase().match(/../g) ?? []) {
    const bits = RIGHTS[letters];
    if (bits === undefined) return undefined;
    mask |= bits;
  }
  return mask >>> 0;
}

const sidOf = (text: string): string => SIDS[text.toUpperCase()] ?? text.toUpperCase();
