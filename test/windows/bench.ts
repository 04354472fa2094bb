// The bench of one question: it makes sites, certificates and records with Windows' own programs, notes all that was done and
// what came of it, and takes everything back in the end, the last thing first.

import type { KeyObject } from 'node:crypto';
import type { Program } from '../../src/model/repair/command.ts';
import type { Host } from './host.ts';
import { type Made, make, PFX_PASSWORD, type Wanted } from './made.ts';
import { blobIn, type KeyLink, keyLinkIn } from './store-entry.ts';

/** What came of a program. `code` is undefined where it did not start or end; `late` where it did not end in time. */
export interface Ran {
  readonly code: number | undefined;
  readonly late: boolean;
  /** Both outputs: only ASCII anchors in them may be trusted. */
  readonly text: string;
}

/** An https binding of a question's site. */
export interface Bound {
  readonly host?: string;
  readonly sslFlags?: number;
}

/** What a question works with. */
export interface Bench {
  readonly host: Host;
  /** A folder of its own, gone in the end. */
  readonly folder: string;
  /** An IPv4 address of this server, loopback only where it has no other. */
  readonly address: string;
  note(line: string): void;
  run(program: Program, args: readonly string[], seconds?: number): Promise<Ran>;
  /** The same, where without it there is no experiment: throws unless it ends with 0. */
  must(program: Program, args: readonly string[]): Promise<Ran>;
  /** What to do in the end, whatever happens. */
  afterwards(act: () => Promise<unknown>): void;
  /** A file in the bench's folder; its full path. */
  file(name: string, bytes: Uint8Array): Promise<string>;
  /** A certificate of the bench's own authority; `selfSigned` one without. */
  certificate(wanted?: Wanted & { readonly selfSigned?: boolean }): Made;
  /** certutil -importPFX into the machine's store, as an administrator does it; the key goes with it in the end. */
  imported(made: Made, modifiers?: string): Promise<KeyLink | undefined>;
  /** The same into the store of whoever runs this. */
  importedForUser(made: Made): Promise<void>;
  /** What the entry in LocalMachine\MY names as its key. */
  keyLink(thumbprint: string): Promise<KeyLink | undefined>;
  /** A site of IIS with these https bindings at the port, in the order given. It has no records yet. */
  site(port: number, bindings?: readonly Bound[]): Promise<string>;
  /** netsh http add sslcert with the application id of IIS; `at` is `ipport=0.0.0.0:443`. Throws where it is not made. */
  record(at: string, thumbprint: string, ...more: readonly string[]): Promise<void>;
  /** The thumbprint that a visitor is shown, or how he fails: `no-tls`, `no-connection`. */
  greet(port: number, name?: string, address?: string): Promise<string>;
  /** Greets until this certificate is shown, for IIS needs a moment to see a new site; throws where it never is. */
  served(made: Made, port: number, name?: string, address?: string): Promise<void>;
  takeBack(): Promise<void>;
}

const IIS_APP_ID = '{4dc3e181-e14b-4a21-b022-59fc669b0914}';

/** No ephemeral port, and none that a product is known for. */
export const PORT = 44391;

/** IIS sees a change of its configuration within seconds. */
const PATIENCE = { tries: 40, pauseMs: 500 };

/** As much of one output as is kept. */
const MOST_TEXT = 4000;

