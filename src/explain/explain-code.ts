// `explain`: a code or event as people meet it, taken apart and put into words.

import { CODES } from './codes.ts';
import type { CodeEntry, EventEntry, WordEntry } from './entry.ts';
import { EVENTS } from './events.ts';
import { HRESULT_FACILITIES, NTSTATUS_FACILITIES } from './facilities.ts';
import { WORDS } from './words.ts';

/** A code taken apart. `entry` is absent for one that we have no name for. */
export interface CodeExplanation {
  readonly kind: 'code';
  readonly form: 'HRESULT' | 'NTSTATUS';
  /** Unsigned 32 bits. */
  readonly value: number;
  readonly severity: { readonly number: number; readonly name: string };
  /** Without a name where we know none. */
  readonly facility: { readonly number: number; readonly name: string | undefined };
  /** The low 16 bits; for FACILITY_WIN32 the Win32 error. */
  readonly code: number;
  readonly entry: CodeEntry | undefined;
}

/** An event of the event log. */
export interface EventExplanation {
  readonly kind: 'event';
  readonly entry: EventEntry;
}

/** What a browser or another client says, or another word. */
export interface WordExplanation {
  readonly kind: 'word';
  readonly entry: WordEntry;
}

export type Explanation = CodeExplanation | EventExplanation | WordExplanation;

/**
 * Explains `0x80090016`, `80090016`, `-2146893802`, `2148073494`, `NTE_BAD_KEYSET`, `36870`, `1312` and their like.
 * A small decimal number is an event or a Win32 error that we know, a large one a whole code; a client's word is known with
 * `NET::` in front as without it; undefined for other text.
 */
export function explainCode(text: string): Explanation | undefined {
  const trimmed = text.trim();
  const named = CODES.find(({ name, also }) => [name, also].includes(trimmed.toUpperCase()));
  if (named !== undefined) return takeApart(named.value);
  const bare = trimmed.toUpperCase().replace(/^NET::/, '');
  const said = WORDS.find(({ names }) => names.includes(bare));
  if (said !== undefined) return { kind: 'word', entry: said };
  if (/^0x[0-9a-f]{1,8}$/i.test(trimmed)) return explainNumber(Number(trimmed));
  if (/^[0-9a-f]{8}$/i.test(trimmed)) return explainNumber(Number.parseInt(trimmed, 16));
  if (!/^-?\d{1,10}$/.test(trimmed)) return undefined;
  const decimal = Number(trimmed);
  if (decimal >= 0 && decimal <= 0xffff) return explainSmall(decimal);
  const isCode = (decimal >= 0x40000000 && decimal <= 0xffffffff) || (decimal >= -0x80000000 && decimal <= -0x10000);
  return isCode ? takeApart(decimal >>> 0) : undefined;
}

/** Events before Win32 errors: the few numbers that are both are asked for as events. */
function explainSmall(decimal: number): Explanation | undefined {
  const event = EVENTS.find(({ id }) => id === decimal);
  if (event !== undefined) return { kind: 'event', entry: event };
  const isKnown = CODES.some(({ value }) => value === fromWin32(decimal));
  return isKnown ? takeApart(fromWin32(decimal)) : undefined;
}

/** Hex: 0x520 is the Win32 error itself. */
function explainNumber(value: number): Explanation {
  return takeApart(value > 0 && value <= 0xffff ? fromWin32(value) : value);
}

/** HRESULT_FROM_WIN32. */
const fromWin32 = (code: number): number => 0x80070000 + code;

/**
 * The fields of a 32-bit code. An HRESULT keeps bit 30 clear, an NTSTATUS that matters sets it; 0xD... is an NTSTATUS
 * in the dress of an HRESULT (HRESULT_FROM_NT).
 */
function takeApart(value: number): CodeExplanation {
  const isNtstatus = (value & 0x40000000) !== 0;
  const bare = isNtstatus ? (value & ~0x10000000) >>> 0 : value;
  const facility = (bare >>> 16) & (isNtstatus ? 0xfff : 0x7ff);
  const severity = isNtstatus ? bare >>> 30 : bare >>> 31;
  const names = isNtstatus ? ['success', 'informational', 'warning', 'error'] : ['success', 'error'];
  return {
    kind: 'code',
    form: isNtstatus ? 'NTSTATUS' : 'HRESULT',
    value,
    severity: { number: severity, name: names[severity] ?? '' },
    facility: { number: facility, name: (isNtstatus ? NTSTATUS_FACILITIES : HRESULT_FACILITIES)[facility] },
    code: bare & 0xffff,
    entry: CODES.find((entry) => entry.value === bare),
  };
}
