// netstat and tasklist: who listens where, and what it is called.

import type { Command } from '../model/repair/command.ts';

/** Every listener and connection, in numbers, with its process. */
export const listListeners = (): Command => ({ program: 'netstat', args: ['-ano'] });

/** Every process with its name, without a row of titles. */
export const listProcesses = (): Command => ({ program: 'tasklist', args: ['/fo', 'csv', '/nh'] });
