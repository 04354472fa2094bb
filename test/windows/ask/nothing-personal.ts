// What the programs of a server print names it and its people: in what is kept, words stand in their place.

import type { Host } from '../host.ts';

/** A text without what names this server and who runs this. */
export type Cleaned = (text: string) => string;

const CONTROL = 'HKLM\\SYSTEM\\CurrentControlSet';

/** Reads what is personal of this server, and says how texts are cleaned of it. */
export async function nothingPersonal(host: Host): Promise<Cleaned> {
  const { machine } = host;
  const identity = await machine.identity();
  const [domain = '', user = ''] = (identity.known ? identity.value.name : '').split('\\');
  const addresses = await machine.addresses();
  const named = [
    [await registryValue(host, `${CONTROL}\\Control\\ComputerName\\ComputerName`, 'ComputerName'), '<computer>'],
    [await registryValue(host, `${CONTROL}\\Services\\Tcpip\\Parameters`, 'Domain'), '<dns-domain>'],
    [await registryValue(host, 'HKLM\\SOFTWARE\\Microsoft\\Cryptography', 'MachineGuid'), '<machine>'],
    [domain, '<domain>'],
    [user, '<user>'],
    ...(addresses.known ? addresses.value : []).filter(isOwn).map((address) => [address, '<address>'] as const),
  ] as const;
  const words = named.filter(([word]) => word.length > 1);
  return (text) =>
    words.reduce(
      (cleaned, [word, instead]) => cleaned.replace(wholeWord(word), () => instead),
      text
        // A row of whoami whose group is the domain's own: its name is nobody's business.
        .replace(/"[^"]*"(?=[^\n]*"S-1-(?:5-21|12-1)-)/g, '"<account>"')
        .replace(/(S-1-(?:5-21|12-1))(?:-\d+)+/g, '$1-<account>')
        .replace(/(?<=\\Users\\)[^\\"\r\n]+/gi, '<user>'),
    );
}

const isOwn = (address: string): boolean => !/^(127\.|::1$|0\.0\.0\.0$)/.test(address);

const wholeWord = (word: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'giu');

/** A value as reg.exe prints it; '' where there is none. */
export async function registryValue(host: Host, key: string, name: string): Promise<string> {
  const ran = await host.run({ program: 'reg', args: ['query', key, '/v', name] });
  const text = ran.started && ran.exitCode === 0 ? Buffer.from(ran.stdout).toString('latin1') : '';
  return new RegExp(`^\\s+${name}\\s+REG_\\w+\\s+(\\S.*?)\\s*$`, 'im').exec(text)?.[1] ?? '';
}
