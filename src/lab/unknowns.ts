// What no source says for certain of Windows: each point is a switch of the lab, with every answer that could be the right
// one. What is built on the lab has to end well under each of them.

import type { LabFacts } from './server.ts';

/** A point that is not established. The first answer is the lab's default. */
interface Unknown {
  readonly answers: readonly [string, string, ...string[]];
  /** Why it is not known. */
  readonly why: string;
  /** What of the lab's behaviour it decides. */
  readonly decides: string;
}

/** Every switch, by name. */
export const UNKNOWNS = {
  'record-order': {
    answers: ['sni-first', 'wildcard-first'],
    why: 'Sources disagree: most put the host name before the wildcard address, one that tested real hosts the other way round.',
    decides: 'whether a record of 0.0.0.0 or [::] takes the connections of a name that has an SNI record',
  },
  'ipv6-wildcard': {
    answers: ['ipv6-only', 'both-families'],
    why: 'The usual lists put [::] before 0.0.0.0 and do not say for which connections.',
    decides: 'whether a record of [::] answers IPv4 connections where 0.0.0.0 has none',
  },
  'central-store-miss': {
    answers: ['reset', 'next-record'],
    why: 'The naming of the files is documented, not what a visitor gets whose name has none.',
    decides: 'what a name gets that the central certificate store has no file for, or while the store is off',
  },
  'renewal-property': {
    answers: ['followed', 'not-followed'],
    why: 'Renewals were seen served where a certificate names its successor; which of the two carries the property is one source.',
    decides: 'whether the successor that property 64 of the certificate names is served in its place',
  },
  'loopback-connections': {
    answers: ['answered', 'reset-in-handshake', 'reset-after-handshake'],
    why: 'KB5066835 made http.sys reset connections over loopback; no report says at which moment.',
    decides: 'what a connection to 127.0.0.1 or ::1 gets',
  },
  'failure-events': {
    answers: ['at-start', 'at-each-connection'],
    why: 'Samples of 15021 show that it names an endpoint, not how often it is logged.',
    decides: 'whether a connection that finds no usable certificate or key is logged, or the start of the server alone',
  },
  'renew-same-certificate': {
    answers: ['binds-anew', 'does-nothing'],
    why: 'It is used so to re-acquire a certificate with another chain; nobody shows that the credential is a new one.',
    decides: 'what appcmd renew binding does with the same thumbprint twice',
  },
  'renew-record-settings': {
    answers: ['kept', 'dropped'],
    why: 'It is documented that it unbinds and binds, not what becomes of settings that only http.sys knows.',
    decides: 'whether a record keeps client certificates, revocation, CTL and flags when appcmd renews its binding',
  },
  'sent-chain': {
    answers: ['made-at-once', 'kept-with-the-binding', 'kept-until-the-reboot'],
    why: 'That Windows keeps chains is known, not whether http.sys makes them anew at a connection, a binding or a restart.',
    decides: 'when a change of the CA store is seen in the chain that visitors are sent',
  },
  'signature-only-key': {
    answers: ['turned-away', 'served'],
    why: 'Guides say that Schannel does not take such a key; a key exchange that only signs needs no more than it.',
    decides: 'whether a visitor is served with a CryptoAPI key that is for signatures alone',
  },
  'repair-of-a-link': {
    answers: ['rewritten', 'left-alone'],
    why: 'It is documented that certutil repairs a lost association; no transcript shows an entry that has a wrong one.',
    decides: 'whether certutil -repairstore without an INF writes a key link anew that is there already',
  },
  'repair-without-a-key': {
    answers: ['fails', 'asks'],
    why: 'That it may ask for a smart card where no key fits is told, and nowhere in print; nor what -silent does then.',
    decides: 'what certutil -silent -repairstore does where no key of the machine belongs to the certificate',
  },
  'config-flags': {
    answers: ['records-left-alone', 'records-made-anew'],
    why: 'IIS keeps the hash in http.sys alone and reads its file again at each change; whether it then writes the record of a binding with other sslFlags is not said.',
    decides: 'what becomes of the SSL record of a binding whose sslFlags are changed in applicationHost.config',
  },
  'icacls-closed-file': {
    answers: ['saved', 'passed-over', 'passed-over-with-an-error'],
    why: 'Microsoft documents no exit code of icacls and tells of contrasting ones, nor whether it uses the right to make backups.',
    decides: 'what icacls /save /t /c does at a file whose permissions the caller may not see, and what it ends with',
  },
  'import-self-signed': {
    answers: ['imported', 'refused'],
    why: 'CRYPT_E_SELF_SIGNED was met with a self-signed certificate without its key; nobody shows one with its key and NoRoot.',
    decides: 'what certutil -importPFX with NoRoot does where the certificate of the key is self-signed',
  },
  'restored-inheritance': {
    answers: ['as-saved', 'worked-out-anew'],
    why: 'Windows works inherited entries out where a list is set; whether icacls /restore sets it in that way is not documented.',
    decides:
      'whether icacls /restore gives a file the inherited entries that were saved, or those that its folder hands down today',
  },
  'groups-of-the-session': {
    answers: ['read', 'not-read'],
    why: 'Transcripts of sessions with other network credentials show that whoami cannot; that a domain that is away does it too is a guess.',
    decides: 'whether whoami can list the groups of who runs it, or ends with 1 after the row of the user',
  },
} as const satisfies Record<string, Unknown>;

/** The name of a switch. */
export type UnknownName = keyof typeof UNKNOWNS;

/** Answers that a lab was given; what is left out has its default. */
export type Answers = { readonly [Name in UnknownName]?: (typeof UNKNOWNS)[Name]['answers'][number] };

/** The lab's answer. */
export function answerOf<Name extends UnknownName>(
  { unknowns }: Pick<LabFacts, 'unknowns'>,
  name: Name,
): (typeof UNKNOWNS)[Name]['answers'][number] {
  return unknowns?.[name] ?? UNKNOWNS[name].answers[0];
}

/** True for an object of switches that exist, each with one of its answers. */
export const areAnswers = (given: object): boolean =>
  Object.entries(given).every(([name, answer]) => {
    const unknown: Unknown | undefined = Object.hasOwn(UNKNOWNS, name) ? UNKNOWNS[name as UnknownName] : undefined;
    return unknown?.answers.includes(answer) ?? false;
  });

/** The answers of `SWITCH=ANSWER,...`; or, in one sentence, why it has none. */
export function parseAnswers(text: string): { readonly answers: Answers } | { readonly wrong: string } {
  const answers: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [name = '', answer = '', ...more] = part.split('=');
    const unknown: Unknown | undefined = Object.hasOwn(UNKNOWNS, name) ? UNKNOWNS[name as UnknownName] : undefined;
    if (unknown === undefined)
      return { wrong: `there is no switch "${name}"; a lab has ${Object.keys(UNKNOWNS).join(', ')}` };
    if (more.length > 0 || !unknown.answers.includes(answer))
      return { wrong: `"${part}" is no answer; ${name} is ${unknown.answers.join(' or ')}` };
    if (name in answers) return { wrong: `${name} is answered twice` };
    answers[name] = answer;
  }
  return { answers };
}

/** The table of all switches in Markdown, the default answer first. */
export function unknownsTable(): string {
  const rows = Object.entries(UNKNOWNS).map(
    ([name, { answers, decides, why }]) => `| \`${name}\` | ${answers.join(', ')} | ${decides} | ${why} |`,
  );
  return ['| switch | answers | it decides | why it is not known |', '| --- | --- | --- | --- |', ...rows, ''].join(
    '\n',
  );
}
