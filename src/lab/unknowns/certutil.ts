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
  'crypto-algorithm': {
    answers: ['known', 'refused'],
    why: 'The option is documented without a version, and nowhere is a help text of Server 2019 that has it.',
    decides: 'whether certutil -exportPFX of build 17763 and later knows CryptoAlgorithm=, or ends with an error',
    otherwise:
      'A16: every move of a key on Server 2019 and later ended at its second step, for ever. The option is not said any more.',
    tried: 'test/repair/live-path-keys.test.ts',
  },
  'aes-pfx': {
    answers: ['read', 'hangs'],
    why: 'Two public reports have certutil -importPFX hang where nobody sits; one blames a PFX with AES-256, the other no cause.',
    decides: 'whether certutil -importPFX of build 17763 and later reads a PFX that is encrypted with AES-256',
    otherwise:
      'A17: the import of a moved key waited until its time was over, and all was taken back, for ever. No such file is given to it any more.',
    tried: 'test/repair/live-path-keys.test.ts',
  },
} as const satisfies Readonly<Record<string, Unknown>>;
