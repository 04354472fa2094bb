// What a (re)start of the IIS services does to the server.

import type { LabServer } from '../server.ts';
import { runAboMapper } from './abo-mapper.ts';
import { findService } from './services.ts';

/** The services start again. Without an enabled IISADMIN there is no ABO mapper, and nothing changes. Saves the server. */
export function restartIis(server: LabServer): void {
  const admin = findService(server, 'IISADMIN');
  if (admin === undefined || admin.start === 4) return;
  runAboMapper(server);
  server.save();
}
