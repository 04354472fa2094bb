import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrailLine } from '../../src/model/run/unattended.ts';
import { LONGEST_TRAIL, readTrail, withLine } from '../../src/own-files/trail-file.ts';

const line = (says: string): TrailLine => ({
  at: '2026-03-02T12:00:00.000Z',
  by: 'fix',
  outcome: 'healthy',
  exitCode: 0,
  findings: [],
  message: says,
});

/** The same as the file has it. */
const stored = (says: string) => {
  const { message, ...rest } = line(says);
  return { ...rest, says: message };
};
const NONE = new Uint8Array();

describe('the log of unattended runs', () => {
  it('gives back its lines, whatever they say', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }), (texts) => {
        const bytes = texts.reduce<Uint8Array>((before, says) => withLine(before, line(says)).bytes, NONE);
        expect(readTrail(bytes).map(({ message: says }) => says)).toEqual(texts);
      }),
    );
  });

  it('goes on after a line that was cut off, and passes over it', () => {
    const torn = Buffer.from('{"at":"2026-');
    expect(readTrail(withLine(torn, line('next')).bytes).map(({ message: says }) => says)).toEqual(['next']);
    expect(readTrail(Buffer.from('null\n5\n"text"\n[]\n{}\nno json\n'))).toEqual([]);
  });

  it.each(['at', 'by', 'outcome', 'says', 'exitCode', 'findings'] as const)('passes over a line without %s', (name) => {
    const { [name]: _, ...rest } = stored('x');
    expect(readTrail(Buffer.from(JSON.stringify(rest)))).toEqual([]);
    expect(readTrail(Buffer.from(JSON.stringify({ ...rest, [name]: null })))).toEqual([]);
  });

  it('has one line break after each line, and none of its own between them', () => {
    const two = withLine(withLine(NONE, line('one')).bytes, line('two')).bytes;
    expect(Buffer.from(two).toString()).toBe(`${JSON.stringify(stored('one'))}\n${JSON.stringify(stored('two'))}\n`);
  });

  it('is begun anew where the next line would make it too long', () => {
    const full = withLine(new Uint8Array(LONGEST_TRAIL).fill(0x0a), line('next'));
    expect(full.full).toBe(true);
    expect(readTrail(full.bytes)).toHaveLength(1);
    expect(withLine(new Uint8Array(LONGEST_TRAIL / 2).fill(0x0a), line('next')).full).toBe(false);
    const last = LONGEST_TRAIL - withLine(NONE, line('next')).bytes.length;
    expect(withLine(new Uint8Array(last).fill(0x0a), line('next')).full).toBe(false);
    expect(withLine(new Uint8Array(last + 1).fill(0x0a), line('next')).full).toBe(true);
  });
});
