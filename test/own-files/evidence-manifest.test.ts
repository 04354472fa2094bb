import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../src/model/server/known.ts';
import { greetedText, readEvidenceManifest, readRecordedHandshakes } from '../../src/own-files/evidence-manifest.ts';
import { neverThrows } from '../support/fuzz.ts';

const identity = { sid: 'S-1-5-21-1-2-3-1001', name: 'SRV\\olga', elevated: true };
const manifest = {
  formatVersion: 1,
  computer: 'SRV',
  osBuild: 20348,
  collectedAt: '2026-03-01T12:00:00.000Z',
  identity,
};
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('readEvidenceManifest', () => {
  it('reads what a collector wrote, in UTF-8 or UTF-16, with a BOM or without', () => {
    const text = JSON.stringify(manifest);
    for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), Buffer.from(`\ufeff${text}`, 'utf16le')])
      expect(readEvidenceManifest(bytes)).toEqual({ ok: true, value: manifest });
  });

  it('takes a field of another shape for a missing one', () => {
    const read = readEvidenceManifest(json({ formatVersion: 1, collectedAt: 'yesterday', identity: { sid: 5 } }));
    expect(read).toEqual({ ok: true, value: { formatVersion: 1 } });
  });

  it.each([
    [{ ...manifest, formatVersion: 2 }, 'its formatVersion is 2, and this program reads 1'],
    [{}, 'it has no formatVersion'],
    [null, 'it has no formatVersion'],
  ])('refuses %j', (value, error) => {
    expect(readEvidenceManifest(json(value))).toEqual({ ok: false, error });
  });

  it('answers any bytes', () =>
    neverThrows(readEvidenceManifest, json(manifest), Buffer.from(`\ufeff${JSON.stringify(manifest)}`, 'utf16le')));
});

describe('readRecordedHandshakes', () => {
  const handshakes = {
    'ip 0.0.0.0:443': { outcome: 'certificate', thumbprint: 'AB'.repeat(20), protocol: 'TLSv1.3' },
    'sni www.example.test:443': { outcome: 'no-tls', detail: 'connection reset' },
  };

  it('reads those of earlier versions, one an endpoint', () => {
    const source = { kind: 'file', path: 'handshakes.json' };
    const lists = Object.entries(handshakes).map(
      ([key, value]) => [key, [{ got: { known: true, value, source } }]] as const,
    );
    expect(readRecordedHandshakes(json(handshakes))).toEqual({ ok: true, value: new Map(lists) });
  });

  it('reads what was written, with whom and with every certificate that was sent', () => {
    const source = { kind: 'file', path: 'handshakes.json' } as const;
    const sent = [new Uint8Array([48, 1]), new Uint8Array([48, 2])];
    const all = new Map([
      [
        'ip 0.0.0.0:443',
        [
          {
            greeting: { address: '2001:db8::7', port: 443, name: 'shop.example.test' },
            got: known(
              { outcome: 'certificate' as const, thumbprint: 'AB'.repeat(20), protocol: 'TLSv1.3', sent },
              source,
            ),
          },
          {
            greeting: { address: '127.0.0.1', port: 443, name: '' },
            got: known({ outcome: 'no-tls' as const, detail: 'ECONNRESET' }, source),
          },
        ],
      ],
    ]);
    expect(readRecordedHandshakes(Buffer.from(greetedText(all)))).toEqual({ ok: true, value: all });
    const unasked = new Map([['ip 0.0.0.0:443', [{ got: unknown<never>('not an address', source) }]]]);
    expect(JSON.parse(greetedText(unasked))).toEqual({ 'ip 0.0.0.0:443': [] });
  });

  it.each([[{ a: { outcome: 'other' } }], [7]])('refuses %j', (value) => {
    expect(readRecordedHandshakes(json(value))).toEqual({ ok: false, error: 'it is no list of handshakes' });
  });

  it('answers any bytes', () => neverThrows(readRecordedHandshakes, json(handshakes)));
});
