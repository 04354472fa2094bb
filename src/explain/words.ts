// What clients say when HTTPS fails, and other words that are no code of Windows.

import type { WordEntry } from './entry.ts';
import { CHECK } from './make-entry.ts';

const word = (names: readonly string[], message: string, onIis: string, todo = CHECK): WordEntry => ({
  names,
  message,
  onIis,
  todo,
});

/** Every word that `explain` knows; those of one entry are the same thing, said by different programs. */
export const WORDS: readonly WordEntry[] = [
  word(
    ['ECONNRESET', 'ERR_CONNECTION_RESET', 'PR_CONNECT_RESET_ERROR', 'ERR_CONNECTION_CLOSED', 'PR_END_OF_FILE_ERROR'],
    'The connection was cut off in the handshake.',
    'http.sys took the connection and has no certificate for it: no SSL record answers there, the record names a certificate that is gone, or its private key cannot be used. A protocol or a client certificate that fails looks alike.',
  ),
  word(
    ['ERR_SSL_PROTOCOL_ERROR', 'SSL_ERROR_INTERNAL_ERROR_ALERT', 'SSL_ERROR_RX_RECORD_TOO_LONG'],
    'What came back was no TLS, or an alert.',
    'Something that speaks no TLS listens at that port (an http binding on 443), or Schannel failed in the handshake: the events of Schannel say more.',
  ),
  word(
    ['ERR_SSL_VERSION_OR_CIPHER_MISMATCH', 'SSL_ERROR_NO_CYPHER_OVERLAP', 'SSL_ERROR_UNSUPPORTED_VERSION'],
    'Client and server share no protocol version or cipher suite.',
    'Versions or suites are switched off, or the certificate has a key of a kind that no suite left is for.',
    'Look at SCHANNEL\\Protocols and at the cipher suite order.',
  ),
  word(
    ['ECONNREFUSED', 'ERR_CONNECTION_REFUSED', 'ETIMEDOUT', 'ERR_CONNECTION_TIMED_OUT'],
    'Nobody answers at that address and port.',
    'No site is started at that port, a service (HTTP, W3SVC) is stopped, the listen list of http.sys leaves the address out, or a firewall is between.',
  ),
  word(
    [
      'ERR_CERT_COMMON_NAME_INVALID',
      'SSL_ERROR_BAD_CERT_DOMAIN',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'DLG_FLAGS_SEC_CERT_CN_INVALID',
    ],
    'The certificate is for another name.',
    "Another SSL record answers before the site's own, the site has lost its SNI flag or its record, or the wrong certificate is bound.",
  ),
  word(
    ['ERR_CERT_DATE_INVALID', 'SEC_ERROR_EXPIRED_CERTIFICATE', 'CERT_HAS_EXPIRED', 'DLG_FLAGS_SEC_CERT_DATE_INVALID'],
    'The certificate has expired, or is not yet valid.',
    'The SSL record still names the old certificate, often beside its renewal; or a clock is wrong.',
  ),
  word(
    [
      'ERR_CERT_AUTHORITY_INVALID',
      'SEC_ERROR_UNKNOWN_ISSUER',
      'MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'DLG_FLAGS_INVALID_CA',
    ],
    'The client does not trust who issued the certificate.',
    'A self-signed certificate is bound, or the server does not send the intermediate certificate.',
    'Import the intermediate into the Intermediate Certification Authorities store of the machine, or bind a public certificate.',
  ),
  word(
    ['ERR_CERT_REVOKED', 'SEC_ERROR_REVOKED_CERTIFICATE'],
    'The issuer has revoked the certificate.',
    'No repair of the server helps.',
    'Have a new certificate issued and bind it.',
  ),
  word(
    ['ERR_BAD_SSL_CLIENT_AUTH_CERT', 'SSL_ERROR_HANDSHAKE_FAILURE_ALERT', 'ERR_SSL_CLIENT_AUTH_CERT_NEEDED'],
    'The client was asked for a certificate and had none that was good.',
    'The SSL record or the site asks for client certificates.',
    'See that it is meant: `netsh http show sslcert` shows "Negotiate Client Certificate", IIS Manager the SSL settings of the site.',
  ),
  word(
    ['5506', 'KB2025598'],
    'A property of customMetadata in applicationHost.config: the hash of a certificate.',
    'Where the IIS 6 metabase compatibility (IISADMIN) is installed, its ABO mapper makes the SSL record of the site anew from this hash whenever something uses it, and deletes the record where the hash is no usable certificate.',
  ),
  word(
    ['KB5066835'],
    'An update of October 2025 after which http.sys resets connections over loopback.',
    'HTTPS may work from the network and fail on the server itself. A handshake at another address of the server decides.',
    'Install the later updates.',
  ),
];
