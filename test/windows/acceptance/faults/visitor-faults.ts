// Faults that lie outside the record and its certificate.

import { withRequiredCertificates } from '../../../../src/lab/config/access-flags.ts';
import { decodedConfig } from '../../../../src/lab/config/applied-config.ts';
import { PORT } from '../../bench.ts';
import type { Fault } from '../fault.ts';
import { addCertificate, bind, importToMachine, NAME, plainSite, siteFor, trustedAuthority } from '../healthy.ts';
import { dropCredentials } from '../services.ts';
import { configPath } from '../state.ts';

/** A row each. */
export const visitorFaults: readonly Fault[] = [
  {
    id: 'not-listening',
    playbook: 'not-listening',
    how: 'net has stopped W3SVC',
    begin: plainSite,
    breakIt: async ({ bench }) => {
      bench.afterwards(() => bench.run('net', ['start', 'W3SVC']));
      await bench.must('net', ['stop', 'W3SVC', '/y']);
    },
    consent: 'disruptive',
  },
  {
    id: 'not-in-the-listen-list',
    playbook: 'not-listening',
    how: 'netsh has put 127.0.0.1 alone into the listen list, and HTTP was stopped and started',
    cannot: async ({ bench }) => {
      const { code, text } = await bench.run('netsh', ['http', 'show', 'iplisten']);
      if (code !== 0) return 'netsh here shows no listen list';
      return /\d+\.\d+\.\d+\.\d+/.test(text) ? 'there is a listen list here already' : undefined;
    },
    begin: plainSite,
    breakIt: async (stage) => {
      const { bench } = stage;
      bench.afterwards(() => dropCredentials(stage));
      bench.afterwards(() => bench.run('netsh', ['http', 'delete', 'iplisten', 'ipaddress=127.0.0.1']));
      await bench.must('netsh', ['http', 'add', 'iplisten', 'ipaddress=127.0.0.1']);
      await dropCredentials(stage);
    },
    told: true,
  },
  {
    id: 'broken-chain',
    playbook: 'broken-chain',
    how: "the issuer's certificate was deleted from CA and added to Root",
    begin: async (stage) => {
      const { bench } = stage;
      const root = await trustedAuthority(stage);
      const issuing = bench.certificate({ names: ['Acceptance Issuing'], issuer: root, authority: true });
      const good = bench.certificate({ names: [NAME], issuer: issuing });
      await addCertificate(stage, 'CA', issuing);
      await importToMachine(bench, good);
      return { ...(await siteFor(bench, good, PORT)), trusted: root, issuing };
    },
    breakIt: async (stage, { at, good, issuing }) => {
      if (issuing === undefined) throw new Error('the site has no issuing authority');
      await stage.bench.must('certutil', ['-f', '-delstore', 'CA', issuing.thumbprint]);
      await addCertificate(stage, 'Root', issuing);
      await bind(stage, at, good.thumbprint);
    },
    mayStayHidden: true,
  },
  {
    id: 'late-client-certificate',
    playbook: 'late-client-certificate',
    how: 'the site requires client certificates, and its record does not ask for one in the handshake',
    cannot: async ({ bench }) => {
      const version = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
      const { text } = await bench.run('reg', ['query', version, '/v', 'CurrentBuild']);
      const build = Number(/REG_SZ\s+(\d+)/.exec(text)?.[1]);
      return build >= 20348 ? undefined : `Windows speaks TLS 1.3 from build 20348 on, and this is ${build}`;
    },
    begin: plainSite,
    breakIt: async ({ bench }, { site }) => {
      const { machine } = bench.host;
      const read = await machine.read(configPath(bench.host));
      if (read.result !== 'ok') throw new Error('applicationHost.config could not be read');
      const { text, encode } = decodedConfig(Buffer.from(read.bytes));
      await machine.write(configPath(bench.host), encode(withRequiredCertificates(text, site)));
      bench.afterwards(() => machine.write(configPath(bench.host), read.bytes));
    },
    told: true,
  },
  {
    id: 'certificate-gone',
    playbook: 'broken-link',
    how: 'certutil has deleted the certificate that the record names, and HTTP was stopped and started',
    begin: plainSite,
    breakIt: async (stage, { good }) => {
      await stage.bench.must('certutil', ['-f', '-delstore', 'MY', good.thumbprint]);
      await dropCredentials(stage);
    },
    told: true,
  },
];
