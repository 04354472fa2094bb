// Nobody is greeted but this server: whoever answers at another address says nothing of it.

import { describe, expect, it } from 'vitest';
import { readAddresses } from '../../src/formats/console/addresses.ts';
import { serverOn } from '../../src/machine/windows/windows-server.ts';
import { diagnosisOf, filesOf, folderDiagnosis, labReader } from '../support/evidence-lab.ts';
import { neverThrows } from '../support/fuzz.ts';
import { configText, newLab } from '../support/new-lab.ts';

describe('the addresses of this computer', () => {
  const places = { systemRoot: 'C:\\Windows', programData: 'C:\\ProgramData' };
  const server = serverOn({ places, environment: {}, hostPath: (path) => path });

  it('are known, loopback among them', async () => {
    expect(await server.addresses()).toMatchObject({ known: true, value: expect.arrayContaining(['127.0.0.1']) });
  });

  it('are the only ones that are greeted', async () => {
    // 203.0.113.0/24 and 2001:db8::/32 are for documentation alone.
    for (const address of ['203.0.113.5', '2001:db8::5']) {
      const answer = await server.handshake({ address, port: 443, name: '' });
      expect(answer).toMatchObject({ known: false, why: expect.stringContaining('is not an address of this server') });
    }
  });
});

describe('readAddresses', () => {
  it('finds them in a list, and in what ipconfig prints in any language', () => {
    expect(readAddresses(Buffer.from('127.0.0.1\r\n::1\r\n2001:db8::17\r\n'))).toEqual({
      ok: true,
      value: ['127.0.0.1', '::1', '2001:db8::17'],
    });
    const ipconfig = [
      'Windows-IP-Konfiguration',
      '   Verbindungsspezifisches DNS-Suffix: lab.example',
      '   Verbindungslokale IPv6-Adresse  . : fe80::9d1a:2b3c%12',
      '   IPv4-Adresse  . . . . . . . . . . : 10.1.1.1',
      '   Subnetzmaske  . . . . . . . . . . : 255.255.255.0',
    ].join('\r\n');
    expect(readAddresses(Buffer.from(ipconfig))).toEqual({
      ok: true,
      value: ['fe80::9d1a:2b3c', '10.1.1.1', '255.255.255.0'],
    });
  });

  it('refuses a text without any, and answers any bytes', () => {
    expect(readAddresses(Buffer.from('junk'))).toEqual({ ok: false, error: 'no IP address in it' });
    neverThrows(readAddresses, Buffer.from('10.1.1.1\r\n::1\r\n'));
  });
});

describe('a member of a farm on shared configuration', () => {
  const FOREIGN = '10.20.30.40';
  const farm = (foreignAddresses?: readonly string[]) => {
    const text = configText(newLab()).replace(
      '</sites>',
      `<site name="Other" id="9"><bindings><binding protocol="https" bindingInformation="${FOREIGN}:443:" /></bindings></site></sites>`,
    );
    return newLab({ config: Buffer.from(text), ...(foreignAddresses && { foreignAddresses }) });
  };

  it("is healthy with the other member's binding, live and from its folder", async () => {
    const { disk } = farm([FOREIGN]);
    for (const diagnosis of [await diagnosisOf(labReader(disk)), await folderDiagnosis(await filesOf(disk))]) {
      expect({ verdict: diagnosis.verdict, findings: diagnosis.findings }).toEqual({
        verdict: 'healthy',
        findings: [],
      });
      expect(diagnosis.chains.flatMap(({ links }) => links[0]?.code)).toContain('not-on-this-server');
      expect([...diagnosis.evidence.handshakes.keys()].join()).not.toContain(FOREIGN);
    }
  });

  it('has the addresses of its configuration where it is told nothing', async () => {
    const diagnosis = await diagnosisOf(labReader(farm().disk));
    // A site that has an address for itself hides the host names of others there.
    expect(diagnosis.findings.map(({ id, severity }) => `${severity} ${id}`)).toEqual([
      `warning shadowing-record:${FOREIGN}:443`,
    ]);
    expect(diagnosis.evidence.handshakes.get(`ip ${FOREIGN}:443`)).toMatchObject([
      { got: { known: true, value: { outcome: 'certificate' } } },
    ]);
  });
});
