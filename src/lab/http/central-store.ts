// The central certificate store of IIS 8 and later: a folder of PFX files named after the hosts that they serve. What is in
// a file is the lab's own (certificate and key in JSON); nobody else on the server has the password of a PFX.

import type { KeyObject } from 'node:crypto';
import type { Credential } from '../keys/credentials.ts';
import { readKey } from '../keys/read-key.ts';
import { findValue, numberOf, numberValue, textOf, textValue } from '../registry/registry-values.ts';
import type { LabServer } from '../server.ts';
import { aLabels } from './a-labels.ts';

const PROVIDER = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\IIS\\CentralCertProvider';

/** Where a lab keeps the files unless it is told otherwise. */
export const CENTRAL_FOLDER = 'C:\\CentralCerts';

/** What the registry keeps of the passwords: encrypted, and nobody's to read. */
export const CENTRAL_SECRET = 'bm90IGZvciBhbnlib2R5';

interface CentralFile {
  readonly der: string;
  readonly pkcs8: string;
}

/** Turns the central store on or off, as `Enable-WebCentralCertProvider` does, and says where its files are. */
export function setCentralStore(server: LabServer, enabled: boolean, location = CENTRAL_FOLDER): void {
  server.registry.setValue(PROVIDER, 'Enabled', numberValue(enabled ? 1 : 0));
  server.registry.setValue(PROVIDER, 'CertStoreLocation', textValue(location));
  server.registry.setValue(PROVIDER, 'UserName', textValue(`${server.facts.computer}\\ccs`));
  for (const name of ['Password', 'PrivateKeyPassword'])
    server.registry.setValue(PROVIDER, name, textValue(`[enc:AesProvider:${CENTRAL_SECRET}:enc]`));
}

/** The file of a host: `www.example.test.pfx`, and `_.example.test.pfx` for `*.example.test`. */
export const centralFile = (host: string, location = CENTRAL_FOLDER): string =>
  `${location}\\${aLabels(host).replace(/^\*/, '_')}.pfx`;

/** Lays the file of a host into the folder. */
export function putCentralFile(server: LabServer, host: string, der: Buffer, privateKey: KeyObject): void {
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const content: CentralFile = { der: der.toString('base64'), pkcs8 };
  server.disk.makeFolder(CENTRAL_FOLDER);
  server.disk.write(centralFile(host), Buffer.from(`${JSON.stringify(content, null, 2)}\n`));
}

/** What the store serves a client with that asks for this name: the name's own file, else that of its wildcard. */
export function centralCredential(server: LabServer, serverName: string): Credential | undefined {
  const value = (name: string) => findValue(server.registry, PROVIDER, name);
  if (numberOf(value('Enabled') ?? numberValue(0)) !== 1) return undefined;
  const location = textOf(value('CertStoreLocation') ?? textValue(''));
  const names = [serverName, serverName.replace(/^[^.]+/, '*')];
  // A share is another computer's, of which a lab has none.
  if (!/^C:\\/i.test(location)) return undefined;
  const bytes = names.map((name) => server.disk.read(centralFile(name, location))).find((file) => file !== undefined);
  if (bytes === undefined) return undefined;
  try {
    const { der, pkcs8 } = JSON.parse(bytes.toString('utf8')) as CentralFile;
    return { der: Buffer.from(der, 'base64'), privateKey: readKey(pkcs8) };
  } catch {
    // Not a file of the lab's: no PFX that this password opens.
    return undefined;
  }
}
