// appcmd: IIS's own configuration tool, for named backups and for a site's own binding.

import type { Command } from '../model/command.ts';

/** Copies the configuration into `%windir%\System32\inetsrv\backup\NAME`. */
export function addBackup(name: string): Command {
  return { program: 'appcmd', args: ['add', 'backup', name] };
}

/** Takes an https binding away from a site. `information` as written in the configuration, for example `*:443:`. */
export function removeSiteBinding(site: string, information: string): Command {
  return setBindings(site, '-', [
    ['protocol', 'https'],
    ['bindingInformation', information],
  ]);
}

/** Gives an https binding to a site. IIS 7 has no sslFlags, so 0 is not said. */
export function addSiteBinding(site: string, information: string, sslFlags: number): Command {
  const flags: readonly [string, string][] = sslFlags === 0 ? [] : [['sslFlags', String(sslFlags)]];
  return setBindings(site, '+', [['protocol', 'https'], ['bindingInformation', information], ...flags]);
}

/** No real host name has a quote; one that has cannot end the value early here. */
function setBindings(site: string, sign: '+' | '-', attributes: readonly (readonly [string, string])[]): Command {
  const list = attributes.map(([name, value]) => `${name}='${value.replaceAll("'", "''")}'`).join(',');
  return { program: 'appcmd', args: ['set', 'site', `/site.name:${site}`, `/${sign}bindings.[${list}]`] };
}
