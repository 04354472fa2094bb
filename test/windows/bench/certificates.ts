// Certificates on a bench: made, imported as people do, and gone with their keys in the end.

import type { KeyObject } from 'node:crypto';
import { type Made, make, PFX_PASSWORD } from '../made.ts';
import { blobIn, type KeyLink, keyLinkIn } from '../store-entry.ts';
import type { Bench, Ground } from './types.ts';

const STORE = 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\MY\\Certificates';
const PROFILES = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';

/** The certificates of one bench. */
export function certificatesOn(
  ground: Ground,
  newKey: () => KeyObject,
): Pick<Bench, 'certificate' | 'imported' | 'importedForUser' | 'keyLink'> {
  const { run, must, afterwards, file, host } = ground;
  let authority: Made | undefined;
  const keyLink: Bench['keyLink'] = async (thumbprint) =>
    keyLinkIn(blobIn((await run('reg', ['query', `${STORE}\\${thumbprint}`, '/v', 'Blob'])).text));
  const keyGoes = (link: KeyLink | undefined, ...where: readonly string[]) => {
    if (link === undefined) return;
    afterwards(() => run('certutil', [...where, '-csp', link.provider, '-delkey', link.container]));
  };
  const importInto = async (made: Made, modifiers: string, ...where: readonly string[]) => {
    const pfx = await file(`${made.thumbprint}.pfx`, made.pfx);
    afterwards(() => run('certutil', [...where, '-f', '-delstore', 'MY', made.thumbprint]));
    await must('certutil', [...where, '-f', '-p', PFX_PASSWORD, '-importPFX', 'MY', pfx, modifiers]);
  };
  return {
    keyLink,
    certificate: ({ selfSigned, ...wanted } = {}) => {
      if (selfSigned || wanted.issuer) return make(wanted, newKey);
      authority ??= make({ names: ['Authority of a question'], authority: true }, newKey);
      return make({ ...wanted, issuer: authority }, newKey);
    },
    imported: async (made, modifiers = 'NoChain,NoRoot') => {
      await importInto(made, modifiers);
      const link = await keyLink(made.thumbprint);
      keyGoes(link);
      return link;
    },
    importedForUser: async (made) => {
      await importInto(made, 'NoChain,NoRoot', '-user');
      const entry = `${await profileOf(ground)}\\AppData\\Roaming\\Microsoft\\SystemCertificates\\My\\Certificates\\${made.thumbprint}`;
      const read = await host.machine.read(entry);
      if (read.result === 'ok') keyGoes(keyLinkIn(Buffer.from(read.bytes)), '-user');
    },
  };
}

/** The profile of whoever runs this. */
async function profileOf({ must, host }: Ground): Promise<string> {
  const identity = await host.machine.identity();
  const sid = identity.known ? identity.value.sid : '';
  const { text } = await must('reg', ['query', `${PROFILES}\\${sid}`, '/v', 'ProfileImagePath']);
  const path = /REG_EXPAND_SZ\s+(\S.*)/.exec(text)?.[1]?.trim() ?? '';
  return path.replace(/^%systemdrive%/i, host.machine.systemRoot.slice(0, 2));
}
