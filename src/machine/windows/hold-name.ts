// A name that one process of this computer can hold at a time, and that the system takes back when the process ends, however
// it ends: unlike a process id it is never handed out again, it outlives no reboot, and it asks no clock.

import { createServer } from 'node:net';
import type { Holding } from '../machine.ts';

/** A pipe on Windows, an abstract socket on Linux; elsewhere there is nothing that vanishes with its process. */
const ADDRESSES: Readonly<Partial<Record<NodeJS.Platform, (name: string) => string>>> = {
  win32: (name) => `\\\\.\\pipe\\iis-ssl-heal-${name}`,
  linux: (name) => `\0iis-ssl-heal-${name}`,
};

/** Holds the name until it is let go, or this process ends. Nobody who connects is listened to. */
export function holdName(name: string): Promise<Holding> {
  const address = ADDRESSES[process.platform]?.(name);
  if (address === undefined) return Promise.resolve({ held: 'impossible' });
  return new Promise((resolve) => {
    const server = createServer((connection) => connection.destroy());
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve({ held: code === 'EADDRINUSE' || code === 'EACCES' ? 'by-another' : 'impossible' }),
    );
    server.listen(address, () => {
      server.unref();
      resolve({ held: 'now', letGo: () => new Promise((gone) => server.close(() => gone())) });
    });
  });
}
