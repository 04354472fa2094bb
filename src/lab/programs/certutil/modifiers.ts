// The comma separated modifiers at the end of -exportPFX and -importPFX.

const EXPORT = [
  'nochain',
  'noroot',
  'encryptcert',
  'noencryptcert',
  'exportparameters',
  'extendedproperties',
  'cryptoalgorithm',
];
const IMPORT = ['at_signature', 'at_keyexchange', 'noexport', 'nocert', 'nochain', 'noroot', 'protect', 'noprotect'];

/** Modifiers in lower case, with the value of those that have one ('' for the others); undefined for one not known. */
export function parseModifiers(text: string, verb: 'export' | 'import'): ReadonlyMap<string, string> | undefined {
  const known = verb === 'export' ? EXPORT : IMPORT;
  const modifiers = new Map<string, string>();
  for (const part of text.split(',').filter((word) => word !== '')) {
    const [name = '', value = ''] = part.split('=');
    if (!known.includes(name.toLowerCase())) return undefined;
    modifiers.set(name.toLowerCase(), value);
  }
  return modifiers;
}
