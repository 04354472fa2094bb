// The text format of Prometheus, version 0.0.4. What was not read has no sample: an absent value is never a good one.

import type { Diagnosis, DiagnosisVerdict } from '../../model/repair/diagnosis.ts';
import type { Severity } from '../../model/repair/finding.ts';
import type { Chain } from '../../model/server/chain.ts';
import { showHidden } from '../../model/signs.ts';
import { chainState } from '../words/chain-state.ts';

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** All metrics of one diagnosis. `lastHeal`: ISO 8601 in UTC, where a run has ever healed this server. */
export function renderPrometheus(diagnosis: Diagnosis, lastHeal?: string): string {
  const { chains, findings, notChecked, verdict, evidence } = diagnosis;
  return [
    metric('verdict', '1 for the verdict that holds, 0 for the others.', verdictSamples(verdict)),
    metric(
      'chain_up',
      '1 when all links of an https site binding hold now, 0 when one is broken.',
      chains.flatMap(upSample),
    ),
    metric('link_broken', '1 when this link is broken, 0 when it was read and holds.', chains.flatMap(linkSamples)),
    metric(
      'certificate_not_after_timestamp_seconds',
      'When the bound certificate expires, in seconds since 1970.',
      chains.flatMap(expirySample),
    ),
    metric(
      'findings',
      'Faults by severity: broken now, or a warning of a break to come.',
      (['broken', 'warning'] as const).map((severity: Severity) => ({
        labels: { severity },
        value: findings.filter((finding) => finding.severity === severity).length,
      })),
    ),
    metric('not_checked', 'Parts that could not be read.', [{ labels: {}, value: notChecked.length }]),
    metric('last_check_timestamp_seconds', 'When the server was looked at.', [
      { labels: {}, value: Date.parse(evidence.collectedAt) / 1000 },
    ]),
    metric(
      'last_heal_timestamp_seconds',
      'When a run last healed everything that it found.',
      lastHeal === undefined ? [] : [{ labels: {}, value: Date.parse(lastHeal) / 1000 }],
    ),
  ].join('');
}

const VERDICTS: readonly DiagnosisVerdict[] = ['healthy', 'faulty', 'unknown'];

const verdictSamples = (verdict: DiagnosisVerdict): readonly Sample[] =>
  VERDICTS.map((each) => ({ labels: { verdict: each }, value: each === verdict ? 1 : 0 }));

/** A chain that will break at the next reboot is up until then; one that was not followed is neither. */
function upSample(chain: Chain): readonly Sample[] {
  const state = chainState(chain);
  return state === 'unknown' || state === 'elsewhere'
    ? []
    : [{ labels: labelsOf(chain), value: state === 'broken' ? 0 : 1 }];
}

const linkSamples = (chain: Chain): readonly Sample[] =>
  chain.links
    .filter(({ state }) => state !== 'unknown' && state !== 'skipped')
    .map(({ name, state }) => ({ labels: { ...labelsOf(chain), link: name }, value: state === 'broken' ? 1 : 0 }));

function expirySample(chain: Chain): readonly Sample[] {
  const { certificate } = chain;
  if (!certificate.known || certificate.value === undefined) return [];
  const { facts, thumbprint } = certificate.value;
  return [{ labels: { ...labelsOf(chain), thumbprint }, value: Date.parse(facts.notAfter) / 1000 }];
}

const labelsOf = ({ site, binding, endpoint }: Chain): Labels => ({
  site: site.name,
  binding: binding.information,
  endpoint: endpoint.name,
});

function metric(name: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const full = `iis_ssl_heal_${name}`;
  // Two bindings may differ in letter case only after joining; the format forbids the same series twice.
  const lines = new Map(samples.map(({ labels, value }) => [`${full}${labelText(labels)}`, value]));
  return `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${[...lines].map(([series, value]) => `${series} ${value}\n`).join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Backslash, double quote and line feed, as the exposition format asks for; it has no other escapes. */
const escapeLabel = (value: string): string =>
  showHidden(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
