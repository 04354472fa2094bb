// All of a server that a repair may touch, read by Windows' own programs and compared with before.

import type { Program } from '../../../src/model/repair/command.ts';
import type { Host } from '../host.ts';

/** A part of the server by its name, as text. */
export type State = ReadonlyMap<string, string>;

const SERVICES = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';
const STORES = 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates';

const KEYS: readonly (readonly [part: string, key: string])[] = [
  ...['MY', 'WebHosting', 'CA', 'ROOT'].map((store) => [`store ${store}`, `${STORES}\\${store}`] as const),
  ...['SslBindingInfo', 'SslSniBindingInfo', 'SslCcsBindingInfo', 'SslScopedCcsBindingInfo'].map(
    (table) => [`records ${table}`, `${SERVICES}\\HTTP\\Parameters\\${table}`] as const,
  ),
];

/** Where a machine's keys lie, below ProgramData. */
export const KEY_FOLDERS = ['Microsoft\\Crypto\\RSA\\MachineKeys', 'Microsoft\\Crypto\\Keys'];

/** Reads it. What is not there is an empty part. */
export async function stateOf(host: Host): Promise<State> {
  const state = new Map<string, string>();
  for (const [part, key] of KEYS)
    state.set(part, normal(await outputOf(host, 'reg', (out) => ['export', key, out, '/y'])));
  const config = await host.machine.read(configPath(host));
  state.set('applicationHost.config', config.result === 'ok' ? Buffer.from(config.bytes).toString('hex') : '');
  for (const folder of KEY_FOLDERS.map((each) => `${host.machine.programData}\\${each}`)) {
    const saved = await outputOf(host, 'icacls', (out) => [`${folder}\\*`, '/save', out, '/c']);
    // A name and its list, line by line.
    for (const [, name = '', list = ''] of saved.matchAll(/^(\S.*)\r?\n(\S.*)$/gm))
      state.set(`key file ${folder}\\${name}`, list);
  }
  return state;
}

/** applicationHost.config. */
export const configPath = ({ machine }: Host): string =>
  `${machine.systemRoot}\\System32\\inetsrv\\config\\applicationHost.config`;

/** Names of the parts that are not as they were; key files that were not there before are `newKeyFiles`' business. */
export const differences = (before: State, after: State): readonly string[] =>
  [...before].filter(([part, text]) => (after.get(part) ?? '') !== text).map(([part]) => part);

/** What undo leaves, and says that it does: an import has made a key file, and a key is never deleted. */
export const newKeyFiles = (before: State, after: State): readonly string[] =>
  [...after.keys()].filter((part) => part.startsWith('key file ') && !before.has(part));

async function outputOf(
  host: Host,
  program: Program,
  args: (output: { readonly outputFile: true }) => readonly (string | { readonly outputFile: true })[],
): Promise<string> {
  const ran = await host.run({ program, args: args({ outputFile: true }) });
  return ran.started && ran.output !== undefined ? Buffer.from(ran.output).toString('utf16le') : '';
}

/**
 * The order in which a key's values were written is nobody's business: a record that was made again has them in another one.
 * Nor is a key without values: the tables of http.sys stay when their last record is gone.
 */
function normal(exported: string): string {
  const lines = exported.replace(/\\\r?\n\s*/g, '').split(/\r?\n/);
  const keys = lines.join('\n').split(/\n(?=\[)/);
  return keys
    .map((key) => key.split('\n').filter((line) => line !== ''))
    .filter(([, ...values]) => values.length > 0)
    .map(([name = '', ...values]) => [name, ...values.toSorted()].join('\n'))
    .join('\n');
}
