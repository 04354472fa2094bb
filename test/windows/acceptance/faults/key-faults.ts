// Faults of a certificate or of its key.

import { PORT } from '../../bench.ts';
import type { Fault } from '../fault.ts';
import {
  addCertificate,
  bind,
  drag,
  importAnew,
  importToMachine,
  keyFiles,
  NAME,
  plainSite,
  siteFor,
  trustedAuthority,
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
    begin: async (stage) => {
      const authority = await trustedAuthority(stage);
      const good = stage.bench.certificate({ names: [NAME], issuer: authority });
      await drag(stage.bench, good);
      return { ...(await siteFor(stage.bench, good, PORT)), trusted: authority };
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
    breakIt: async (stage, { good, at, trusted }) => {
      const { bench } = stage;
      const key = good.privateKey;
      const expired = bench.certificate({ names: [NAME], key, days: [-60, -3], ...(trusted && { issuer: trusted }) });
      await importToMachine(bench, expired);
      await bind(stage, at, expired.thumbprint);
    },
  },
];
