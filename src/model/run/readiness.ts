// Whether a server could heal itself with nobody there, and each reason why not.

/** The closed set of reasons, as docs/self-heal.md has it. Codes never change once released. */
export const NOT_READY = {
  'task-missing': 'the scheduled task is not registered',
  'task-wrong': 'the scheduled task is not as it should be',
  'folder-not-trusted':
    'an ordinary account could have written into the data folder, its config.json or the folder of the program',
  'settings-broken': 'config.json or the memory of earlier runs is not in order',
  'journal-damaged': 'the journal of a run that was cut off cannot be read, so nothing new is begun',
  paused: 'unattended repairs are paused',
  'playbook-off': 'config.json switches a playbook off',
  'not-switched-on': 'what still works is changed only where config.json says true for its playbook',
  'risk-not-covered': 'the repair of a fault that is here is of more risk than the task may take',
  'given-up': 'a fault was given up after failed repairs',
  'owner-needed': 'a key opens for its owner alone',
  'person-needed': 'a fault that is here has no repair from here: somebody has to decide or to bring something',
  refused: 'this server may not be touched: its configuration is shared',
  'netsh-lacks-option':
    'netsh of this server could not give an SSL record back: it lacks an option that the record has',
  'record-not-kept': 'an SSL record has something that no netsh can give back',
  'not-known': 'a part that decides could not be read from here',
} as const;

/** One of them. */
export type NotReadyCode = keyof typeof NOT_READY;

/** The codes, for the schema. */
export const NOT_READY_CODES = Object.keys(NOT_READY) as readonly NotReadyCode[];

/** One reason. `why`: a clause for a person, without a full stop. */
export interface NotReady {
  readonly code: NotReadyCode;
  readonly why: string;
  readonly playbook?: string;
  /** The id of what was found. */
  readonly finding?: string;
}

/** `ready` is null where nothing speaks against it, and not everything could be read. */
export interface Readiness {
  readonly ready: boolean | null;
  readonly reasons: readonly NotReady[];
}
