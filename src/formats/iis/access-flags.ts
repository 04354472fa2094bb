// Which sites ask clients for certificates: `access sslFlags` of system.webServer/security in applicationHost.config. A
// web.config may say so as well where that section is unlocked, which it is not by default; those files are not read.

import type { Site } from '../../model/server/iis-config.ts';
import { childrenNamed } from '../xml/document.ts';
import type { XmlElement } from '../xml/tree.ts';

const NEGOTIATE = 32;
const REQUIRE = 64;

/**
 * Whether a site of this name asks: on all its pages, by what is said for it or else for the server; or only on some below
 * it. The names of locations are those of sites, in any case, with applications and folders behind slashes.
 */
export function asksForCertificates(root: XmlElement): (site: string) => Site['clientCertificates'] {
  const bySite = new Map<string, { own?: boolean; below?: boolean }>();
  const places = [
    { path: '', element: root },
    ...childrenNamed(root, 'location').map((element) => ({ path: pathOf(element), element })),
  ];
  for (const { path, element } of places) {
    const asked = childrenNamed(element, 'system.webServer')
      .flatMap((section) => childrenNamed(section, 'security'))
      .flatMap((security) => childrenNamed(security, 'access'))
      .flatMap((access) => access.attributes.get('sslFlags') ?? [])
      .map(asks);
    const last = asked.at(-1);
    if (last === undefined) continue;
    const [site = '', ...folders] = path.split('/');
    const said = bySite.get(site) ?? {};
    bySite.set(site, folders.length === 0 ? { ...said, own: last } : { ...said, below: said.below === true || last });
  }
  const server = bySite.get('')?.own ?? false;
  return (name) => {
    const said = bySite.get(name.toLowerCase());
    if (said?.own ?? server) return 'site';
    return said?.below === true ? 'below' : undefined;
  };
}

function pathOf(location: XmlElement): string {
  const path = (location.attributes.get('path') ?? '').replace(/^\/+|\/+$/g, '').toLowerCase();
  return path === '.' ? '' : path;
}

/** Names with commas between, or the number that they stand for. */
function asks(written: string): boolean {
  if (/^\s*\d{1,10}\s*$/.test(written)) return (Number(written) & (NEGOTIATE | REQUIRE)) !== 0;
  return written.split(',').some((flag) => /^\s*Ssl(Negotiate|Require)Cert\s*$/i.test(flag));
}
