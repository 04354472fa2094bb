// The step that starts a service which stands still.

import type { Condition, Step } from '../model/repair/plan.ts';
import { startService, stopService } from '../windows-commands/services.ts';

/** What Windows starts with it, because it depends on it, goes on running where this is taken back. */
export function startServiceSteps(service: string): readonly Step[] {
  const is = (running: boolean): Condition => ({ kind: 'service-is', service, running });
  return [
    {
      title: `Start the service ${service}`,
      do: { kind: 'run', command: startService(service) },
      undo: { do: { kind: 'run', command: stopService(service) }, holds: is(false) },
      holds: is(true),
    },
  ];
}
