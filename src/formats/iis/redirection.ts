// redirection.config: whether the server takes its configuration from a share that other servers use too.

import type { Redirection } from '../../model/iis-config.ts';
import { malformed, type Parsed, parsed } from '../../model/parsed.ts';
import { childrenNamed, readXml } from '../xml/document.ts';

/** Reads redirection.config. The account that opens the share, and its password, are not kept. */
export function readRedirection(bytes: Uint8Array): Parsed<Redirection> {
  const document = readXml(bytes);
  if (!document.ok) return document;
  const { root } = document.value;
  if (root.name !== 'configuration') return malformed(`its root is <${root.name}>, not <configuration>`);
  const [redirection] = childrenNamed(root, 'configurationRedirection');
  const enabled = redirection?.attributes.get('enabled')?.toLowerCase() ?? 'false';
  if (enabled !== 'true' && enabled !== 'false') {
    return malformed(
      `its configurationRedirection is enabled="${enabled.slice(0, 100)}", which is neither true nor false`,
    );
  }
  return parsed({ enabled: enabled === 'true', path: redirection?.attributes.get('path') ?? '' });
}
