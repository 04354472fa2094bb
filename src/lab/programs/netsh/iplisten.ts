// netsh http add|delete iplisten: the addresses that http.sys listens on alone. What it prints is not known, so it prints little.

import { HTTP_PARAMETERS } from '../../http/http-sys.ts';
import { writtenList } from '../../http/listeners.ts';
import { type Caller, type ProgramResult, printed } from '../../program.ts';
import type { LabServer } from '../../server.ts';

/** `add iplisten ipaddress=ADDRESS` and `delete iplisten ipaddress=ADDRESS`. */
export function ipListen(
  verb: 'add' | 'delete',
  args: readonly string[],
  server: LabServer,
  caller: Caller,
): ProgramResult {
  const address = /^(?:ipaddress=)?([0-9a-f.:]+)$/i.exec(args[0] ?? '')?.[1]?.toLowerCase();
  if (address === undefined) return printed(['The parameter is incorrect.', ''], 1);
  if (!caller.elevated) return printed(['Access is denied.', ''], 1);
  const others = writtenList(server).filter((each) => each !== address);
  const list = verb === 'add' ? [...others, address] : others;
  if (list.length === 0) server.registry.deleteValue(HTTP_PARAMETERS, 'ListenOnlyList');
  else {
    const data = Buffer.from(`${list.join('\0')}\0\0`, 'utf16le');
    server.registry.setValue(HTTP_PARAMETERS, 'ListenOnlyList', { type: 'REG_MULTI_SZ', data });
  }
  return printed(['', `IP address successfully ${verb === 'add' ? 'added' : 'deleted'}`, '']);
}
