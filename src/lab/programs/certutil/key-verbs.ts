// certutil -key and -delkey: the containers of the machine, with -user those of the caller.

import { MACHINE_KEYSET } from '../../certificates/store.ts';
import { deleteKey, keyFolder, listKeys, ownScope } from '../../keys/keys.ts';
import { softwareProvider } from '../../keys/providers.ts';
import type { Caller } from '../../program.ts';
import type { LabServer } from '../../server.ts';
import type { CertutilCall } from './arguments.ts';
import { diskFailure, NTE_BAD_KEYSET, type Outcome } from './outcome.ts';

/** Without -csp certutil looks at this provider's containers only. */
const DEFAULT_PROVIDER = 'Microsoft Strong Cryptographic Provider';

/** -key [Container]: name, file name and use of each. */
export function showKeys(server: LabServer, caller: Caller, call: CertutilCall): Outcome {
  const [wanted] = call.operands;
  const provider = softwareProvider(call.provider ?? DEFAULT_PROVIDER);
  const scope = call.flags.has('user') ? ownScope(server, caller) : 'machine';
  if (!provider || !scope) return { lines: [], failed: NTE_BAD_KEYSET };
  const keys = listKeys(server, scope, provider.storage).filter(
    ({ container }) => wanted === undefined || container.toLowerCase() === wanted.toLowerCase(),
  );
  if (wanted !== undefined && keys.length === 0) return { lines: [], failed: NTE_BAD_KEYSET };
  const folder = keyFolder(scope, provider.storage);
  const use = provider.storage === 'cng' ? ['  RSA'] : ['  RSA', '    AT_KEYEXCHANGE'];
  const lines = keys.flatMap(({ container, file }) => [
    `  ${container}`,
    `  ${file.slice(folder.length + 1)}`,
    ...use,
    '',
  ]);
  return { lines: [`${provider.name}:`, ...lines] };
}

/** -delkey Container. */
export function removeKey(server: LabServer, caller: Caller, call: CertutilCall): Outcome {
  const [container = ''] = call.operands;
  const provider = softwareProvider(call.provider ?? DEFAULT_PROVIDER);
  if (!provider) return { lines: [], failed: NTE_BAD_KEYSET };
  const info = {
    container,
    provider: provider.name,
    type: provider.type,
    flags: call.flags.has('user') ? 0 : MACHINE_KEYSET,
    keySpec: provider.type === 0 ? 0 : 1,
  };
  try {
    if (!deleteKey(server, caller, info)) return { lines: [], failed: NTE_BAD_KEYSET };
  } catch (error) {
    return { lines: [], failed: diskFailure(error) };
  }
  return { lines: [`  ${container}`] };
}
