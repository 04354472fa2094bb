// The documents of --json. Fields may be added, never renamed; documents.ts says what they hold.

import { nameOf } from '../../chain/certificates/certificates.ts';
import { type JudgedRecord, judgedRecords } from '../../chain/records/judged-records.ts';
import { greetingsCut } from '../../chain/unreached.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import { type Finding, findingDocument } from '../../model/repair/finding.ts';
import type { Blocked, Plan } from '../../model/repair/plan.ts';
import type { Readiness } from '../../model/run/readiness.ts';
import { exitCodeOf, type RunOutcome } from '../../model/run/run-outcome.ts';
import type { BlockedFinding, PlanReport, Repairs, RunReport } from '../../model/run/run-report.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Chain } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { VERSION } from '../../model/version.ts';
import { showAction } from '../../steps/shown-action.ts';
import { codeOf } from '../words/finding-code.ts';
import { localTime } from '../words/heading.ts';
import { repairOf } from '../words/repairs.ts';
import { summaryOf } from '../words/summary.ts';
import { summarySentence } from '../words/summary-sentence.ts';
import type { CheckDocument, FixDocument } from './documents.ts';

/**
 * The document of `check --json`. `target` is how a person would name the server; `outcome`: how that check ends;
 * `unattended`: whether the server could heal itself.
 */
export function diagnosisJson(
  diagnosis: Diagnosis,
  repairs: Repairs,
  target: string,
  outcome?: RunOutcome,
  unattended?: Readiness,
): CheckDocument {
  const { chains, findings, notes, notChecked, verdict, evidence } = diagnosis;
  const cut = greetingsCut(evidence);
  return {
    schema: 1,
    version: VERSION,
    target,
    server: serverJson(evidence),
    collectedAt: evidence.collectedAt,
    collectedAtLocal: localTime(evidence.collectedAt),
    summary: { says: summarySentence(diagnosis), ...summaryOf(diagnosis) },
    verdict,
    chains: chains.map(chainJson),
    records: judgedRecords(evidence).map(recordJson),
    findings: [...findings, ...notes].map((finding) => findingJson(finding, diagnosis, repairs)),
    notChecked,
    ...(cut && { greetings: cut }),
    ...(unattended && { unattended }),
    ...(outcome && { exitCode: exitCodeOf(outcome) }),
  };
}

/** What tells servers apart. */
export type ServerFacts = Pick<Evidence, 'computerName' | 'machineGuid' | 'osBuild' | 'edition'>;

/** Which server was looked at; what could not be read is absent. */
export const serverJson = ({ computerName, machineGuid, osBuild, edition }: ServerFacts) => ({
  ...(computerName.known && { computer: computerName.value }),
  ...(machineGuid.known && { machineGuid: machineGuid.value }),
  ...(osBuild.known && { osBuild: osBuild.value }),
  ...(edition.known && { edition: edition.value }),
});

const chainJson = ({ site, binding, endpoint, certificate, links }: Chain) => ({
  site: { name: site.name, id: site.id },
  binding: { protocol: binding.protocol, information: binding.information, sslFlags: binding.sslFlags },
  endpoint,
  ...(certificate.known && certificate.value && { certificate: certificateJson(certificate.value) }),
  links: links.map(({ name, state, code, message, source }) => ({
    name,
    state,
    code,
    says: message,
    ...(source !== undefined && { source }),
  })),
});

const certificateJson = ({ thumbprint, facts }: StoreCertificate) => ({
  thumbprint,
  subject: facts.subject,
  names: facts.names,
  issuer: facts.issuer,
  notBefore: facts.notBefore,
  notAfter: facts.notAfter,
});

const recordJson = ({ record, owner, chains, certificate, state, code, says }: JudgedRecord) => ({
  endpoint: record.endpoint,
  owner: { appId: record.appId, product: owner },
  sites: [...new Set(chains.map(({ site }) => site.name))],
  certificate: {
    thumbprint: record.thumbprint,
    store: record.store || 'MY',
    ...(certificate && { name: nameOf(certificate), validUntil: certificate.facts.notAfter }),
  },
  state,
  code,
  says,
});

type FindingJson = CheckDocument['findings'][number];

const findingJson = (finding: Finding, diagnosis: Diagnosis, repairs: Repairs): FindingJson => ({
  ...findingDocument(finding),
  code: codeOf(finding, diagnosis),
  repair: repairJson(
    finding.severity === 'note' ? NO_FAULT : (repairOf(finding, repairs) ?? NOT_PLANNED),
    diagnosis.evidence.places.systemRoot,
  ),
});

const NO_FAULT: Blocked = { blocked: true, why: 'it is no fault' };
const NOT_PLANNED: Blocked = { blocked: true, why: 'no repair was planned for it here' };

function repairJson(repair: Plan | Blocked, systemRoot: string): FindingJson['repair'] {
  if ('blocked' in repair) return { risk: 'manual', steps: [], blocked: blockedJson(repair) };
  const { title, risk, through, covers, effects, steps } = repair;
  const shown = steps.map((step) => ({ title: step.title, shown: showAction(step.do, systemRoot) }));
  return { title, risk, ...(through && { through }), covers, effects, steps: shown };
}

const blockedJson = ({ why, who, command, offer, instead, refused }: Blocked) => ({
  why,
  ...(who !== undefined && { who }),
  ...(command !== undefined && { command }),
  ...(offer !== undefined && { offer }),
  ...(instead !== undefined && { instead }),
  ...(refused && { refused }),
});

/** The document of `fix --json`; `evidence` is what the plans were made from. */
export function runJson(report: RunReport, target: string, evidence: Evidence): FixDocument {
  const { systemRoot } = evidence.places;
  const { plans, blocked, after, outcome, runId } = report;
  const repairsAfter = { plans: [], blocked };
  return {
    schema: 1,
    version: VERSION,
    target,
    server: serverJson(evidence),
    verdict: outcome,
    runId: runId ?? null,
    plans: plans.map((plan) => planJson(plan, systemRoot)),
    blocked: blocked.map(blockedFindingJson),
    after: after === undefined ? null : diagnosisJson(after, repairsAfter, target),
    exitCode: exitCodeOf(outcome),
  };
}

const blockedFindingJson = ({ finding, blocked }: BlockedFinding) => ({
  finding: finding.id,
  playbook: finding.playbook,
  subject: finding.subject,
  ...blockedJson(blocked),
});

const planJson = ({ plan, steps, verdict, detail, blocked }: PlanReport, systemRoot: string) => ({
  finding: plan.finding.id,
  covers: plan.covers,
  title: plan.title,
  risk: plan.risk,
  ...(plan.through && { through: plan.through }),
  effects: plan.effects,
  verdict,
  ...(detail !== undefined && { detail }),
  ...(blocked !== undefined && { blocked: blockedJson(blocked) }),
  steps: steps.map(({ step, outcome, detail }) => ({
    title: step.title,
    shown: showAction(step.do, systemRoot),
    outcome,
    ...(detail !== undefined && { detail }),
  })),
});
