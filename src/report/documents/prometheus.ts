// One look as metrics. What was not read has no sample: an absent value is never a good one. At a renewal no series but
// certificate_info changes its labels, so that no alert on them begins anew.

import { isVisited } from '../../chain/records/shadows.ts';
import { isUnseen } from '../../chain/visit.ts';
import { groupBy } from '../../model/once.ts';
import type { Diagnosis, DiagnosisVerdict } from '../../model/repair/diagnosis.ts';
import type { Severity } from '../../model/repair/finding.ts';
import type { Remembered } from '../../model/run/unattended.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Chain } from '../../model/server/chain.ts';
import { VERSION } from '../../model/version.ts';
import { chainState } from '../words/chain-state.ts';
import { codeOf } from '../words/finding-code.ts';
import { type Labels, metric, type Sample } from './prometheus-format.ts';

/** All metrics of one diagnosis, with what is remembered of unattended runs. */
export function renderPrometheus(diagnosis: Diagnosis, remembered: Remembered = {}): string {
  const { chains, findings, notChecked, verdict, evidence } = diagnosis;
  const { lastHeal, last, givenUp } = remembered;
  return [
    metric('build_info', 'The version of iis-ssl-heal that has looked.', [{ labels: { version: VERSION }, value: 1 }]),
    metric('verdict', '1 for the verdict that holds, 0 for the others.', verdictSamples(verdict)),
    metric(
      'chain_up',
      '1 when all links of an https site binding hold now, 0 when one is broken.',
      chains.flatMap(upSample),
    ),
    metric('link_broken', '1 when this link is broken, 0 when it was read and holds.', chains.flatMap(linkSamples)),
    metric(
      'chain_not_checked',
      '1 when an https site binding was seen neither broken nor whole, 0 when it was judged.',
      chains.map((chain) => ({ labels: labelsOf(chain), value: isNotChecked(chain, diagnosis) ? 1 : 0 })),
    ),
    metric(
      'certificate_not_after_timestamp_seconds',
      'When the bound certificate expires, in seconds since 1970.',
      chains.flatMap(certificateSample(({ facts }) => seconds(facts.notAfter))),
    ),
    metric(
      'certificate_not_before_timestamp_seconds',
      'From when the bound certificate is valid, in seconds since 1970.',
      chains.flatMap(certificateSample(({ facts }) => seconds(facts.notBefore))),
    ),
    metric(
      'certificate_info',
      'The bound certificate: the only series that changes when it is renewed.',
      chains.flatMap(
        certificateSample(
          () => 1,
          ({ thumbprint }) => ({ thumbprint }),
        ),
      ),
    ),
    metric(
      'findings',
      'Faults by severity: broken now, or a warning of a break to come.',
      (['broken', 'warning'] as const).map((severity: Severity) => ({
        labels: { severity },
        value: findings.filter((finding) => finding.severity === severity).length,
      })),
    ),
    metric('finding', 'Faults of one kind; a kind that is not there has no series.', kindSamples(diagnosis)),
    metric('not_checked', 'Parts that could not be read.', [{ labels: {}, value: notChecked.length }]),
    metric('last_check_timestamp_seconds', 'When the server was looked at.', [
      { labels: {}, value: seconds(evidence.collectedAt) },
    ]),
    metric('last_heal_timestamp_seconds', 'When a run last healed everything that it found.', timeSample(lastHeal)),
    metric('last_unattended_timestamp_seconds', 'When the last unattended run ended.', timeSample(last?.at)),
    metric(
      'unattended_outcome',
      '1 for the outcome of the last unattended run.',
      last === undefined ? [] : [{ labels: { outcome: last.outcome }, value: 1 }],
    ),
    metric(
      'given_up',
      'Faults that unattended runs have given up.',
      givenUp === undefined ? [] : [{ labels: {}, value: givenUp }],
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

/** Where a visitor of the binding was to be tried and was not, nobody has seen it whole either. */
const isNotChecked = (chain: Chain, { evidence }: Diagnosis): boolean => {
  const state = chainState(chain);
  return state === 'unknown' || ((state === 'ok' || state === 'note') && isVisited(chain) && isUnseen(chain, evidence));
};

/** Of the bound certificate; `more`: labels that change with it. */
const certificateSample =
  (value: (certificate: StoreCertificate) => number, more: (certificate: StoreCertificate) => Labels = () => ({})) =>
  (chain: Chain): readonly Sample[] => {
    const { certificate } = chain;
    if (!certificate.known || certificate.value === undefined) return [];
    return [{ labels: { ...labelsOf(chain), ...more(certificate.value) }, value: value(certificate.value) }];
  };

function kindSamples(diagnosis: Diagnosis): readonly Sample[] {
  const kinds = groupBy(diagnosis.findings, (finding) =>
    JSON.stringify([finding.playbook, codeOf(finding, diagnosis), finding.severity]),
  );
  return [...kinds].map(([kind, alike]) => {
    const [playbook, code, severity] = JSON.parse(kind) as readonly [string, string, string];
    return { labels: { playbook, code, severity }, value: alike.length };
  });
}

const timeSample = (at: string | undefined): readonly Sample[] =>
  at === undefined ? [] : [{ labels: {}, value: seconds(at) }];

const seconds = (time: string): number => Date.parse(time) / 1000;

const labelsOf = ({ site, binding, endpoint }: Chain): Labels => ({
  site: site.name,
  binding: binding.information,
  endpoint: endpoint.name,
});
