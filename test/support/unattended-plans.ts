// Plans for the limits, which look at a few of their fields only.

import type { Plan } from '../../src/model/repair/plan.ts';

/** A plan for one finding of this id; its playbook is the part before the colon, or lost-binding. */
export const planOf = (id: string, more: Partial<Plan> = {}): Plan => ({
  finding: {
    playbook: id.startsWith('stale-hash') ? 'stale-hash' : 'lost-binding',
    id,
    subject: id,
    severity: 'broken',
    message: `${id} is broken.`,
    facts: [],
    endpoints: [],
  },
  covers: [id],
  title: 'Mend it',
  risk: 'safe',
  steps: [],
  cleanup: [],
  before: {},
  effects: [],
  endpoints: [],
  after: [],
  ...more,
});
