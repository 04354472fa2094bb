// What is not known of certutil.

import type { Unknown } from './unknown.ts';

export const CERTUTIL = {
  'repair-of-a-link': {
    answers: ['rewritten', 'left-alone'],
    why: 'It is documented that certutil repairs a lost association; no transcript shows an entry that has a wrong one.',
    decides: 'whether certutil -repairstore without an INF writes a key link anew that is there already',
    otherwise: 'certutil ends with 0 and the wrong link stands as it was.',
    tried: 'test/playbooks/lost-key-link.test.ts',
  },
  'repair-without-a-key': {
    answers: ['fails', 'asks'],
    why: 'That it may ask for a smart card where no key fits is told, and nowhere in print; nor what -silent does then.',
    decides: 'what certutil -silent -repairstore does where no key of the machine belongs to the certificate',
    otherwise: 'certutil waits for a smart card that nobody has, and the repair with it until its time is over.',
    tried: 'test/playbooks/lost-key-link.test.ts',
  },
  'import-self-signed': {
    answers: ['imported', 'refused'],
    why: 'CRYPT_E_SELF_SIGNED was met with a self-signed certificate without its key; nobody shows one with its key and NoRoot.',
    decides: 'what certutil -importPFX with NoRoot does where the certificate of the key is self-signed',
    otherwise: 'A18: the refusal was told as a fault of the repair, and the task tried it again and again.',
    tried: 'test/repair/live-path.test.ts',
  },
} as const satisfies Readonly<Record<string, Unknown>>;
