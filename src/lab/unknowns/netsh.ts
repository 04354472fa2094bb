// What is not known of netsh http: its commands, its help, what it shows.

import type { Unknown } from './unknown.ts';

export const NETSH = {
  'update-sslcert': {
    answers: ['by-build', 'the-other-way'],
    why: 'The current documentation has it and no page says since which version; Windows Server 2022 is a guess.',
    decides: 'whether netsh http update sslcert is there on builds from 2022 on and on no other, or just on the others',
    otherwise:
      'Nothing: the host itself is asked for the options of update, and where it names none a record is deleted and added.',
    tried: 'test/repair/live-path-records.test.ts',
  },
  'update-left-out': {
    answers: ['set-back', 'kept'],
    why: 'It is not documented what netsh http update sslcert does with a setting that it is not given.',
    decides: 'whether an update gives the settings that it leaves out their defaults, or keeps those of the record',
    otherwise:
      'A flag that has to go (reject) was left out of the update and stayed, so the repair ended as before, each time anew.',
    tried: 'test/repair/live-path-records.test.ts',
  },
  'netsh-help': {
    answers: ['plain', 'bracketed', 'nothing'],
    why: 'Three help texts of 2019 and later are public; the documentation of older systems writes [certhash=]string.',
    decides: 'whether netsh http add sslcert help writes tag=<value>, [tag=]value, or that there is no such command',
    otherwise:
      'A10: no option was found, each record was refused; or none was known, a record was deleted that netsh could not add again, and its site was left without one.',
    tried: 'test/repair/live-path-records.test.ts',
  },
  'show-switch-lines': {
    answers: ['legacy-tls-late', 'legacy-tls-after-ocsp'],
    why: 'Public listings differ: one of 2021 has Disable Legacy TLS Versions right behind OCSP stapling, others two lines below.',
    decides: 'in which order netsh http show sslcert writes its newer switches, where the registry was not read',
    otherwise:
      'A15: switches were told apart by their place, so a re-bind would have dropped one that is set and set another one.',
    tried: 'test/repair/live-path-records.test.ts',
  },
} as const satisfies Readonly<Record<string, Unknown>>;
