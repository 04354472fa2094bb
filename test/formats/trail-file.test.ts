import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_TRAIL, readTrail, withLine } from '../../src/formats/trail-file.ts';
import type { TrailLine } from '../../src/model/unattended.ts';

const line = (says: string): TrailLine => ({
  at: '2026-03-02T12:00:00.000Z',
  by: 'fix',
  outcome: 'healthy',
  exitCode: 0,
  findings: [],
  says,
});
const NONE = new Uint8Array();

describe('the log of unattended runs', () => {
  it('gives back its lines, whatever they say', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }), (texts) => {
        const bytes = texts.reduce<Uint8Array>((before, says) => withLine(before, line(says)).bytes, NONE);
        expect(readTrail(bytes).map(({ says }) => says)).toEqual(texts);
      }),
    );
  });

  it('goes on after a line that was cut off, and passes over it', () => {
    const torn = Buffer.from('{"at":"2026-');
    expect(readTrail(withLine(torn, line('next')).bytes).map(({ says }) => says)).toEqual(['next']);
    expect(readTrail(Buffer.from('null\n5\n{}\nno json\n'))).toEqual([]);
  });

  it('is begun anew where the next line would make it too long', () => {
    const full = withLine(new Uint8Array(LONGEST_TRAIL).fill(0x0a), line('next'));
    expect(full.full).toBe(true);
    expect(readTrail(full.bytes)).toHaveLength(1);
    expect(withLine(new Uint8Array(LONGEST_TRAIL / 2).fill(0x0a), line('next')).full).toBe(false);
  });
});
