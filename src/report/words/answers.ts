// The end of a run in the words of who was asked: "no" is an answer, relief is relief, and a stop is no failure.

import { listed } from '../../chain/words.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import type { Plan } from '../../model/repair/plan.ts';
import type { PlanReport, RunReport } from '../../model/run/run-report.ts';
import { summaryOf } from './summary.ts';

/** The first sentence of the end, where the word for its outcome says something else than what happened; else undefined. */
export function endInWords(report: RunReport, asked: boolean): string | undefined {
  const { plans, after, outcome } = report;
  if (outcome === 'half-done' || after === undefined) return undefined;
  const made = plans.filter((plan) => plan.verdict === 'healed' || reliefOf(plan, after) !== undefined);
  const count = `${made.length} of ${plans.length} made`;
  if (plans.some(({ stopped }) => stopped)) return stoppedWords(plans, made.length > 0 ? ` ${count}.` : '');
  const declined = asked ? plans.filter(isDeclined) : [];
  if (made.length + declined.length < plans.length || outcome === 'refused' || outcome === 'unknown') return undefined;
  const reliefs = made.filter((plan) => plan.verdict !== 'healed');
  if (reliefs.length === 0 && declined.length === 0) return undefined;
  const which = reliefs.length === made.length ? 'as relief' : `${reliefs.length} of them as relief`;
  const relief = reliefs.length === 0 ? '' : `, ${which}: ${reliefOf(reliefs[0] as PlanReport, after)}`;
  const no = declined.map(({ plan }) => plan);
  return `${count}${relief}. ${no.length > 0 ? saidNo(no, after) : capital(still(after))}`.trim();
}

const isDeclined = ({ verdict, steps }: PlanReport): boolean =>
  verdict === 'nothing-done' && steps.every(({ outcome }) => outcome === 'declined');

function stoppedWords(plans: readonly PlanReport[], made: string): string {
  if (plans.some(({ stopped, verdict }) => stopped && verdict === 'rolled-back'))
    return `Stopped by you; taken back.${made}`;
  return `Stopped by you; nothing had to be taken back.${made}`;
}

/** It was down, and works now although what was found is still there: how long; undefined where it is no relief. */
export function reliefOf({ verdict, plan, steps }: PlanReport, after: Diagnosis | undefined): string | undefined {
  const left = after?.findings.find(({ id }) => id === plan.finding.id);
  if (verdict !== 'still-broken' || plan.finding.severity !== 'broken' || left?.severity !== 'warning')
    return undefined;
  if (!steps.every(({ outcome }) => outcome === 'done' || outcome === 'already-so')) return undefined;
  return left.breaks === undefined ? 'it works for now' : `it works until ${left.breaks.replace(/^(?:at|on) /, '')}`;
}

/** `You said no to "..."; still at risk at the next reboot: Shop.` */
export function saidNo(plans: readonly Plan[], diagnosis: Diagnosis): string {
  const which = `You said no to ${listed(
    plans.map(({ title }) => `"${title}"`),
    3,
  )}`;
  const left = still(diagnosis);
  return left === '' ? `${which}.` : `${which}; ${left}`;
}

/** What is down or at risk all the same; '' where nothing is. */
function still(diagnosis: Diagnosis): string {
  const { down, atRisk } = summaryOf(diagnosis);
  const clauses = [
    ...(down.length === 0 ? [] : [`still down: ${listed(down)}`]),
    ...atRisk.map(({ when, sites }) => `still at risk${when === '' ? '' : ` ${when}`}: ${listed(sites)}`),
  ];
  return clauses.length === 0 ? '' : `${clauses.join('; ')}.`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
