// What is not known of IIS and of appcmd.

import type { Unknown } from './unknown.ts';

export const IIS = {
  'renew-same-certificate': {
    answers: ['binds-anew', 'does-nothing'],
    why: 'It is used so to re-acquire a certificate with another chain; nobody shows that the credential is a new one.',
    decides: 'what appcmd renew binding does with the same thumbprint twice',
    otherwise:
      'A re-bind through appcmd would be called healed because appcmd ended with 0; a visitor is asked in its place.',
    tried: 'test/repair/appcmd-lab.test.ts',
  },
  'renew-record-settings': {
    answers: ['kept', 'dropped'],
    why: 'It is documented that it unbinds and binds, not what becomes of settings that only http.sys knows.',
    decides: 'whether a record keeps client certificates, revocation, CTL and flags when appcmd renews its binding',
    otherwise: 'Client certificates, revocation and flags of a record would be lost with a repair that heals.',
    tried: 'test/repair/appcmd-lab.test.ts',
  },
  'config-flags': {
    answers: ['records-left-alone', 'records-made-anew'],
    why: 'IIS keeps the hash in http.sys alone and reads its file again at each change; whether it then writes the record of a binding with other sslFlags is not said.',
    decides: 'what becomes of the SSL record of a binding whose sslFlags are changed in applicationHost.config',
    otherwise:
      "A flag that is set again leaves a record behind that still takes the name's visitors, or the record that was counted on is another one.",
    tried: 'test/repair/names-lab.test.ts',
  },
  'mapper-record': {
    answers: ['iis', 'nobody', 'another-id', 'settings-kept'],
    why: 'It is documented that the ABO mapper deletes the record and makes a new one, not with which application id and settings.',
    decides:
      'whether the record that it makes is plain and names IIS, nobody or an id of its own, or keeps what the old one had beside the hash',
    otherwise:
      "A record that the mapper had made without an id was given to IIS, and was nobody's again after the next start of IISADMIN: mended for ever.",
    tried: 'test/repair/live-path-records.test.ts',
  },
} as const satisfies Readonly<Record<string, Unknown>>;
