// A service from an export of its key below HKLM\SYSTEM\CurrentControlSet\Services.

import { fail, ok, type Result } from '../../model/result.ts';
import type { ServiceState } from '../../model/server/evidence.ts';
import { readRegFile, regNumber } from './reg-file.ts';

const SERVICE = /^hkey_local_machine\\system\\(?:currentcontrolset|controlset\d{3})\\services\\[^\\]+$/;

/** The state of the service whose key was exported; malformed when the file holds no key of a service. */
export function readServiceState(bytes: Uint8Array): Result<ServiceState> {
  const file = readRegFile(bytes);
  if (!file.ok) return file;
  for (const [path, key] of file.value.keys) {
    if (!SERVICE.test(path)) continue;
    const start = regNumber(key.values.get('start'));
    return ok({ installed: true, ...(start !== undefined && { start }) });
  }
  return fail('not an export of a service');
}
