// appcmd: IIS's own configuration tool, for named backups, customMetadata, flags of bindings, and bindings run again.

import type { Command } from '../model/repair/command.ts';

/** Copies the configuration into `%windir%\System32\inetsrv\backup\NAME`. */
export function addBackup(name: string): Command {
  return { program: 'appcmd', args: ['add', 'backup', name] };
}

/** Deletes a backup with all its files; a half-made one too. */
export function deleteBackup(name: string): Command {
  return { program: 'appcmd', args: ['delete', 'backup', name] };
}

/** Puts the configuration files of a backup back, all of them. */
export function restoreBackup(name: string): Command {
  return { program: 'appcmd', args: ['restore', 'backup', name] };
}

/** The first build whose appcmd can do that: IIS 8.5, Windows Server 2012 R2. */
export const RENEW_BINDING_BUILD = 9600;

/** Unbinds one certificate from every site binding that uses it and binds the other, which may be the same one. */
export function renewBinding(from: string, to: string): Command {
  return { program: 'appcmd', args: ['renew', 'binding', `/oldcert:${from}`, `/newcert:${to}`] };
}

/** Prints the named backups: what is asked of appcmd to see whether it is there. */
export function listBackups(): Command {
  return { program: 'appcmd', args: ['list', 'backup'] };
}

/** Prints the section customMetadata as XML, one element a line. */
export function listMetadata(): Command {
  return { program: 'appcmd', args: ['list', 'config', METADATA] };
}

/** Removes a key of customMetadata with all that it holds (the form of Microsoft KB 3202096), or one property of it. */
export function removeMetadata(keyPath: string, propertyId?: number): Command {
  return setMetadata(`/-${metadataElement(keyPath, propertyId)}`);
}

/** Gives a property of customMetadata another value. */
export function setMetadataValue(keyPath: string, propertyId: number, value: string): Command {
  return setMetadata(`/${metadataElement(keyPath, propertyId)}.value:${value}`);
}

/** Prints the section sites as XML, one element a line. */
export function listSites(): Command {
  return { program: 'appcmd', args: ['list', 'config', '-section:system.applicationHost/sites'] };
}

/** Sets the sslFlags of one https binding of a site. Neither name may hold a quote. */
export function setBindingFlags(site: string, information: string, sslFlags: number): Command {
  const binding = `[protocol='https',bindingInformation='${information}']`;
  return {
    program: 'appcmd',
    args: ['set', 'site', `/site.name:${site}`, `/bindings.${binding}.sslFlags:${sslFlags}`],
  };
}

const METADATA = '-section:system.applicationHost/customMetadata';

const setMetadata = (change: string): Command => ({ program: 'appcmd', args: ['set', 'config', METADATA, change] });

const metadataElement = (keyPath: string, propertyId: number | undefined): string =>
  `[path='${keyPath}']${propertyId === undefined ? '' : `.[id='${propertyId}']`}`;
