// The verdict in one plain sentence. Never "healthy" where something that decides was not read.

import { isVisited } from '../../chain/records/shadows.ts';
import { isUnseen } from '../../chain/visit.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import { chainState } from './chain-state.ts';

/** `1 fault`, `2 faults`. */
const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

/** The heading of every report. */
export function verdictSentence(diagnosis: Diagnosis): string {
  const { chains, findings, verdict } = diagnosis;
  const broken = chains.filter((chain) => chainState(chain) === 'broken').length;
  if (verdict === 'unknown') return unseen(diagnosis);
  if (verdict === 'faulty') {
    const what = isBroken(diagnosis) ? 'HTTPS is broken' : 'HTTPS is at risk';
    return `${what}: ${count(findings.length, 'fault was', 'faults were')} found.`;
  }
  // A check of some playbooks only may meet a break that belongs to another one.
  if (broken > 0)
    return `None of the faults looked for was found, and ${count(broken, 'chain is', 'chains are')} broken.`;
  if (chains.length === 0) return 'Nothing is wrong: no site has an https binding.';
  const here = chains.filter(isVisited).length;
  if (here > 0) return `HTTPS is healthy: nothing is wrong with ${count(here, 'https site binding')}.`;
  return chains.some(({ site }) => site.stopped)
    ? 'Nothing is wrong: every site here that has an https binding is stopped on purpose.'
    : 'Nothing is wrong: no https binding of a site is on this server.';
}

/** The colour of the verdict. */
export function verdictPaint(diagnosis: Diagnosis): 'good' | 'bad' | 'warn' | 'unsure' {
  if (diagnosis.verdict === 'unknown') return 'unsure';
  if (isBroken(diagnosis)) return 'bad';
  return diagnosis.verdict === 'healthy' ? 'good' : 'warn';
}

/** Somebody has no HTTPS now; a fault of the severity `warning` is a break to come. */
const isBroken = ({ chains, findings }: Diagnosis): boolean =>
  chains.some((chain) => chainState(chain) === 'broken') || findings.some((finding) => finding.severity === 'broken');

/** How much of the server was seen; never a word of health where nothing was. */
function unseen({ chains, evidence }: Diagnosis): string {
  const here = chains.filter(isVisited);
  const sound = here.filter((chain) => ['ok', 'note'].includes(chainState(chain)) && !isUnseen(chain, evidence));
  if (sound.length === 0) return 'Cannot be judged: not everything that decides could be read.';
  const seen = `${sound.length} of ${count(here.length, 'https binding')} checked and healthy`;
  const others = [...new Set(here.filter((chain) => !sound.includes(chain)).map(({ site }) => site.name))];
  if (others.length === 0) return `${seen}; not everything that decides could be read.`;
  const named = others.slice(0, MOST_NAMED).join(', ');
  const more = others.length > MOST_NAMED ? ` and ${count(others.length - MOST_NAMED, 'more site')}` : '';
  return `${seen}; ${named}${more} ${others.length === 1 ? 'was' : 'were'} not checked.`;
}

const MOST_NAMED = 3;
