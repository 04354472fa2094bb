// How a server stands by what was sent of it: never better than all of it says.

import type { SentDocument } from './sent-document.ts';

/** What is sent as healthy is believed only where nothing in it says otherwise; `doubt`: what does, in a clause. */
export function judged(sent: SentDocument): { readonly verdict: SentDocument['verdict']; readonly doubt?: string } {
  const { verdict, findings, chains, exitCode = 0 } = sent;
  if (verdict !== 'healthy') return { verdict };
  if (findings.some(({ severity }) => severity !== 'note')) return { verdict: 'faulty', doubt: 'it names faults' };
  if (chains.some(isBroken)) return { verdict: 'faulty', doubt: 'a link of it is broken' };
  if ([1, 3, 5, 6].includes(exitCode)) return { verdict: 'faulty', doubt: `it ended with ${exitCode}: a run is left` };
  if (exitCode !== 0) return { verdict: 'unknown', doubt: `it ended with ${exitCode}` };
  if (chains.length === 0) return { verdict: 'unknown', doubt: 'it has no https binding, so nothing was seen' };
  if (chains.some(isUnread)) return { verdict: 'unknown', doubt: 'a link that decides was not read' };
  return { verdict };
}

type SentChain = SentDocument['chains'][number];

const isBroken = ({ links }: SentChain): boolean =>
  links.some(({ state }) => state === 'broken' || state === 'warning');

const isUnread = ({ links }: SentChain): boolean =>
  links.some(({ name, state }) => state === 'unknown' && DECIDES.has(name));

/** Access and handshake may be unknown on a server that is healthy: see the diagnosis. */
const DECIDES: ReadonlySet<string> = new Set(['site', 'http.sys', 'certificate', 'key']);
