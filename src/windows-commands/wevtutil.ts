// wevtutil: the event log as XML, which is never translated.

import type { Command } from '../model/repair/command.ts';

/** The newest `max` events of `log` that the XPath fits, newest first, below one root element `Events`. */
export function queryEvents(log: 'System' | 'Security' | 'Application', xpath: string, max: number): Command {
  return { program: 'wevtutil', args: ['qe', log, `/q:${xpath}`, `/c:${max}`, '/rd:true', '/f:xml', '/e:Events'] };
}
