// Healthy sites to break, and the few acts that several faults share.

import { type Bench, flagsOf, PORT } from '../bench.ts';
import { type Made, PFX_PASSWORD } from '../made.ts';
import type { Stage, Subject } from './fault.ts';
import { KEY_FOLDERS } from './state.ts';

/** The name of every site's certificate. */
export const NAME = 'acceptance.example.test';

/** For those who ask for the name. */
const BY_NAME = `hostnameport=${NAME}:${PORT}`;

/** A site with one certificate for all, imported as an administrator does it. */
export async function plainSite(stage: Stage): Promise<Subject> {
  const authority = await trustedAuthority(stage);
  const good = stage.bench.certificate({ names: [NAME], issuer: authority });
  await importToMachine(stage.bench, good);
  return { ...(await siteFor(stage.bench, good, PORT)), trusted: authority };
}

/** A site with this certificate, which is in LocalMachine\MY, for all who come to the port. */
export async function siteFor(bench: Bench, good: Made, port: number): Promise<Subject> {
  const at = `ipport=0.0.0.0:${port}`;
  const site = await bench.site(port);
  await bench.record(at, good.thumbprint);
  await bench.served(good, port);
  return { site, port, host: '', good, at };
}

/** The same by its host name. */
export async function siteByName(stage: Stage): Promise<Subject> {
  const { bench } = stage;
  const authority = await trustedAuthority(stage);
  const good = bench.certificate({ names: [NAME], issuer: authority });
  await importToMachine(bench, good);
  const site = await bench.site(PORT, [{ host: NAME, sslFlags: 1 }]);
  await bench.record(BY_NAME, good.thumbprint);
  await bench.served(good, PORT, NAME);
  return { site, port: PORT, host: NAME, good, at: BY_NAME, trusted: authority };
}

/** An authority that this server trusts until the end: whether a certificate that is its own root can be moved is an open question. */
export async function trustedAuthority(stage: Stage): Promise<Made> {
  const made = stage.bench.certificate({ names: ['Acceptance Root'], selfSigned: true, authority: true });
  await addCertificate(stage, 'Root', made);
  return made;
}

/** Into LocalMachine\MY. */
export async function importToMachine(bench: Bench, made: Made, kind = 'AT_KEYEXCHANGE'): Promise<void> {
  await bench.imported(made, `${kind},NoChain`);
}

/** Into CurrentUser\MY and from there, by dragging, to LocalMachine\MY: the key stays. */
export async function drag(bench: Bench, made: Made): Promise<void> {
  await bench.importedForUser(made);
  bench.afterwards(() => bench.run('certutil', ['-f', '-delstore', 'MY', made.thumbprint]));
  await bench.host.drag(made.thumbprint);
}

/** Imported over an entry that is there: it is deleted first, and its key stays. */
export async function importAnew({ bench }: Stage, made: Made, kind: string): Promise<void> {
  await bench.must('certutil', ['-delstore', 'MY', made.thumbprint]);
  const pfx = await bench.file(`${made.thumbprint}-anew.pfx`, made.pfx);
  await bench.must('certutil', ['-f', '-p', PFX_PASSWORD, '-importPFX', 'MY', pfx, `${kind},NoChain`]);
}

/** Binds another certificate, or the same one anew, with the settings that are named. */
export async function bind({ bench }: Stage, at: string, thumbprint: string, ...settings: string[]): Promise<void> {
  await bench.run('netsh', ['http', 'delete', 'sslcert', at]);
  await bench.record(at, thumbprint, ...settings);
}

/** `-addstore` of the certificate alone, which goes in the end. */
export async function addCertificate({ bench }: Stage, store: string, made: Made): Promise<void> {
  const file = await bench.file(`${made.thumbprint}-${store}.cer`, made.der);
  bench.afterwards(() => bench.run('certutil', ['-f', '-delstore', store, made.thumbprint]));
  await bench.must('certutil', ['-f', '-addstore', store, file]);
}

/** Sets the flags of the one binding of a site by name. */
export const setFlags = ({ bench }: Stage, { site, port, host }: Subject, flags: number) =>
  bench.must('appcmd', ['set', 'site', site, flagsOf(port, host, flags)]);

/** The id that IIS has given the site. */
export async function idOf({ bench }: Stage, { site }: Subject): Promise<number> {
  const { text } = await bench.must('appcmd', ['list', 'site', site]);
  const id = /\(id:(\d+),/.exec(text)?.[1];
  if (id === undefined) throw new Error(`appcmd says of no id of ${site}`);
  return Number(id);
}

/** The full paths of all key files of the machine. */
export async function keyFiles({ bench }: Stage): Promise<readonly string[]> {
  const { machine } = bench.host;
  const folders = KEY_FOLDERS.map((folder) => `${machine.programData}\\${folder}`);
  const lists = await Promise.all(folders.map((folder) => machine.list(folder)));
  return lists.flatMap((list, at) => (list.result === 'ok' ? list.files.map((name) => `${folders[at]}\\${name}`) : []));
}
