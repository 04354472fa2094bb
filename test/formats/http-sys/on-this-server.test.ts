// KB 2548832: a farm on shared configuration carries the https bindings of its other members.

import { describe, expect, it } from 'vitest';
import { playbooks } from '../../../playbooks/index.ts';
import { joinChains } from '../../../src/chain/join.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { isOnThisServer } from '../../../src/formats/http-sys/on-this-server.ts';
import { planningHere } from '../../../src/model/repair/planning.ts';
import type { Evidence } from '../../../src/model/server/evidence.ts';
import { makePlans } from '../../../src/repair/planning/make-plans.ts';
import { diagnosisJson } from '../../../src/report/documents/json.ts';
import { renderHtml } from '../../../src/report/html/html.ts';
import { renderDiagnosis } from '../../../src/report/terminal/text.ts';
import { config, evidence, have, lack, met, site } from '../../support/evidence-folder.ts';
import { USUAL } from '../../support/samples.ts';

const binding = (information: string, sslFlags = 0) => ({ protocol: 'https', information, sslFlags });
const on = (information: string, changes: Partial<Evidence> = {}, sslFlags = 0) =>
  isOnThisServer(
    binding(information, sslFlags),
    evidence({ addresses: have(['10.1.1.1', '2001:db8::17']), ...changes }),
  );

describe('isOnThisServer', () => {
  it.each([
    '*:443:',
    ':443:',
    '0.0.0.0:443:',
    '[::]:443:',
    '127.0.0.1:443:',
    '127.0.0.9:443:',
    '[::1]:443:',
    '*:443:a.test',
  ])('is true for %s on every server', (information) => {
    expect(on(information)).toBe(true);
    expect(on(information, { addresses: lack() })).toBe(true);
  });

  it.each([
    ['10.1.1.1:443:', true],
    ['[2001:DB8:0::17]:443:', true],
    ['10.1.1.2:443:', false],
    ['[2001:db8::18]:443:', false],
    ['10.1.1.2:443:a.test', false],
  ])('asks whether this server has the address of %s', (information, answer) => {
    expect(on(information)).toBe(answer);
    expect(on(information, {}, information.endsWith('test') ? 1 : 0)).toBe(answer);
    expect(on(information, { addresses: lack() })).toBeUndefined();
  });

  it('believes a greeting more than the list', () => {
    const handshakes = met([['ip 10.1.1.2:443', have({ outcome: 'no-tls', detail: 'x' } as const)]]);
    expect(on('10.1.1.2:443:', { handshakes })).toBe(true);
    expect(on('10.1.1.2:443:', { handshakes, addresses: lack() })).toBeUndefined();
  });
});

describe('a binding for an address of another server', () => {
  const sites = [site(1, 'Front', ['https 10.9.9.9:443:'])];
  const given = (changes: Partial<Evidence> = {}) =>
    evidence({ config: config([], sites), handshakes: new Map(), ...changes });

  it('is no fault, and is said to be not on this server, in every report', () => {
    const diagnosis = diagnose(given(), playbooks);
    expect({ verdict: diagnosis.verdict, findings: diagnosis.findings, notChecked: diagnosis.notChecked }).toEqual({
      verdict: 'healthy',
      findings: [],
      notChecked: [],
    });
    const repairs = makePlans([], planningHere(diagnosis.evidence));
    const [first, second] = diagnosisJson(diagnosis, repairs, 'x').chains[0]?.links ?? [];
    expect(first).toMatchObject({ name: 'site', state: 'skipped', code: 'not-on-this-server' });
    expect(second).toMatchObject({ state: 'skipped', says: 'not on this server' });
    expect(renderDiagnosis(diagnosis, '', USUAL, repairs).replaceAll(/\s+/g, ' ')).toContain('not on this server');
    expect(renderHtml(diagnosis, repairs, 'x')).toContain('not on this server');
  });

  it('is neither broken nor planned where nobody knows the addresses: an older folder', () => {
    const diagnosis = diagnose(given({ addresses: lack('addresses.txt is not in the folder') }), playbooks);
    expect({ verdict: diagnosis.verdict, findings: diagnosis.findings }).toEqual({ verdict: 'unknown', findings: [] });
    expect(diagnosis.notChecked.map(({ what }) => what)).toEqual([
      'the http.sys link of Front, https 10.9.9.9:443:',
      'the addresses of this server',
    ]);
    expect(diagnosis.notChecked[0]?.why).toBe(
      'no SSL record for 10.9.9.9:443, and it is not known whether 10.9.9.9 is an address of this server',
    );
  });

  it('is not judged by whoever answered there: an older folder', () => {
    const handshakes = met([
      ['ip 10.9.9.9:443', have({ outcome: 'certificate', thumbprint: '1'.repeat(40), protocol: 'TLSv1.3' } as const)],
    ]);
    const { findings, verdict } = diagnose(given({ addresses: lack(), handshakes }), playbooks);
    expect({ findings, verdict }).toEqual({ findings: [], verdict: 'unknown' });
  });

  it('is judged as ever where the address is its own', () => {
    const own = given({ addresses: have(['10.9.9.9']) });
    expect(joinChains(own)[0]?.links[1]).toMatchObject({ state: 'broken', code: 'no-record' });
  });
});
