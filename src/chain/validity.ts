// Whether a certificate is valid at a time.

import type { CertificateFacts } from '../model/certificate.ts';

type Validity = Pick<CertificateFacts, 'notBefore' | 'notAfter'>;

/** At a time as ISO 8601. Both ends of the validity count (RFC 5280, 4.1.2.5). */
export function validityAt({ notBefore, notAfter }: Validity, at: string): 'not-yet' | 'valid' | 'expired' {
  const moment = Date.parse(at);
  if (moment < Date.parse(notBefore)) return 'not-yet';
  return moment > Date.parse(notAfter) ? 'expired' : 'valid';
}
