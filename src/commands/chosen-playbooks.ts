// Which playbooks a command works with.

import { playbooks } from '../../playbooks/index.ts';
import type { Playbook } from '../model/playbook.ts';

/** All playbooks, or those that --only names. */
export const chosenPlaybooks = (only: readonly string[] = []): readonly Playbook[] =>
  only.length === 0 ? playbooks : playbooks.filter((playbook) => only.includes(playbook.id));
