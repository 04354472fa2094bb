// Faults of a certificate or of its key.

import { PORT } from '../../bench.ts';
import type { Fault } from '../fault.ts';
import {
  addCertificate,
  bind,
  EVERYBODY,
  importAnew,
  importToMachine,
  keyFiles,
  NAME,
  plainSite,
  selfSigned,
} from '../healthy.ts';
import { dropCredentials } from '../services.ts';

const ADMINISTRATORS = '*S-1-5-32-544';
const SYSTEM = '*S-1-5-18';

/** A row each. */
export const keyFaults: readonly Fault[] = [
  {
    id: 'stranded-key',
    playbook: 'stranded-key',
    how: 'imported into CurrentUser\\MY, dragged to LocalMachine\\MY, bound by netsh; then HTTP was stopped and started',
    begin: async ({ bench }) => {
      const good = selfSigned(bench);
      await bench.importedForUser(good);
      bench.afterwards(() => bench.run('certutil', ['-f', '-delstore', 'MY', good.thumbprint]));
      await bench.host.drag(good.thumbprint);
      const site = await bench.site(PORT);
      await bench.record(EVERYBODY, good.thumbprint);
      await bench.served(good, PORT);
      return { site, port: PORT, host: '', good, at: EVERYBODY };
    },
    breakIt: dropCredentials,
    badFromTheStart: true,
  },
  {
    id: 'lost-key-link',
    playbook: 'lost-key-link',
    how: 'deleted from LocalMachine\\MY and added again from its .cer file',
    begin: plainSite,
    breakIt: async (stage, { good }) => {
      await stage.bench.must('certutil', ['-delstore', 'MY', good.thumbprint]);
      await addCertificate(stage, 'MY', good);
      await dropCredentials(stage);
    },
  },
  {
    id: 'closed-key',
    playbook: 'closed-key',
    how: 'icacls has left the key file to whoever made it, and to nobody else: SYSTEM is an administrator too',
    begin: async (stage) => {
      const before = await keyFiles(stage);
      const subject = await plainSite(stage);
      const [keyFile] = (await keyFiles(stage)).filter((path) => !before.includes(path));
      if (keyFile === undefined) throw new Error('the import has made no key file');
      return { ...subject, keyFile };
    },
    breakIt: async (stage, { keyFile = '' }) => {
      const who = await stage.bench.host.machine.identity();
      if (!who.known) throw new Error(who.why);
      const closed = ['/inheritance:r', '/grant:r', `*${who.value.sid}:F`, '/remove', SYSTEM, ADMINISTRATORS];
      await stage.bench.must('icacls', [keyFile, ...closed]);
      await dropCredentials(stage);
    },
  },
  {
    id: 'signature-only-key',
    playbook: 'signature-only-key',
    how: 'imported anew with AT_SIGNATURE, and bound again',
    begin: plainSite,
    breakIt: async (stage, { good, at }) => {
      await importAnew(stage, good, 'AT_SIGNATURE');
      await bind(stage, at, good.thumbprint);
    },
    consent: 'disruptive',
  },
  {
    id: 'superseded-certificate',
    playbook: 'superseded-certificate',
    how: 'an expired certificate of the same key and names is bound, its renewal lies beside it',
    begin: plainSite,
    breakIt: async (stage, { good, at }) => {
      const { bench } = stage;
      const key = good.privateKey;
      const expired = bench.certificate({ names: [NAME], selfSigned: true, key, days: [-60, -3] });
      await importToMachine(bench, expired);
      await bind(stage, at, expired.thumbprint);
    },
  },
];