/** A bench on this server; `raw` gets a line for everything that is done. `newKey` is a test's, whose keys are shared. */
export async function newBench(host: Host, raw: string[], newKey: () => KeyObject): Promise<Bench> {
  const { machine } = host;
  const acts: (() => Promise<unknown>)[] = [];
  const folder = `${machine.systemRoot}\\Temp\\iis-ssl-heal-ask`;
  const addresses = await machine.addresses();
  const own = addresses.known ? addresses.value.filter((each) => !each.includes(':')) : [];
  const address = own.find((each) => !/^(127|169\.254)\./.test(each)) ?? '127.0.0.1';
  let authority: Made | undefined;

  const note = (line: string) => void raw.push(line);
  const afterwards = (act: () => Promise<unknown>) => void acts.push(act);
  const run: Bench['run'] = async (program, args, seconds) => {
    const ran = await host.run({ program, args }, seconds);
    const decode = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
    const text = ran.started ? decode(ran.stdout) + decode(ran.stderr) : ran.detail;
    const end = ran.started ? `0x${ran.exitCode.toString(16)}` : ran.why;
    note(`${program} ${args.join(' ')} => ${end}`);
    for (const line of text.slice(0, MOST_TEXT).split(/\r*\n/)) if (line.trim() !== '') note(`  ${line}`);
    return { code: ran.started ? ran.exitCode : undefined, late: !ran.started && ran.why === 'timeout', text };
  };
  const must: Bench['must'] = async (program, args) => {
    const ran = await run(program, args);
    if (ran.code !== 0) throw new Error(`${program} ${args.slice(0, 3).join(' ')} did not end with 0`);
    return ran;
  };
  const file: Bench['file'] = async (name, bytes) => {
    const path = `${folder}\\${name}`;
    const made = await machine.makeFolder(folder);
    const written = made.result === 'ok' ? await machine.write(path, bytes) : made;
    if (written.result !== 'ok') throw new Error(`${path} could not be written`);
    afterwards(() => machine.remove(path));
    return path;
  };
  const certificate: Bench['certificate'] = ({ selfSigned, ...wanted } = {}) => {
    if (selfSigned || wanted.issuer) return make(wanted, newKey);
    authority ??= make({ names: ['Authority of a question'], authority: true }, newKey);
    return make({ ...wanted, issuer: authority }, newKey);
  };
  const keyLink: Bench['keyLink'] = async (thumbprint) => {
    const key = `HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\MY\\Certificates\\${thumbprint}`;
    return keyLinkIn(blobIn((await run('reg', ['query', key, '/v', 'Blob'])).text));
  };
  const deleteKey = (link: KeyLink | undefined, ...where: readonly string[]) => {
    if (link !== undefined)
      afterwards(() => run('certutil', [...where, '-csp', link.provider, '-delkey', link.container]));
  };
  const imported: Bench['imported'] = async (made, modifiers = 'NoChain,NoRoot') => {
    const pfx = await file(`${made.thumbprint}.pfx`, made.pfx);
    afterwards(() => run('certutil', ['-f', '-delstore', 'MY', made.thumbprint]));
    await must('certutil', ['-f', '-p', PFX_PASSWORD, '-importPFX', 'MY', pfx, modifiers]);
    const link = await keyLink(made.thumbprint);
    deleteKey(link);
    return link;
  };
  const importedForUser: Bench['importedForUser'] = async (made) => {
    const pfx = await file(`${made.thumbprint}-user.pfx`, made.pfx);
    afterwards(() => run('certutil', ['-user', '-f', '-delstore', 'MY', made.thumbprint]));
    await must('certutil', ['-user', '-f', '-p', PFX_PASSWORD, '-importPFX', 'MY', pfx, 'NoChain,NoRoot']);
    const profile = await profileFolder();
    const read = await machine.read(
      `${profile}\\AppData\\Roaming\\Microsoft\\SystemCertificates\\My\\Certificates\\${made.thumbprint}`,
    );
    if (read.result === 'ok') deleteKey(keyLinkIn(Buffer.from(read.bytes)), '-user');
  };
  const profileFolder = async (): Promise<string> => {
    const identity = await machine.identity();
    const sid = identity.known ? identity.value.sid : '';
    const key = `HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\${sid}`;
    const { text } = await must('reg', ['query', key, '/v', 'ProfileImagePath']);
    const path = /REG_EXPAND_SZ\s+(\S.*)/.exec(text)?.[1]?.trim() ?? '';
    return path.replace(/^%systemdrive%/i, machine.systemRoot.slice(0, 2));
  };
  let sites = 0;
  const site: Bench['site'] = async (port, bindings = [{}]) => {
    sites += 1;
    const name = `iis-ssl-heal-ask-${sites}`;
    const page = await file('index.html', Buffer.from('asked\r\n'));
    const physicalPath = page.slice(0, page.lastIndexOf('\\'));
    const list = bindings.map(({ host: named = '' }) => `https/*:${port}:${named}`).join(',');
    afterwards(() => run('appcmd', ['delete', 'site', name]));
    await must('appcmd', ['add', 'site', `/name:${name}`, `/physicalPath:${physicalPath}`, `/bindings:${list}`]);
    for (const { host: named = '', sslFlags } of bindings)
      if (sslFlags !== undefined) await must('appcmd', ['set', 'site', name, flagsOf(port, named, sslFlags)]);
    return name;
  };
  const record: Bench['record'] = async (at, thumbprint, ...more) => {
    afterwards(() => run('netsh', ['http', 'delete', 'sslcert', at]));
    const hash = thumbprint === '' ? [] : [`certhash=${thumbprint.toLowerCase()}`, 'certstorename=MY'];
    await must('netsh', ['http', 'add', 'sslcert', at, ...hash, `appid=${IIS_APP_ID}`, ...more]);
  };
  const greet: Bench['greet'] = async (port, name = '', to = address) => {
    const got = await machine.handshake({ address: to, port, name });
    const shown = !got.known
      ? 'no-connection'
      : got.value.outcome === 'certificate'
        ? got.value.thumbprint
        : got.value.outcome;
    note(`a visitor of ${to} at ${port} who asks for ${name === '' ? 'no name' : name} gets ${shown}`);
    return shown;
  };
  const served: Bench['served'] = async (made, port, name, to) => {
    for (let tries = 0; tries < PATIENCE.tries; tries += 1) {
      if ((await greet(port, name, to)) === made.thumbprint) return;
      await machine.sleep(PATIENCE.pauseMs);
    }
    throw new Error(`port ${port} did not come to be served with the certificate of its record`);
  };
  const takeBack = async () => {
    for (const act of acts.splice(0).toReversed()) {
      try {
        await act();
      } catch (error) {
        note(`not taken back: ${error instanceof Error ? error.message : error}`);
      }
    }
    await machine.remove(folder);
  };
  return {
    host,
    folder,
    address,
    note,
    run,
    must,
    afterwards,
    file,
    certificate,
    imported,
    importedForUser,
    keyLink,
    site,
    record,
    greet,
    served,
    takeBack,
  };
}

/** The argument of `appcmd set site` that sets the flags of one binding. */
export const flagsOf = (port: number, host: string, sslFlags: number): string =>
  `/bindings.[protocol='https',bindingInformation='*:${port}:${host}'].sslFlags:${sslFlags}`;
