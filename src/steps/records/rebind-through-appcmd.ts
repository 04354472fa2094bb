// Runs every IIS binding of a certificate again as IIS Manager does, through appcmd; or binds its successor to all of them. IIS
// may drop what only http.sys knows, and may do nothing where the certificate stays the same: so each record is read before,
// and where it is not as it should be afterwards, or serves nobody, netsh makes it again.

import { chainsAt } from '../../chain/join.ts';
import { recordsNaming } from '../../chain/records/records.ts';
import type { Command } from '../../model/repair/command.ts';
import type { Action, Blocked, Condition, Step } from '../../model/repair/plan.ts';
import type { Host } from '../../model/repair/planning.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { IIS_APP_ID, iisRecord, type SslRecord, settingsOf } from '../../model/server/ssl-record.ts';
import { RENEW_BINDING_BUILD, renewBinding } from '../../windows-commands/appcmd.ts';
import { addSslRecord, deleteSslRecord, showSslRecord } from '../../windows-commands/netsh.ts';

/** The steps, and the records that they may change: none where no IIS binding uses the certificate. */
export interface ThroughIis {
  readonly steps: readonly Step[];
  readonly records: readonly SslRecord[];
}

/** The certificate that all bindings get in the place of the one that they have, and the store that a record finds it in. */
export interface NextCertificate {
  readonly thumbprint: string;
  readonly storeFor: (record: SslRecord) => string;
}

/** Refused where this server has no such verb, or its bindings are not known; blocked where a setting would be lost for good. */
export function rebindThroughAppcmd(
  thumbprint: string,
  evidence: Evidence,
  host: Host,
  next: NextCertificate = { thumbprint, storeFor: ({ store }) => store },
): ThroughIis | Blocked {
  const unable = whyUnable(evidence, host);
  if (unable !== undefined)
    return { blocked: true, refused: true, why: `the binding cannot be run again through appcmd: ${unable}` };
  const records = boundTo(thumbprint, evidence);
  const lost = records.flatMap((record) => whyLost(record, evidence, host) ?? []);
  const [why] = lost;
  if (why !== undefined) return { blocked: true, why };
  const changes = next.thumbprint !== thumbprint;
  const backByIis = records.filter((record) => anew(record, host) === undefined);
  if (changes && backByIis.length > 0 && boundTo(next.thumbprint, evidence).length > 0)
    return {
      blocked: true,
      why: 'IIS alone could take it back, and would take other bindings of the new certificate too',
    };
  const wanted = (record: SslRecord) => ({ ...record, thumbprint: next.thumbprint, store: next.storeFor(record) });
  const all = records.length === 1 ? 'the binding' : `all ${records.length} bindings`;
  const run: Step = {
    title: changes
      ? `Bind the successor to ${all} of the certificate through IIS`
      : `Run ${all} of the certificate again through IIS`,
    do: { kind: 'run', command: renewBinding(thumbprint, next.thumbprint) },
    undo: 'none',
    holds: { kind: 'action-succeeds' },
  };
  const back = renewBinding(next.thumbprint, thumbprint);
  const before = records.map((record) => readStep(record, wanted(record), back, evidence, host));
  return { steps: [...before, run, ...records.map((record) => afterwards(wanted(record), host))], records };
}

/** The records of IIS bindings that name a certificate, in whichever store: that is how appcmd goes. */
export const boundTo = (thumbprint: string, evidence: Evidence): readonly SslRecord[] =>
  (evidence.records.known ? recordsNaming(thumbprint, evidence.records.value) : []).filter(
    ({ endpoint }) => chainsAt(endpoint, evidence).length > 0,
  );

function whyUnable({ config, redirection }: Evidence, { osBuild }: Host): string | undefined {
  if (osBuild === undefined) return 'the build of Windows was not read';
  if (osBuild < RENEW_BINDING_BUILD)
    return `its renew binding came with IIS 8.5 (build ${RENEW_BINDING_BUILD}), and this is build ${osBuild}`;
  if (!config.known) return `the configuration was not read: ${config.why}`;
  if (!redirection.known) return `redirection.config was not read: ${redirection.why}`;
  return redirection.value.enabled ? 'the configuration is shared, and its bindings are not known here' : undefined;
}

/** What neither IIS nor this host's netsh would give back to the record. */
function whyLost(record: SslRecord, evidence: Evidence, host: Host): string | undefined {
  const added = addSslRecord(record, host.netshAdds);
  if (added.ok) return undefined;
  const made = chainsAt(record.endpoint, evidence).map(({ binding }) => iisRecord(record, binding.sslFlags).flags);
  const kept = made.reduce((flags, each) => flags & each, record.flags);
  const lost = settingsOf({ ...record, flags: record.flags & ~kept }).map(([option]) => option);
  const names = record.appId === IIS_APP_ID ? lost : [...lost, 'appid'];
  const isPlain = record.checkMode === 0 && record.notUnderstood.length === 0 && names.length === 0;
  if (isPlain && made.every((flags) => flags === record.flags)) return undefined;
  const losing = names.length === 0 ? '' : `, and IIS would lose ${names.join(', ')}`;
  return `the SSL record cannot be made again exactly: ${added.error}${losing}`;
}

/** Nothing but read, and the one place where what was done to the record is taken back: by netsh, else by IIS itself. */
function readStep(record: SslRecord, wanted: SslRecord, back: Command, evidence: Evidence, host: Host): Step {
  const [chain] = chainsAt(record.endpoint, evidence);
  const plain = iisRecord(wanted, chain?.binding.sslFlags ?? 0);
  const midway = wanted.thumbprint === record.thumbprint ? [plain] : [wanted, plain];
  return {
    title: `Read the SSL record of ${record.endpoint.name}, to be put back where IIS changes it`,
    do: { kind: 'run', command: showSslRecord(record.endpoint) },
    undo: { do: anew(record, host) ?? { kind: 'run', command: back }, holds: { kind: 'record-is', record } },
    holds: { kind: 'record-is', record, midway },
    always: true,
  };
}

/** Reading back cannot show that a credential is new, so the greeting decides. */
function afterwards(record: SslRecord, host: Host): Step {
  const { name } = record.endpoint;
  const serves: Condition = { kind: 'serves', record };
  const again = anew(record, host);
  if (again === undefined)
    return {
      title: `See that clients of ${name} get the certificate`,
      do: { kind: 'run', command: showSslRecord(record.endpoint) },
      undo: 'none',
      holds: serves,
      always: true,
    };
  return {
    title: `Where IIS has changed the SSL record of ${name}, or clients do not get its certificate: add it again, every setting kept`,
    do: again,
    undo: 'none',
    holds: { kind: 'record-is', record },
    unless: serves,
    always: true,
  };
}

/** The record made anew by netsh, whatever stands in its place; undefined where this host's netsh cannot. */
function anew(record: SslRecord, { netshAdds }: Host): Action | undefined {
  const added = addSslRecord(record, netshAdds);
  if (!added.ok) return undefined;
  return { kind: 'run', command: added.value, patient: true, first: deleteSslRecord(record.endpoint) };
}
