// A visitor from outside: a TLS client that knows nothing of the lab but where `lab serve` has put an address.

import { connect } from 'node:tls';

/** The thumbprint of the certificate that the client is shown, or `no-tls`. */
export function visit(port: number, serverName = ''): Promise<string> {
  return new Promise((resolve) => {
    const client = connect({ host: '127.0.0.1', port, servername: serverName, rejectUnauthorized: false });
    client.once('secureConnect', () => {
      resolve(client.getPeerCertificate().fingerprint.replaceAll(':', ''));
      client.destroy();
    });
    client.on('error', () => resolve('no-tls'));
  });
}
