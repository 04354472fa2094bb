// Whether somebody may list a folder of key files.

import type { Caller } from '../program.ts';
import type { LabServer } from '../server.ts';
import { answerOf } from '../unknowns.ts';

const CRYPTO = 'c:\\programdata\\microsoft\\crypto';

/** Where SYSTEM has keys of its own, beside its profile. */
const SYSTEMS = new Set([`${CRYPTO}\\rsa\\s-1-5-18`, `${CRYPTO}\\dss\\s-1-5-18`, `${CRYPTO}\\systemkeys`]);

/** SYSTEM always; an administrator by one of two answers. */
export const mayList = (server: Pick<LabServer, 'facts'>, caller: Caller, path: string): boolean =>
  !SYSTEMS.has(path.toLowerCase()) ||
  caller.sid === 'S-1-5-18' ||
  answerOf(server.facts, 'system-keys-list') === 'listed';
