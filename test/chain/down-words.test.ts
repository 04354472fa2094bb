import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import { evidence, FRONT_KEY, have, lack, met, SHOP_RECORD, stranded } from '../support/evidence-folder.ts';

const says = (given: Evidence) => diagnose(given, playbooks).findings.map((finding) => finding.message);
const lost = (changes: Partial<Evidence>) => says(evidence({ records: have([SHOP_RECORD]), ...changes }));
const REFUSED = have({ outcome: 'no-tls', detail: 'reset' } as const);

describe('what a finding says of an endpoint that nobody greeted', () => {
  it.each([
    ['without handshakes', new Map()],
    ['with a handshake that could not be read', met([[FRONT_KEY, lack<never>()]])],
  ])('is never that HTTPS is down, %s', (_name, handshakes) => {
    const given = { handshakes };
    expect(lost(given)).toEqual([
      'The https binding *:443: of Front has no SSL record: HTTPS of Front is down, or will be after the next reboot (no handshake was tried).',
    ]);
    expect(says(stranded(given))[0]).toMatch(
      /^The private key of front\.example\.test \([0-9A-F]{8}\) stayed in the key store of olga, where SYSTEM cannot open it: HTTPS of Front is down, or will be after the next reboot \(no handshake was tried\)\.$/,
    );
  });

  it('is that it is down where a greeting failed', () => {
    const given = { handshakes: met([[FRONT_KEY, REFUSED]]) };
    expect(lost(given)[0]).toMatch(/^The https binding \*:443: of Front has no SSL record: HTTPS of Front is down\.$/);
    expect(says(stranded(given))[0]).toMatch(/SYSTEM cannot open it: HTTPS of Front is down\.$/);
  });
});
