// Healthy sites to break, and the few acts that several faults share.

import { type Bench, flagsOf, PORT } from '../bench.ts';
import { type Made, PFX_PASSWORD } from '../made.ts';
import type { Stage, Subject } from './fault.ts';
import { KEY_FOLDERS } from './state.ts';

/** The name of every site's certificate. */
export const NAME = 'acceptance.example.test';

/** For everybody at this port. */
export const EVERYBODY = `ipport=0.0.0.0:${PORT}`;

/** For those who ask for the name. */
const BY_NAME = `hostnameport=${NAME}:${PORT}`;

/** A site with one certificate for all, imported as an administrator does it. */
export async function plainSite({ bench }: Stage): Promise<Subject> {
  const good = selfSigned(bench);
  await importToMachine(bench, good);
  const site = await bench.site(PORT);
  await bench.record(EVERYBODY, good.thumbprint);
  await bench.served(good, PORT);
  return { site, port: PORT, host: '', good, at: EVERYBODY };
}

/** The same by its host name. */
export async function siteByName({ bench }: Stage): Promise<Subject> {
  const good = selfSigned(bench);
  await importToMachine(bench, good);
  const site = await bench.site(PORT, [{ host: NAME, sslFlags: 1 }]);
  await bench.record(BY_NAME, good.thumbprint);
  await bench.served(good, PORT, NAME);
  return { site, port: PORT, host: NAME, good, at: BY_NAME };
}

/** A certificate that needs no authority. */
export const selfSigned = (bench: Bench, names: readonly string[] = [NAME]): Made =>
  bench.certificate({ names, selfSigned: true });

/** Into LocalMachine\MY; what Windows makes of its being its own root goes in the end too. */
export async function importToMachine(bench: Bench, made: Made, kind = 'AT_KEYEXCHANGE'): Promise<void> {
  await bench.imported(made, `${kind},NoChain`);
  bench.afterwards(() => bench.run('certutil', ['-f', '-delstore', 'Root', made.thumbprint]));
}

/** The same over an entry that is there: it is deleted first, and its key stays. */
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
