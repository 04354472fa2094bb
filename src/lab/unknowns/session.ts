// What is not known of files, permissions, and the session of who runs this.

import type { Unknown } from './unknown.ts';

export const SESSION = {
  'icacls-closed-file': {
    answers: ['saved', 'passed-over', 'passed-over-with-an-error'],
    why: 'Microsoft documents no exit code of icacls and tells of contrasting ones, nor whether it uses the right to make backups.',
    decides: 'what icacls /save /t /c does at a file whose permissions the caller may not see, and what it ends with',
    otherwise:
      'A26: at exit code 5 the permissions of all key files were thrown away, and a key that SYSTEM may not read was not found.',
    tried: 'test/repair/live-path.test.ts',
  },
  'restored-inheritance': {
    answers: ['as-saved', 'worked-out-anew'],
    why: 'Windows works inherited entries out where a list is set; whether icacls /restore sets it in that way is not documented.',
    decides:
      'whether icacls /restore gives a file the inherited entries that were saved, or those that its folder hands down today',
    otherwise: 'A28: lists were compared as text, and a configuration that had been moved there was never edited.',
    tried: 'test/repair/live-path.test.ts',
  },
  'system-keys-list': {
    answers: ['listed', 'closed'],
    why: 'Scripts and support notes list the folders of SYSTEM as administrator; on some servers even MachineKeys is closed to them.',
    decides: 'whether administrators may list the folders of the keys that SYSTEM has for itself',
    otherwise: 'B7: closed, no key was looked for anywhere, and every site with a certificate was "not checked".',
    tried: 'test/repair/live-path-files.test.ts',
  },
  'task-user-id': {
    answers: ['sid', 'name'],
    why: 'Task files hold the SID in most samples, and in some the account as DOMAIN\\user.',
    decides:
      'whether the file of a scheduled task keeps the SID that its XML gave for a person, or the name of the account',
    otherwise:
      "A35: with the name, the task of a stranded key's owner was wrong for ever, and made anew by each schedule install.",
    tried: 'test/repair/live-path-files.test.ts',
  },
  'temporary-folder': {
    answers: ['same-volume', 'another-volume'],
    why: 'Administrators move TEMP, or mount a volume at ProgramData, as the disks of their servers want it; its letter does not show it.',
    decides: 'whether a file in a temporary folder can be renamed into ProgramData as one act, or ends with EXDEV',
    otherwise:
      'No rename leads out of a folder but one: with a volume mounted at ProgramData our data folder could not be made, and nothing was ever healed.',
    tried: 'test/repair/live-path-files.test.ts',
  },
  'short-names': {
    answers: ['long', 'short'],
    why: 'TEMP is C:\\Users\\ADMINI~1\\... for accounts with long names, unless 8.3 names are switched off on the volume.',
    decides: 'whether the files that programs write their answers to are named by an 8.3 path',
    otherwise:
      'It breaks nothing, since such a path is written to and read, never compared. Our own program, started by an 8.3 path, called its scheduled task wrong.',
    tried: 'test/repair/live-path-files.test.ts',
  },
  'groups-of-the-session': {
    answers: ['read', 'not-read'],
    why: 'Transcripts of sessions with other network credentials show that whoami cannot; that a domain that is away does it too is a guess.',
    decides: 'whether whoami can list the groups of who runs it, or ends with 1 after the row of the user',
    otherwise:
      'A37: nobody was known to run the program, and no repair was made on the very day a domain controller was away.',
    tried: 'test/repair/live-path.test.ts',
  },
} as const satisfies Readonly<Record<string, Unknown>>;
