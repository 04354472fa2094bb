// User profiles from an export of HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList.

import { fail, ok, type Result } from '../../model/result.ts';
import type { Profile } from '../../model/server/evidence.ts';
import { keyOf, readRegFile, regString, subkeysOf } from './reg-file.ts';

const PROFILE_LIST = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';

/**
 * All profiles, those of SYSTEM and the service accounts included. `systemRoot` is what the variables in their paths
 * stand for. A subkey without a path is no profile.
 */
export function readProfileList(bytes: Uint8Array, systemRoot = 'C:\\Windows'): Result<readonly Profile[]> {
  const file = readRegFile(bytes);
  if (!file.ok) return file;
  const subkeys = subkeysOf(file.value, PROFILE_LIST);
  if (!file.value.keys.has(keyOf(PROFILE_LIST)) && subkeys.length === 0) return fail('not an export of ProfileList');
  const profiles: Profile[] = [];
  for (const key of subkeys) {
    // Windows sets a profile that it could not load aside as `<SID>.bak`; its folder is still that user's.
    const sid = /\\(S-1-[0-9-]+)(?:\.bak)?$/i.exec(key.path)?.[1]?.toUpperCase();
    const written = regString(key.values.get('profileimagepath'));
    if (sid === undefined || written === undefined || written === '') continue;
    const path = expand(written, systemRoot).replace(/\\+$/, '');
    profiles.push({ sid, path, name: path.slice(path.lastIndexOf('\\') + 1) });
  }
  return ok(profiles);
}

function expand(path: string, systemRoot: string): string {
  const values = new Map([
    ['systemdrive', systemRoot.slice(0, 2)],
    ['systemroot', systemRoot],
    ['windir', systemRoot],
  ]);
  return path.replace(/%([^%]+)%/g, (whole, name: string) => values.get(name.toLowerCase()) ?? whole);
}
