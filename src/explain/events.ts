// The events that go with a broken HTTPS endpoint.

import { UNATTENDED_OUTCOMES } from '../model/run/run-outcome.ts';
import type { EventEntry } from './entry.ts';
import { CHECK } from './make-entry.ts';

/** Those that unattended runs of this program make. */
const OWN: readonly EventEntry[] = Object.values(UNATTENDED_OUTCOMES).flatMap(({ event, sentence }) =>
  event === undefined
    ? []
    : [
        {
          id: event,
          provider: 'iis-ssl-heal',
          log: 'Application',
          message: sentence,
          onIis: 'What an unattended run of this program came to; the text of the event says more.',
          todo: event < 200 ? 'Nothing.' : 'Run `iis-ssl-heal check`; `iis-ssl-heal runs` tells what was done.',
        },
      ],
);

/** Every event that `explain` knows by number. */
export const EVENTS: readonly EventEntry[] = [
  ...OWN,
  {
    id: 36886,
    provider: 'Schannel',
    log: 'System',
    message: 'No suitable default server credential exists on this system.',
    onIis:
      'A TLS server without a configured certificate has looked for one and failed, often a domain controller or Remote Desktop. http.sys always has one, by its SSL record.',
    todo: 'Nothing, where IIS alone is of interest: run `iis-ssl-heal check` to see.',
  },
  {
    id: 36887,
    provider: 'Schannel',
    log: 'System',
    message: 'A fatal alert was received from the remote endpoint.',
    onIis:
      'The other side broke a handshake off, and its alert says why: 42, 46 or 48 for a certificate that it does not accept, 40 or 70 for protocols and suites. Single ones are noise.',
    todo: CHECK,
  },
  {
    id: 15005,
    provider: 'Microsoft-Windows-HttpEvent',
    log: 'System',
    message:
      'Unable to bind to the underlying transport for an endpoint. The IP Listen-Only list may contain a reference to an interface which may not exist on this machine.',
    onIis:
      'http.sys cannot listen at the endpoint that it names: another program has the port, or the listen list names an address that the server does not have.',
    todo: 'Run `iis-ssl-heal check`, and look at `netsh http show iplisten` and `netstat -ano`.',
  },
  {
    id: 36870,
    provider: 'Schannel',
    log: 'System',
    message: 'A fatal error occurred when attempting to access the TLS server credential private key.',
    onIis:
      'A TLS server here cannot use its private key; the error code in the event says why (0x80090016, 0x8009030D). The event names no certificate, and Remote Desktop raises it too. Process id 4 in newer events means http.sys.',
    todo: CHECK,
  },
  {
    id: 36869,
    provider: 'Schannel',
    log: 'System',
    message: "The TLS server credential's certificate does not have a private key information property attached to it.",
    onIis:
      'The store entry does not say where its private key is: the certificate was imported without its key, or deleted and added again.',
    todo: CHECK,
  },
  {
    id: 36871,
    provider: 'Schannel',
    log: 'System',
    message: 'A fatal error occurred while creating a TLS client or server credential.',
    onIis:
      'For a server credential: the private key cannot be used. For a client credential: mostly protocol versions that are switched off.',
    todo: CHECK,
  },
  {
    id: 36874,
    provider: 'Schannel',
    log: 'System',
    message:
      'A TLS connection request was received, but none of the cipher suites supported by the client are supported by the server.',
    onIis: 'Client and server share no cipher suite. A key that may only sign (KeySpec 2) leaves few of them.',
    todo: 'Compare protocols and cipher suites. For a key with KeySpec 2, import the PFX again with AT_KEYEXCHANGE.',
  },
  {
    id: 36888,
    provider: 'Schannel',
    log: 'System',
    message: 'A fatal alert was generated and sent to the remote endpoint.',
    onIis:
      'The server broke a handshake off. Single ones are noise from scanners and old clients; the events just before it say more.',
    todo: 'Read the events around it. If every handshake fails, run `iis-ssl-heal check`.',
  },
  {
    id: 15021,
    provider: 'Microsoft-Windows-HttpEvent',
    log: 'System',
    message:
      'An error occurred while using SSL configuration for an endpoint. The error status code is contained within the returned data.',
    onIis:
      'http.sys has a record for the endpoint that it names and cannot use its certificate. The last four bytes of the data are the NTSTATUS, mostly 0xC000005F.',
    todo: CHECK,
  },
  {
    id: 15300,
    provider: 'Microsoft-Windows-HttpEvent',
    log: 'System',
    message: 'SSL Certificate Settings deleted for an endpoint.',
    onIis:
      'Somebody deleted the SSL record of the endpoint: an administrator, a certificate tool, or the IIS 6 metabase compatibility, which does so at its start where property 5506 is set. A 15301 for the same endpoint should follow.',
    todo: 'If HTTPS is down there, run `iis-ssl-heal fix`. Every re-bind logs this pair too.',
  },
  {
    id: 15301,
    provider: 'Microsoft-Windows-HttpEvent',
    log: 'System',
    message: 'SSL Certificate Settings created by an admin process for an endpoint.',
    onIis:
      'An SSL record was added. After a 15300 without anybody at work: property 5506 may have put another certificate there.',
    todo: 'Nothing, if you know who did it. Else run `iis-ssl-heal check`.',
  },
  {
    id: 5061,
    provider: 'Microsoft-Windows-Security-Auditing',
    log: 'Security',
    message: 'Cryptographic operation.',
    onIis:
      "Somebody opened or used a key. A failure with ReturnCode 0x80090016, KeyType %%2500 (user key) and SubjectUserSid S-1-5-18 is SYSTEM in search of a key that lies in a user's key store; KeyName is the key container.",
    todo: CHECK,
  },
  {
    id: 5059,
    provider: 'Microsoft-Windows-Security-Auditing',
    log: 'Security',
    message: 'Key migration operation.',
    onIis: 'A key was exported or imported. KeyName is the key container.',
    todo: 'Nothing, if you know who did it.',
  },
  {
    id: 5058,
    provider: 'Microsoft-Windows-Security-Auditing',
    log: 'Security',
    message: 'Key file operation.',
    onIis:
      'A key file was read, written or deleted. KeyFilePath is the very file, and so shows in whose profile a key lies. Many audit policies do not record it.',
    todo: CHECK,
  },
];
