// sc and net: the state of a service, its start and its stop.

import type { Command } from '../model/repair/command.ts';

/** The state of a service as a number, and how it ended. */
export const queryService = (name: string): Command => ({ program: 'sc', args: ['queryex', name] });

/** Waits until the service runs; what it depends on is started before it. */
export const startService = (name: string): Command => ({ program: 'net', args: ['start', name] });

/** Waits until it stands still. Where others depend on it, net asks, and nobody answers. */
export const stopService = (name: string): Command => ({ program: 'net', args: ['stop', name] });
