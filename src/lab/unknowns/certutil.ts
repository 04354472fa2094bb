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
  'key-without-the-password': {
    answers: ['bad-key-state', 'no-permission', 'opens'],
    why: 'Reports name 0x8009000B and, of an ssh key, 0x80090010; a logon that has the password opens the key over the network too.',
    decides: 'what a user gets for a key of his own in a session that was logged on without his password',
    otherwise:
      'A22: 0x8009000B was told as not exportable alone, and a certificate issued again whose key was sound; at 0x80090010 the task tried again.',
    tried: 'test/repair/live-path-keys.test.ts',
  },
  'import-over-entry': {
    answers: ['key-link-stays', 'key-link-replaced', 'refused'],
    why: 'How certutil adds a certificate that is in the store already is not documented.',
    decides:
      'what certutil -importPFX makes of an entry that is there: its key link as it was, the new one, or CRYPT_E_EXISTS',
    otherwise:
      'An import alone would end with 0 and leave the key where it was. The entry is deleted first, and the link looked at afterwards.',
    tried: 'test/repair/live-path-keys.test.ts',
  },
  'certutil-exit-codes': {
    answers: ['hresult', 'one', 'minus-one'],
    why: 'That a caller sees the HRESULT was seen of some versions; nothing says it of all.',
    decides: 'what certutil ends with where it fails; the code stands in its output either way',
    otherwise:
      'At -1 the code was not looked for in the output: a key that may not be exported was told as a fault of the repair, and tried again.',
    tried: 'test/repair/live-path-keys.test.ts',
  },
} as const satisfies Readonly<Record<string, Unknown>>;
