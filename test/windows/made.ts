// Certificates that questions make, with throw-away keys and a throw-away password. They are made as bytes: what Windows does
// with them is the question.

import { createHash, type KeyObject } from 'node:crypto';
import { makeCertificate } from '../../src/lab/certificates/make-certificate.ts';
import { writePfx } from '../../src/lab/programs/certutil/pfx.ts';

/** Of the harness's own files, which live for seconds and hold keys that serve nobody. */
export const PFX_PASSWORD = 'only-for-a-question';

/** A certificate with its key, both the harness's own. */
export interface Made {
  /** 40 upper-case hex digits. */
  readonly thumbprint: string;
  readonly der: Buffer;
  readonly privateKey: KeyObject;
  /** With the certificate alone, in the encryption that every Windows reads. */
  readonly pfx: Buffer;
}

const DAY_MS = 86_400_000;

/** What a question may want of one. */
export interface Wanted {
  readonly names?: readonly string[];
  readonly key?: KeyObject;
  readonly issuer?: Made;
  readonly authority?: boolean;
  /** Days from now; from yesterday to in a month where left out. */
  readonly days?: readonly [from: number, to: number];
}

/** Makes one; self-signed where no issuer is given. */
export function make(wanted: Wanted, newKey: () => KeyObject): Made {
  const { names = ['question.example.test'], key = newKey(), issuer, authority, days = [-1, 30] } = wanted;
  const [notBefore, notAfter] = days.map((day) => new Date(Date.now() + day * DAY_MS)) as [Date, Date];
  const made = makeCertificate({
    names,
    key,
    notBefore,
    notAfter,
    ...(issuer && { issuer }),
    ...(authority && { authority }),
  });
  const content = { certificates: [made.der], privateKey: key, friendlyName: '' };
  return {
    ...made,
    thumbprint: createHash('sha1').update(made.der).digest('hex').toUpperCase(),
    // Deriving its keys takes longer than all the rest, and not every certificate goes into a file.
    get pfx() {
      return writePfx(content, PFX_PASSWORD, '3des');
    },
  };
}
