// What is not known of http.sys: which record answers whom, and with what.

import type { Unknown } from './unknown.ts';

export const HTTP_SYS = {
  'record-order': {
    answers: ['sni-first', 'wildcard-first'],
    why: 'Sources disagree: most put the host name before the wildcard address, one that tested real hosts the other way round.',
    decides: 'whether a record of 0.0.0.0 or [::] takes the connections of a name that has an SNI record',
    otherwise:
      'A visitor of the name gets the certificate of the address, and a look at the records alone calls the name healthy or the wrong record guilty.',
    tried: 'test/repair/names-lab.test.ts',
  },
  'ipv6-wildcard': {
    answers: ['ipv6-only', 'both-families'],
    why: 'The usual lists put [::] before 0.0.0.0 and do not say for which connections.',
    decides: 'whether a record of [::] answers IPv4 connections where 0.0.0.0 has none',
    otherwise:
      'A record of [::] that nobody judged answers the visitors of a lost 0.0.0.0, and the loss was told as an outage that nobody had.',
    tried: 'test/lab/visitors.test.ts',
  },
  'central-store-miss': {
    answers: ['reset', 'next-record'],
    why: 'The naming of the files is documented, not what a visitor gets whose name has none.',
    decides: 'what a name gets that the central certificate store has no file for, or while the store is off',
    otherwise: 'A name without a file was told as turned away while another record served it, and the other way round.',
    tried: 'test/repair/central-store-lab.test.ts',
  },
  'renewal-property': {
    answers: ['followed', 'not-followed'],
    why: 'Renewals were seen served where a certificate names its successor; which of the two carries the property is one source.',
    decides: 'whether the successor that property 64 of the certificate names is served in its place',
    otherwise: 'An expired certificate was called served by its renewal, and its record left as it was.',
    tried: 'test/repair/superseded-lab.test.ts',
  },
  'loopback-connections': {
    answers: ['answered', 'reset-in-handshake', 'reset-after-handshake'],
    why: 'KB5066835 made http.sys reset connections over loopback; no report says at which moment.',
    decides: 'what a connection to 127.0.0.1 or ::1 gets',
    otherwise:
      "A server that resets its own loopback was called dead, and a reset there was taken for a record in front of the site's own.",
    tried: 'test/lab/visitors.test.ts',
  },
  'failure-events': {
    answers: ['at-start', 'at-each-connection'],
    why: 'Samples of 15021 show that it names an endpoint, not how often it is logged.',
    decides: 'whether a connection that finds no usable certificate or key is logged, or the start of the server alone',
    otherwise: 'Nothing: an event only stands beside what a visitor got, and a fault is found without it.',
    tried: 'test/lab/visitors.test.ts',
  },
  'sent-chain': {
    answers: ['made-at-once', 'kept-with-the-binding', 'kept-until-the-reboot'],
    why: 'That Windows keeps chains is known, not whether http.sys makes them anew at a connection, a binding or a restart.',
    decides: 'when a change of the CA store is seen in the chain that visitors are sent',
    otherwise:
      'An intermediate was laid in its store, visitors were sent the old chain, and the repair was called without effect.',
    tried: 'test/playbooks/broken-chain.test.ts',
  },
  'signature-only-key': {
    answers: ['turned-away', 'served'],
    why: 'Guides say that Schannel does not take such a key; a key exchange that only signs needs no more than it.',
    decides: 'whether a visitor is served with a CryptoAPI key that is for signatures alone',
    otherwise: 'A site that is served would be told as down, or one that is turned away as healthy.',
    tried: 'test/playbooks/signature-only-key.test.ts',
  },
  'record-values': {
    answers: ['none', 'as-http-sys-writes-it', 'changed'],
    why: 'netsh of 2022 and 2025 shows extended properties of each record; where the registry keeps them is not published.',
    decides:
      'whether each record has a value of a name that this program does not know, as http.sys writes it by itself or as somebody has set it',
    otherwise:
      'A2: a lost record that was added again was called another one, and taken away. A record that is there is not made anew, whatever its value, and the refusal names it.',
    tried: 'test/repair/live-path-records.test.ts',
  },
  'dragged-credential': {
    answers: ['until-the-reboot', 'until-http-starts'],
    why: 'That a dragged certificate serves until the reboot is told; not which memory it is in, and what else empties that.',
    decides: 'whether a key that http.sys has open outlives a stop and start of HTTP (net stop http /y)',
    otherwise: 'The relief of a binding that is run again was promised until the next reboot, and may end before.',
    tried: 'test/repair/live-path-keys.test.ts',
  },
  'netsh-key-context': {
    answers: ['of-the-caller', 'of-the-service'],
    why: "That a binding of a dragged certificate succeeds in its owner's session speaks for the caller; nothing says it outright.",
    decides: 'as whom the key is opened when a record is made: as who runs netsh, or as SYSTEM',
    otherwise:
      'A binding of a stranded key was run again: the record was deleted, could not be added by anybody, and its endpoint was left without one.',
    tried: 'test/repair/live-path-keys.test.ts',
  },
  'update-credential': {
    answers: ['anew', 'as-it-was'],
    why: 'It is not documented whether an update that names the same certificate opens its key again, nor whether http.sys does by itself.',
    decides:
      'whether netsh http update sslcert opens the key of the same certificate anew; where not, http.sys keeps what it has, also that a key did not open when it started',
    otherwise:
      'An update that ended with 0 would be called healed while visitors are turned away; one is asked, and the record made anew.',
    tried: 'test/repair/live-path-keys.test.ts',
  },
  'listen-list-change': {
    answers: ['at-once', 'after-a-restart'],
    why: 'It is documented how the listen list of http.sys is written, not whether a change acts before HTTP starts anew.',
    decides: 'when http.sys begins to listen as a changed listen list says',
    otherwise:
      'A site that is served until the next start of HTTP is told as broken: the sentence says what http.sys is told, and nothing is changed by it.',
    tried: 'test/repair/live-path-records.test.ts',
  },
} as const satisfies Readonly<Record<string, Unknown>>;
