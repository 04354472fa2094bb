// Faults of an SSL record, or of what is said about it in the configuration.

import { decodedConfig } from '../../../../src/lab/config/applied-config.ts';
import { hashEntry, withStaleEntry } from '../../../../src/lab/config/config-entry.ts';
import { PORT } from '../../bench.ts';
import type { Fault, Stage, Subject } from '../fault.ts';
import { bind, idOf, importToMachine, NAME, plainSite, setFlags, siteByName } from '../healthy.ts';
import { restartIisAdmin, withoutMapper } from '../services.ts';
import { configPath } from '../state.ts';

/** A setting that no visitor sees, and that the mapper's records never have. */
const SETTING = 'dsmapperusage=enable';

/** A row each. */
export const recordFaults: readonly Fault[] = [
  {
    id: 'lost-binding',
    playbook: 'lost-binding',
    how: 'netsh has deleted the record',
    begin: plainSite,
    breakIt: ({ bench }, { at }) => bench.must('netsh', ['http', 'delete', 'sslcert', at]),
  },
  {
    id: 'stale-hash',
    playbook: 'stale-hash',
    how: 'an entry 5506 with a hash that no certificate has was written to customMetadata, and IISADMIN started anew',
    cannot: withoutMapper,
    begin: plainSite,
    breakIt: async (stage, subject) => {
      await writeEntry(stage, subject);
      await restartIisAdmin(stage);
    },
  },
  {
    id: 'overwritten-record',
    playbook: 'overwritten-record',
    how: 'an entry 5506 with the hash of the certificate, and netsh has made the record anew as the mapper does: without its settings',
    begin: async (stage) => {
      const subject = await plainSite(stage);
      await bind(stage, subject.at, subject.good.thumbprint, SETTING);
      return subject;
    },
    breakIt: async (stage, subject) => {
      await writeEntry(stage, subject, subject.good.thumbprint);
      await bind(stage, subject.at, subject.good.thumbprint);
    },
  },
  {
    id: 'wrong-name',
    playbook: 'wrong-name',
    how: 'netsh has bound the certificate of another name',
    begin: siteByName,
    breakIt: async (stage, { at }) => {
      const other = stage.bench.certificate({ names: ['other.example.test'], selfSigned: true });
      await importToMachine(stage.bench, other);
      await bind(stage, at, other.thumbprint);
    },
    consent: 'disruptive',
  },
  {
    id: 'shadowing-record',
    playbook: 'shadowing-record',
    how: 'netsh has added a record at one address of the server, with another certificate',
    begin: plainSite,
    breakIt: async ({ bench }) => {
      const other = bench.certificate({ names: ['other.example.test'], selfSigned: true });
      await importToMachine(bench, other);
      await bench.record(`ipport=${bench.address}:${PORT}`, other.thumbprint);
    },
    consent: 'disruptive',
  },
  {
    id: 'no-common-tls',
    playbook: 'no-common-tls',
    how: 'netsh has made the record anew with the flag reject',
    cannot: async ({ bench }) => {
      const { text } = await bench.run('netsh', ['http', 'add', 'sslcert', 'help']);
      return /\breject\b/i.test(text) ? undefined : 'netsh here has no option reject';
    },
    begin: plainSite,
    breakIt: (stage, { at, good }) => bind(stage, at, good.thumbprint, 'reject=enable'),
    consent: 'disruptive',
  },
  {
    id: 'central-store',
    playbook: 'central-store',
    how: `appcmd has given the binding of ${NAME} to the central store, which is off, and netsh has deleted its record`,
    cannot: async ({ bench }) => {
      const key = 'HKLM\\SOFTWARE\\Microsoft\\IIS\\CentralCertProvider';
      const { code, text } = await bench.run('reg', ['query', key, '/v', 'Enabled']);
      return code === 0 && /\s0x1\s*$/m.test(text) ? 'the central certificate store is in use here' : undefined;
    },
    begin: siteByName,
    breakIt: async (stage, subject) => {
      await setFlags(stage, subject, 3);
      await stage.bench.must('netsh', ['http', 'delete', 'sslcert', subject.at]);
    },
    consent: 'disruptive',
  },
];

/** As a program with IIS 6 interfaces leaves it; the file is written with every other byte as it is. */
async function writeEntry(stage: Stage, subject: Subject, thumbprint?: string): Promise<void> {
  const { machine } = stage.bench.host;
  const path = configPath(stage.bench.host);
  const read = await machine.read(path);
  if (read.result !== 'ok') throw new Error(`${path} could not be read`);
  const before = Buffer.from(read.bytes);
  const { text, encode } = decodedConfig(before);
  const entry = thumbprint === undefined ? undefined : hashEntry(Buffer.from(thumbprint, 'hex').toString('base64'));
  const written = await machine.write(path, encode(withStaleEntry(text, await idOf(stage, subject), entry)));
  if (written.result !== 'ok') throw new Error(`${path} could not be written`);
  stage.bench.afterwards(() => machine.write(path, before));
}
