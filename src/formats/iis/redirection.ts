// redirection.config: whether the server takes its configuration from a share that other servers use too.

import { fail, ok, type Result } from '../../model/result.ts';
import type { Redirection } from '../../model/server/iis-config.ts';
import { readXml } from '../xml/document.ts';
import { attribute, childrenNamed, nameOf, ROOT } from '../xml/elements.ts';

/** Reads redirection.config. The account that opens the share, and its password, are not kept. */
export function readRedirection(bytes: Uint8Array): Result<Redirection> {
  const read = readXml(bytes);
  if (!read.ok) return read;
  const xml = read.value;
  const root = nameOf(xml, ROOT);
  if (root !== 'configuration') return fail(`its root is <${root}>, not <configuration>`);
  const [redirection] = childrenNamed(xml, ROOT, 'configurationRedirection');
  const said = (name: string) => (redirection === undefined ? undefined : attribute(xml, redirection, name));
  const enabled = said('enabled')?.toLowerCase() ?? 'false';
  if (enabled !== 'true' && enabled !== 'false') {
    return fail(`its configurationRedirection is enabled="${enabled.slice(0, 100)}", which is neither true nor false`);
  }
  return ok({ enabled: enabled === 'true', path: said('path') ?? '' });
}
