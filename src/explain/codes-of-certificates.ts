// What the certificate functions and Schannel say: CRYPT_E_, CERT_E_ and SEC_E_ codes of winerror.h.

import type { CodeEntry } from './entry.ts';
import { aside, CHECK, hresult, key } from './make-entry.ts';

/** Codes about certificates and their chains. */
export const CERTIFICATES: readonly CodeEntry[] = [
  hresult(0x80092004, 'CRYPT_E_NOT_FOUND', 'Cannot find object or property.', {
    onIis:
      'No certificate with this hash is in the store, or the entry has no key. The IIS 6 metabase compatibility ends like this when property 5506 in applicationHost.config holds a hash that is no usable certificate: it deletes the SSL record of the site and cannot make the new one.',
    todo: CHECK,
  }),
  hresult(
    0x80092009,
    'CRYPT_E_NO_MATCH',
    'Cannot find the requested object.',
    aside('The bytes are no certificate, or a search found none.', 'Look at the file or the hash that was given.'),
  ),
  hresult(0x8009200b, 'CRYPT_E_NO_KEY_PROPERTY', 'Cannot find the certificate and private key for decryption.', {
    onIis: 'The store entry does not say where its private key is.',
    todo: CHECK,
  }),
  ...(
    [
      [0x80092010, 'CRYPT_E_REVOKED', 'The certificate is revoked.'],
      [
        0x80092012,
        'CRYPT_E_NO_REVOCATION_CHECK',
        'The revocation function was unable to check revocation for the certificate.',
      ],
      [
        0x80092013,
        'CRYPT_E_REVOCATION_OFFLINE',
        'The revocation function was unable to check revocation because the server was offline.',
      ],
    ] as const
  ).map(([value, name, message]) =>
    hresult(
      value,
      name,
      message,
      aside(
        'The revocation check of a certificate, not of its key.',
        'See that the server reaches the addresses of the certificate authority.',
      ),
    ),
  ),
  hresult(
    0x800b0101,
    'CERT_E_EXPIRED',
    'A required certificate is not within its validity period.',
    aside(
      'A certificate of the chain has expired or is not yet valid.',
      'Renew it and bind the new one; see that the clock is right.',
    ),
  ),
  hresult(
    0x800b0109,
    'CERT_E_UNTRUSTEDROOT',
    'A certificate chain processed, but terminated in a root certificate which is not trusted by the trust provider.',
    aside(
      'Nobody here trusts the root of this certificate.',
      'Import the root into the Trusted Root store of those who must trust it.',
    ),
  ),
  hresult(
    0x800b010a,
    'CERT_E_CHAINING',
    'A certificate chain could not be built to a trusted root authority.',
    aside(
      'An intermediate certificate is missing.',
      'Import it into the Intermediate Certification Authorities store of the machine.',
    ),
  ),
  hresult(
    0x800b010f,
    'CERT_E_CN_NO_MATCH',
    "The certificate's CN name does not match the passed value.",
    aside(
      'The certificate is for another host name.',
      'Bind the certificate of this host; `iis-ssl-heal check` shows which one stands at the endpoint.',
    ),
  ),
  hresult(
    0x800b0110,
    'CERT_E_WRONG_USAGE',
    'The certificate is not valid for the requested usage.',
    aside(
      'The certificate is not for server authentication.',
      'Have one issued that is, or take the restriction off in its properties.',
    ),
  ),
];

/** Codes of TLS. */
export const TLS: readonly CodeEntry[] = [
  hresult(0x8009030d, 'SEC_E_UNKNOWN_CREDENTIALS', 'The credentials supplied to the package were not recognized', {
    onIis:
      'What event 36870 reports when SYSTEM may not use the private key, or finds none where the store entry says it is.',
    todo: CHECK,
    ofKey: true,
  }),
  hresult(
    0x8009030e,
    'SEC_E_NO_CREDENTIALS',
    'No credentials are available in the security package',
    key('Schannel found no certificate with a usable private key.'),
  ),
  hresult(
    0x80090331,
    'SEC_E_ALGORITHM_MISMATCH',
    'The client and server cannot communicate, because they do not possess a common algorithm.',
    aside(
      'Protocol versions or cipher suites of client and server do not meet.',
      'Look at SCHANNEL\\Protocols and at the cipher suite order; no certificate is at fault.',
    ),
  ),
  hresult(
    0x80090345,
    'SEC_E_DELEGATION_REQUIRED',
    'The requested operation cannot be completed. The computer must be trusted for delegation and the current user account must be configured to allow delegation.',
    key(
      'Windows needs the password of a user to decrypt his key, and this session was logged on without it: over the network, by an ssh key or WinRM, or as a task that keeps none.',
      'Have the owner of the key log on with the password, at the console or by RDP, and try again.',
    ),
  ),
  hresult(
    0x80090325,
    'SEC_E_UNTRUSTED_ROOT',
    'The certificate chain was issued by an authority that is not trusted.',
    aside('The other side does not trust the root of the certificate.', 'Import the root there.'),
  ),
];
