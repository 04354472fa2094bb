// How a password becomes a key in a PFX: two ways of writing it down, and two derivations.

import { hash, pbkdf2 } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { PfxError } from './error.ts';

/** The same password as the two derivations want it: UTF-16 big endian with a NUL (RFC 7292), and UTF-8 (PBES2). */
export interface PasswordForm {
  readonly wide: Buffer;
  readonly utf8: Buffer;
}

/**
 * The ways in which programs have written this password down. An empty one is either nothing at all or a NUL alone; old
 * OpenSSL widened each byte of a UTF-8 password by itself.
 */
export function passwordForms(password: string): readonly PasswordForm[] {
  const utf8 = Buffer.from(password, 'utf8');
  const forms = [{ wide: widen(password), utf8 }];
  if (password === '') forms.push({ wide: Buffer.alloc(0), utf8 });
  if (utf8.length !== password.length) forms.push({ wide: widen(utf8.toString('latin1')), utf8 });
  return forms;
}

function widen(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le').swap16();
}

/** Derivation rounds that one file may cost. OpenSSL's usual most is 600,000. */
const MOST_ROUNDS = 5_000_000;
/** From here on a person should know that something is being done. */
const SLOW_ROUNDS = 200_000;

/** Counts the derivation rounds of one file; spending too many ends in `unsupported`. */
export class Rounds {
  #spent = 0;
  #toldSlow = false;
  readonly #slow: () => void;

  /** `slow` is called once, before many rounds begin. */
  constructor(slow: () => void) {
    this.#slow = slow;
  }

  /** Takes `count` rounds, `each` times; the file decides how many it asks for, so it may be hostile. */
  spend(count: number, each = 1): void {
    if (count < 1 || count * each > MOST_ROUNDS - this.#spent) throw new PfxError('unsupported', absurd(count));
    this.#spent += count * each;
    if (this.#spent < SLOW_ROUNDS || this.#toldSlow) return;
    this.#toldSlow = true;
    this.#slow();
  }
}

function absurd(count: number): string {
  const many = count > Number.MAX_SAFE_INTEGER ? 'more rounds than can be counted' : `${shown(count)} rounds`;
  const why = `it asks for ${many} to check its password, where 1 to ${shown(MOST_ROUNDS)} are done here`;
  return `${why}: export it again, and leave the number of rounds to the program`;
}

const shown = (count: number): string => count.toLocaleString('en-US');

/** Digests that a PFX may use, with their block size in bytes. */
const BLOCK_SIZE: Readonly<Record<string, number>> = { sha1: 64, sha256: 64, sha384: 128, sha512: 128 };

/** What a derived key is for (RFC 7292, B.3). */
export const PURPOSE = { key: 1, iv: 2, mac: 3 } as const;

/**
 * The derivation of RFC 7292, appendix B.2. Node has none of its own; it yields now and then, so that 600,000 rounds
 * freeze nothing.
 */
export async function deriveLegacy(
  digest: string,
  wide: Buffer,
  salt: Buffer,
  purpose: number,
  rounds: number,
  length: number,
): Promise<Buffer> {
  const block = BLOCK_SIZE[digest] ?? 64;
  const input = Buffer.concat([fill(salt, block), fill(wide, block)]);
  const pieces: Buffer[] = [];
  for (let have = 0; have < length; ) {
    const piece = await digestRounds(digest, Buffer.concat([Buffer.alloc(block, purpose), input]), rounds);
    pieces.push(piece);
    have += piece.length;
    addToEachBlock(input, fill(piece, block).subarray(0, block), block);
  }
  return Buffer.concat(pieces).subarray(0, length);
}

/** `bytes` repeated up to the next multiple of the block size. */
function fill(bytes: Buffer, block: number): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes.length > 0 ? bytes : 0);
}

async function digestRounds(digest: string, first: Buffer, rounds: number): Promise<Buffer> {
  let value = hash(digest, first, 'buffer');
  for (let round = 1; round < rounds; round++) {
    value = hash(digest, value, 'buffer');
    if (round % 5000 === 0) await setImmediate();
  }
  return value;
}

/** I = I + B + 1 for each block of I, as big-endian numbers without the last carry. */
function addToEachBlock(input: Buffer, piece: Buffer, block: number): void {
  for (let start = 0; start < input.length; start += block) {
    let carry = 1;
    for (let at = block - 1; at >= 0; at--) {
      const sum = (input[start + at] ?? 0) + (piece[at] ?? 0) + carry;
      input[start + at] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}

/** PBKDF2 on a thread of its own. */
export const derivePbkdf2: (
  password: Buffer,
  salt: Buffer,
  rounds: number,
  length: number,
  digest: string,
) => Promise<Buffer> = promisify(pbkdf2);
