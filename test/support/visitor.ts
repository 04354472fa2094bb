// A visitor from outside: a TLS client that knows nothing of the lab but where `lab serve` has put an address.

import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { execa } from 'execa';

/** What the client is shown. */
export type Shown = Buffer | 'no-tls';

/** The certificate that Node's TLS is shown, in DER. */
export function meet(port: number, serverName = ''): Promise<Shown> {
  return new Promise((resolve) => {
    const client = connect({ host: '127.0.0.1', port, servername: serverName, rejectUnauthorized: false });
    client.once('secureConnect', () => {
      resolve(client.getPeerCertificate().raw);
      client.destroy();
    });
    client.on('error', () => resolve('no-tls'));
  });
}

/** The same, as openssl is shown it; undefined where this computer has none. */
export async function meetByOpenssl(port: number, serverName = ''): Promise<Shown | undefined> {
  const asked = serverName === '' ? ['-noservername'] : ['-servername', serverName];
  const ran = await execa('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...asked], {
    input: '',
    reject: false,
  });
  if (ran.code === 'ENOENT') return undefined;
  const pem = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/.exec(ran.stdout)?.[0];
  return pem === undefined ? 'no-tls' : new X509Certificate(pem).raw;
}

/** The thumbprint of the certificate that the client is shown, or `no-tls`. */
export async function visit(port: number, serverName = ''): Promise<string> {
  const shown = await meet(port, serverName);
  return typeof shown === 'string' ? shown : new X509Certificate(shown).fingerprint.replaceAll(':', '');
}
