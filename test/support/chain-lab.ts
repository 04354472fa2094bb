// Labs whose first site has a certificate of an intermediate authority, and whose stores of issuers are not in order.

import { deleteEntry, entryFrom, putEntry, readStore } from '../../src/lab/certificates/store.ts';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { putRecord, readRecords } from '../../src/lab/http/http-sys.ts';
import { makeChain } from '../../src/lab/http/sent-chain.ts';
import { openLab } from '../../src/lab/open.ts';
import type { LabServer } from '../../src/lab/server.ts';
import type { Answers } from '../../src/lab/unknowns.ts';
import { authority, made, PAST } from './authorities.ts';
import { labDisk } from './run-lab.ts';

const root = authority('Test Root', 2);
export const ISSUING = authority('Test Issuing', 3, root);
export const EXPIRED = authority('Test Issuing', 3, root, PAST);

/** `lay` puts the issuers where they lie; the chain is made of what it has laid. */
export function chainLab(lay: (server: LabServer) => void, unknowns: Answers = {}): MemoryDisk {
  const disk = labDisk({ unknowns });
  const server = openLab(disk);
  const record = readRecords(server).find(({ endpoint }) => endpoint === '0.0.0.0:443');
  const entry = readStore(server, 'MY')?.find(({ thumbprint }) => thumbprint === record?.thumbprint);
  if (record === undefined || entry === undefined) throw new Error('the lab has no site without a host name');
  // The key of the first site is the first one of the file's: see new-lab.ts.
  const own = made(server.facts.dnsName, 0, { issuer: ISSUING });
  const fresh = entryFrom(own.der, entry.key, entry.friendlyName);
  deleteEntry(server, 'MY', entry.thumbprint);
  putEntry(server, 'MY', fresh);
  putRecord(server, { ...record, thumbprint: fresh.thumbprint });
  lay(server);
  makeChain(server, own.der);
  server.save();
  return disk;
}

export const put = (server: LabServer, store: string, { der }: Pick<typeof ISSUING, 'der'>): void =>
  putEntry(server, store, entryFrom(der));

/** An expired intermediate lies beside the one that has followed it, and is the one that is sent. */
export const expiredChain = (unknowns: Answers = {}): MemoryDisk =>
  chainLab((server) => {
    for (const each of [EXPIRED, ISSUING]) put(server, 'CA', each);
  }, unknowns);

/** The chain is sent; the intermediate lies among the roots beside its root, and the site asks clients for certificates. */
export const strangeRoot = (unknowns: Answers = {}): MemoryDisk =>
  chainLab((server) => {
    for (const store of ['CA', 'Root']) put(server, store, ISSUING);
    put(server, 'Root', root);
    const text = server.disk.read(CONFIG_PATH)?.toString('utf8') ?? '';
    const asking =
      '<location path="Default Web Site"><system.webServer><security><access sslFlags="Ssl, SslNegotiateCert" /></security></system.webServer></location>';
    server.disk.write(CONFIG_PATH, Buffer.from(text.replace('</configuration>', `${asking}</configuration>`)));
  }, unknowns);
