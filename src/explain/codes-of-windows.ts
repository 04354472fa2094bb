// What every part of Windows says: Win32 errors and NTSTATUS values.

import type { Advice, CodeEntry } from './entry.ts';
import { aside, CHECK, key, ntstatus, win32 } from './make-entry.ts';

const LOGON_SESSION: Advice = {
  onIis:
    'Says nothing of a logon: http.sys could not use the certificate that it was given. The hash is not in that LocalMachine store, or its private key cannot be opened by the caller or by SYSTEM.',
  todo: 'Run `iis-ssl-heal check` before the record is deleted by hand: it may be impossible to add it again.',
};

/** Codes about files, rights, records and services. */
export const GENERAL: readonly CodeEntry[] = [
  win32(
    1312,
    'ERROR_NO_SUCH_LOGON_SESSION',
    'A specified logon session does not exist. It may already have been terminated.',
    LOGON_SESSION,
  ),
  ntstatus(
    0xc000005f,
    'STATUS_NO_SUCH_LOGON_SESSION',
    'A specified logon session does not exist. It may already have been terminated.',
    LOGON_SESSION,
  ),
  win32(2, 'ERROR_FILE_NOT_FOUND', 'The system cannot find the file specified.', {
    onIis: 'netsh says this when there is no SSL record at the endpoint.',
    todo: CHECK,
  }),
  win32(
    183,
    'ERROR_ALREADY_EXISTS',
    'Cannot create a file when that file already exists.',
    aside(
      'netsh says this when the endpoint has an SSL record already.',
      'Delete the record first, or update it; keep what it was.',
    ),
  ),
  win32(
    87,
    'ERROR_INVALID_PARAMETER',
    'The parameter is incorrect.',
    aside(
      'netsh did not take an option: braces lost from appid (PowerShell takes them away unless they are quoted), an invisible character in the hash, or a value of zero.',
      'Strip the hash down to its 40 hex digits, and quote the appid in PowerShell. Just after an import, try again in a few seconds.',
    ),
    'E_INVALIDARG',
  ),
  win32(
    5,
    'ERROR_ACCESS_DENIED',
    'Access is denied.',
    aside(
      'The caller may not do this.',
      'Start the program as administrator. If it was: the access list of the key file or folder is too narrow.',
    ),
    'E_ACCESSDENIED',
  ),
  win32(
    32,
    'ERROR_SHARING_VIOLATION',
    'The process cannot access the file because it is being used by another process.',
    aside(
      'Another program has the file open, often IIS Manager, a backup or a virus scanner.',
      'Try again in a moment.',
    ),
  ),
  win32(
    86,
    'ERROR_INVALID_PASSWORD',
    'The specified network password is not correct.',
    aside(
      'The password does not open the PFX. Windows before build 17763 also says this of a PFX that is encrypted with AES-256 and SHA-256.',
      'Give the right password; `iis-ssl-heal fix --pfx FILE` wraps the PFX so that the server can read it.',
    ),
  ),
  win32(
    112,
    'ERROR_DISK_FULL',
    'There is not enough space on the disk.',
    aside('Nothing can be written, no backup either.', 'Make room first.'),
  ),
  win32(
    740,
    'ERROR_ELEVATION_REQUIRED',
    'The requested operation requires elevation.',
    aside(
      'The program was not started as administrator.',
      'Start it from an elevated prompt, in the session of the same user.',
    ),
  ),
  win32(
    1060,
    'ERROR_SERVICE_DOES_NOT_EXIST',
    'The specified service does not exist as an installed service.',
    aside('For IISADMIN this is good: only the IIS 6 metabase compatibility uses property 5506.', 'Nothing.'),
  ),
  win32(
    1168,
    'ERROR_NOT_FOUND',
    'Element not found.',
    aside(
      'appcmd ends like this when there is no such site or binding.',
      'Compare the site name and the binding with `appcmd list site`.',
    ),
  ),
  ntstatus(
    0xc0000022,
    'STATUS_ACCESS_DENIED',
    '{Access Denied} A process has requested access to an object, but has not been granted those access rights.',
    key('SYSTEM may not open the key file.'),
  ),
  ntstatus(
    0xc0000034,
    'STATUS_OBJECT_NAME_NOT_FOUND',
    'Object Name not found.',
    key('A key file, registry key or record of this name is not there.'),
  ),
  ntstatus(
    0xc0000225,
    'STATUS_NOT_FOUND',
    'The object was not found.',
    key('The certificate or the key that the record names was not found.'),
  ),
];
