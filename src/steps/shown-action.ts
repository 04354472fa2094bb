// An action as the one line that everybody sees: dry run, question, progress, JSON and journal.

import { digest } from '../chain/memory/fingerprint.ts';
import type { Action } from '../model/repair/plan.ts';
import { showCommand } from '../windows-commands/shown-command.ts';

/** The line of an action. A command is shown exactly as it is started, with `********` for a secret. */
export function showAction(action: Action, systemRoot: string): string {
  switch (action.kind) {
    case 'run':
      return [...(action.first ? [action.first] : []), action.command]
        .map((command) => showCommand(command, systemRoot))
        .join(' & ');
    case 'make-private-folder':
      return showCommand(action.command, systemRoot);
    case 'copy-file':
      return `copy ${action.from} to ${action.to} (sha256 ${short(action.sha256)})`;
    case 'edit-file':
      return `edit ${action.path}: ${changes(action.edits.length)} (sha256 ${short(action.expect)} -> ${short(action.result)})`;
    case 'restore-file':
      return `put ${action.from} back as ${action.path} (sha256 ${short(action.result)})`;
    case 'remove-file':
      return `remove ${action.path}`;
    case 'write-file':
      return `write ${action.path} (sha256 ${short(digest(Buffer.from(action.bytes, 'base64')))})`;
    case 'check-pfx':
      return `check that ${action.path} holds ${action.thumbprint} with its own key`;
    case 'write-pfx':
      return `wrap ${action.source} anew as ${action.to}`;
    case 'keep-store-entry':
      return `keep the store entry ${action.store} ${action.thumbprint} as ${action.file}`;
    case 'restore-store-entry':
      return showCommand(action.command, systemRoot);
  }
}

const short = (sha256: string): string => sha256.slice(0, 12);

const changes = (count: number): string => (count === 1 ? '1 change' : `${count} changes`);
