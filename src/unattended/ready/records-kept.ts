// Which SSL records could not be made again here, should their binding have to be run again. Pure.

import { recordsUsing } from '../../chain/records/records.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import type { Planning } from '../../model/repair/planning.ts';
import type { NotReady, NotReadyCode } from '../../model/run/readiness.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import { isOurs } from '../../model/server/record-owner.ts';
import type { SslRecord } from '../../model/server/ssl-record.ts';
import { rebindCertificate } from '../../steps/records/rebind-certificate.ts';
import { addSslRecord, EVERY_OPTION } from '../../windows-commands/netsh.ts';

/** One reason for each record that neither netsh nor IIS's own appcmd would give back, exactly as a repair would be refused. */
export function notKept({ chains, evidence }: Diagnosis, how: Planning): readonly NotReady[] {
  const used = chains.flatMap(({ certificate }) => (certificate.known && certificate.value) || []);
  return [...new Set<StoreCertificate>(used)].flatMap((certificate) => {
    if (!('blocked' in rebindCertificate(certificate, evidence, how))) return [];
    return recordsUsing(certificate, evidence)
      .filter(isOurs)
      .flatMap((record) => reasonOf(record, how.host.netshAdds));
  });
}

function reasonOf(record: SslRecord, options: ReadonlySet<string> | undefined): readonly NotReady[] {
  const added = addSslRecord(record, options);
  if (added.ok) return [];
  const code = codeOf(addSslRecord(record, EVERY_OPTION).ok, options !== undefined);
  return [{ code, why: `the SSL record of ${record.endpoint.name} could not be made again: ${added.error}` }];
}

function codeOf(byAnyNetsh: boolean, optionsRead: boolean): NotReadyCode {
  if (!byAnyNetsh) return 'record-not-kept';
  return optionsRead ? 'netsh-lacks-option' : 'not-known';
}
