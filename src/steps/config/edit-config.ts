// The steps of one byte-exact edit of applicationHost.config: a verified copy, IIS's own named backup, the edit.

import { digest } from '../../chain/memory/fingerprint.ts';
import { applyEdits, encodeText } from '../../formats/iis/metadata-edit.ts';
import type { Action, Blocked, Edit, Step, ThroughAppcmd } from '../../model/repair/plan.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import type { IisConfig } from '../../model/server/iis-config.ts';
import { backupFolder, inetsrvFolder, permissionsFile, replacementFile } from '../../model/server/places.ts';
import { addBackup, deleteBackup, restoreBackup } from '../../windows-commands/appcmd.ts';

/** What a person should know of any such edit. */
export const EDIT_EFFECT = 'IIS reads the file again at once; application pools may recycle.';

/** The configuration, where it was read and serves this server alone. */
export function editableConfig({ config, redirection }: Evidence): IisConfig | Blocked {
  if (!config.known) return { blocked: true, why: `the configuration was not read: ${config.why}` };
  if (!redirection.known)
    return { blocked: true, refused: true, why: `redirection.config was not read: ${redirection.why}` };
  if (!redirection.value.enabled) return config.value;
  return {
    blocked: true,
    refused: true,
    why: `the configuration is shared (${redirection.value.path}) and serves other servers too: it is not edited from here`,
    who: `the administrator of the shared configuration`,
  };
}

/** What a replacement that was cut off would leave beside the file. */
export const editLeftovers = (path: string): readonly Action[] =>
  [replacementFile(path), permissionsFile(replacementFile(path))].map((file) => ({ kind: 'remove-file', path: file }));

/** Copy, named backup, edit. The copies are named after the bytes they hold, so the same state is never kept twice. */
export function editConfigSteps(
  config: IisConfig,
  edits: readonly Edit[],
  what: string,
  evidence: Evidence,
  through?: ThroughAppcmd,
): readonly Step[] {
  const short = config.sha256.slice(0, 12);
  const copy = `${backupFolder(evidence.places)}\\applicationHost.${short}.config`;
  const backup = `iis-ssl-heal-${short}`;
  const backupOfIis = `${inetsrvFolder(evidence.places)}\\backup\\${backup}`;
  const result = digest(encodeText(applyEdits(config.text, edits)));
  return [
    {
      title: `Copy the configuration to ${copy}`,
      do: { kind: 'copy-file', from: config.path, to: copy, sha256: config.sha256 },
      undo: 'none',
      holds: { kind: 'file-is', path: copy, sha256: config.sha256 },
    },
    {
      title: `Make the named backup ${backup}`,
      do: { kind: 'run', command: addBackup(backup) },
      undo: 'none',
      // Half a backup would keep every later repair from being made, if appcmd refuses a name that is there (0x800700B7 in
      // the lab; not established). If it does not, the next backup is written over it.
      remains: {
        do: { kind: 'run', command: deleteBackup(backup) },
        holds: { kind: 'folder-absent', path: backupOfIis },
      },
      holds: { kind: 'file-is', path: `${backupOfIis}\\applicationHost.config`, sha256: config.sha256 },
    },
    {
      title: what,
      do: { kind: 'edit-file', path: config.path, expect: config.sha256, result, edits, ...(through && { through }) },
      undo: {
        do: {
          kind: 'restore-file',
          path: config.path,
          from: copy,
          expect: result,
          result: config.sha256,
          through: [restoreBackup(backup)],
        },
        holds: { kind: 'file-is', path: config.path, sha256: config.sha256 },
      },
      holds: { kind: 'file-is', path: config.path, sha256: result },
    },
  ];
}
