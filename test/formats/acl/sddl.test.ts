import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grants } from '../../../src/formats/acl/access.ts';
import { readSddl } from '../../../src/formats/acl/sddl.ts';
import { FUZZ_RUNS } from '../../support/fuzz.ts';

const SYSTEM = 'S-1-5-18';
const USER = 'S-1-5-21-1004336348-1177238915-682003330-1013';

function read(text: string) {
  const sddl = readSddl(text);
  if (!sddl.ok) throw new Error(sddl.error);
  return sddl.value;
}

describe('readSddl', () => {
  it('reads owner and entries, with aliases and rights resolved', () => {
    expect(
      read(`O:SYG:S-1-5-32-544D:PAI(A;OICI;FA;;;BA)(D;ID;0x1200a9;;;${USER})(A;;RCGRsd;;;DA)S:AI(AU;;FA;;;WD)`),
    ).toEqual({
      owner: SYSTEM,
      aces: [
        { type: 'A', flags: 'OICI', rights: 0x1f01ff, sid: 'S-1-5-32-544' },
        { type: 'D', flags: 'ID', rights: 0x1200a9, sid: USER },
        { type: 'A', flags: '', rights: 0x80030000, sid: 'DA' },
      ],
      unprotected: false,
    });
  });

  it('reads what icacls saves: the DACL alone', () => {
    expect(read('D:AI(A;ID;FA;;;SY)').owner).toBe('');
    expect(read('D:').aces).toEqual([]);
    expect(read('D:NO_ACCESS_CONTROL').unprotected).toBe(true);
  });

  it('reads a conditional entry', () => {
    expect(read('D:(XA;;FX;;;WD;(@User.Title=="PM" && (1==1)))(A;;FR;;;SY)').aces.map(({ type }) => type)).toEqual([
      'XA',
      'A',
    ]);
  });

  it.each([
    ['one that opens', '@User.Title=="a(b"'],
    ['one that closes', '@User.Title==")"'],
    ['several, with a semicolon', '(@User.Title=="((;;)" || Exists "a)b") && (1==1)'],
    ['an empty text', '@User.Title==""'],
  ])('passes over parentheses in the quoted text of a condition: %s', (_name, condition) => {
    const { aces } = read(`D:(XA;;FX;;;WD;(${condition}))(A;;FR;;;SY)`);
    expect(aces.map(({ type, sid }) => [type, sid])).toEqual([
      ['XA', 'S-1-1-0'],
      ['A', SYSTEM],
    ]);
  });

  it('reads a condition with any quoted text', () => {
    const quoted = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('"', ''));
    fc.assert(
      fc.property(quoted, (text) => {
        expect(read(`D:(XD;;FX;;;WD;(@User.Title == "${text}"))(A;;FR;;;SY)`).aces).toHaveLength(2);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  it.each([
    ['D:(XA;;FX;;;WD;(@User.Title=="a))(A;;FR;;;SY)', 'the entry at character 3 is malformed'],
    ['', 'no owner and DACL in it'],
    ['O:SY', 'no owner and DACL in it'],
    ['D:(A;;FA;;;SY', 'the entry at character 3 is malformed'],
    ['D:(A;;ZZ;;;SY)', 'the entry at character 3 is malformed'],
    ['D:(A;;FA;;;)', 'the entry at character 3 is malformed'],
    ['D:(A;;FA)', 'the entry at character 3 is malformed'],
    ['D:(A;;FA;;;SY)x', 'something unexpected at character 15'],
  ])('refuses %s', (text, error) => {
    expect(readSddl(text)).toEqual({ ok: false, error });
  });

  it('answers any text', () => {
    const piece = fc.constantFrom(
      'O:',
      'G:',
      'D:',
      'S:',
      'SY',
      '(A;;FA;;;SY)',
      '(',
      ')',
      ';',
      'S-1-5-18',
      '0x',
      'FA',
      '"',
      'P',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, fc.nat(), (each, mask) => {
        const sddl = readSddl(each);
        if (sddl.ok) grants(sddl.value, SYSTEM, mask);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});
