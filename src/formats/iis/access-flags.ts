// Which sites ask clients for certificates: `access sslFlags` of system.webServer/security in applicationHost.config. A
// web.config may say so as well where that section is unlocked, which it is not by default; those files are not read.

import type { Site } from '../../model/server/iis-config.ts';
import { attribute, childrenNamed, ROOT, type XmlElement, type XmlElements } from '../xml/elements.ts';

const NEGOTIATE = 32;
const REQUIRE = 64;

/**
 * Whether a site of this name asks: on all its pages, by what is said for it or else for the server; or only on some below
 * it. The names of locations are those of sites, in any case, with applications and folders behind slashes.
 */
export function asksForCertificates(xml: XmlElements): (site: string) => Site['clientCertificates'] {
  const bySite = new Map<string, { own?: boolean; below?: boolean }>();
  const places = [
    { path: '', element: ROOT },
    ...childrenNamed(xml, ROOT, 'location').map((element) => ({ path: pathOf(xml, element), element })),
  ];
  for (const { path, element } of places) {
    const asked = childrenNamed(xml, element, 'system.webServer')
      .flatMap((section) => childrenNamed(xml, section, 'security'))
      .flatMap((security) => childrenNamed(xml, security, 'access'))
      .flatMap((access) => attribute(xml, access, 'sslFlags') ?? [])
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

function pathOf(xml: XmlElements, location: XmlElement): string {
  const path = (attribute(xml, location, 'path') ?? '').replace(/^\/+|\/+$/g, '').toLowerCase();
  return path === '.' ? '' : path;
}

/** Names with commas between, or the number that they stand for. */
function asks(written: string): boolean {
  if (/^\s*\d{1,10}\s*$/.test(written)) return (Number(written) & (NEGOTIATE | REQUIRE)) !== 0;
  return written.split(',').some((flag) => /^\s*Ssl(Negotiate|Require)Cert\s*$/i.test(flag));
}
