// The steps that let SYSTEM read a key file again. Nobody else is given anything, and the list as it was is kept.

import { isChangeableBy, type KeyFileList, opensFor, refusesSystem } from '../../chain/certificates/key-access.ts';
import { digest } from '../../chain/memory/fingerprint.ts';
import type { Action, Blocked, Step } from '../../model/repair/plan.ts';
import type { Planning } from '../../model/repair/planning.ts';
import type { Repair } from '../../model/repair/playbook.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Evidence, Places } from '../../model/server/evidence.ts';
import { backupFolder } from '../../model/server/places.ts';
import { giveToSystem, keepAcl, restoreAcls, stopRefusingSystem } from '../../windows-commands/icacls.ts';
import { takeForAdministrators } from '../../windows-commands/takeown.ts';
import { withRebind } from './key-repairs.ts';

/** Through the list itself where this session may change it; else, where icacls is refused, by taking the file over. */
export function planOpenKey(
  certificate: StoreCertificate,
  list: KeyFileList,
  evidence: Evidence,
  how: Planning,
): Repair | Blocked {
  const session = how.session.known ? how.session.value : undefined;
  const mayChange = session !== undefined && isChangeableBy(list, session);
  const give = giveStep(list, evidence.places);
  const keep = keepStep(list, evidence.places);
  const made = withRebind(certificate, evidence, how, {
    title: mayChange ? 'Let SYSTEM read the key file' : 'Let SYSTEM read the key file, taken over where it has to be',
    steps: mayChange ? [keep, give] : [keep, ...takingOver(list, give)],
    effects: mayChange ? [] : [OWNER],
    closedHere: session === undefined || !opensFor(list, session),
    subjects: [{ kind: 'acl', path: list.file }],
  });
  return 'blocked' in made || mayChange ? made : { ...made, risk: 'disruptive' };
}

const OWNER =
  'If only the owner of the file can change its permissions, the Administrators become its owner, and stay it after an undo.';

/** Named after what it holds, so that the same list is never kept twice. */
const keptFile = ({ file, text }: KeyFileList, places: Places): string =>
  `${backupFolder(places)}${file.slice(file.lastIndexOf('\\'))}.${digest(text).slice(0, 12)}.acl`;

function keepStep(list: KeyFileList, places: Places): Step {
  const kept = keptFile(list, places);
  return {
    title: 'Keep the permissions of the key file, to put them back from',
    do: { kind: 'run', command: keepAcl(list.file, kept) },
    undo: 'none',
    holds: { kind: 'file-present', path: kept },
    always: true,
  };
}

function giveStep(list: KeyFileList, places: Places): Step {
  const { file, text } = list;
  const folder = file.slice(0, file.lastIndexOf('\\'));
  const give: Action = {
    kind: 'run',
    command: giveToSystem(file),
    ...(refusesSystem(list) && { first: stopRefusingSystem(file) }),
  };
  return {
    title: 'Give SYSTEM access to the key file, beside all who have it',
    do: give,
    undo: {
      do: { kind: 'run', command: restoreAcls(folder, keptFile(list, places)) },
      holds: { kind: 'acl-is', path: file, sddl: text },
    },
    holds: { kind: 'system-may-read', path: file, sddl: text },
  };
}

/** Who may change the list is its owner, whom nobody can read here: so it is tried first, and the file taken over after that. */
function takingOver({ file, text }: KeyFileList, give: Step): readonly Step[] {
  const open = { kind: 'system-may-read', path: file, sddl: text } as const;
  return [
    { ...give, holds: { ...open, midway: true } },
    {
      title: 'Where that was refused: give the key file to the Administrators',
      do: { kind: 'run', command: takeForAdministrators(file) },
      undo: 'none',
      holds: { kind: 'action-succeeds' },
      unless: open,
    },
    { ...give, title: `${give.title}, as its owner now`, unless: open },
  ];
}
