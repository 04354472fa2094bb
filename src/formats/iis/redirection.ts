// redirection.config: whether the server takes its configuration from a share that other servers use too.

import { fail, ok, type Result } from '../../model/result.ts';
import type { Redirection } from '../../model/server/iis-config.ts';
import { childrenNamed, readXml } from '../xml/document.ts';

/** Reads redirection.config. The account that opens the share, and its password, are not kept. */
export function readRedirection(bytes: Uint8Array): Result<Redirection> {
  const document = readXml(bytes);
  if (!document.ok) return document;
  const { root } = document.value;
  if (root.name !== 'configuration') return fail(`its root is <${root.name}>, not <configuration>`);
  const [redirection] = childrenNamed(root, 'configurationRedirection');
  const enabled = redirection?.attributes.get('enabled')?.toLowerCase() ?? 'false';
  if (enabled !== 'true' && enabled !== 'false') {
    return fail(`its configurationRedirection is enabled="${enabled.slice(0, 100)}", which is neither true nor false`);
  }
  return ok({ enabled: enabled === 'true', path: redirection?.attributes.get('path') ?? '' });
}
