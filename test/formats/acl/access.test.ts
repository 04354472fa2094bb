import { describe, expect, it } from 'vitest';
import {
  ADMINISTRATOR_GROUPS,
  grantOf,
  grants,
  isSameAccess,
  refuses,
  withFullAccess,
} from '../../../src/formats/acl/access.ts';
import { readSddl } from '../../../src/formats/acl/sddl.ts';

const SYSTEM = 'S-1-5-18';
const USER = 'S-1-5-21-1004336348-1177238915-682003330-1013';
const READ = 0x1;
const WRITE_DAC = 0x40000;

function read(text: string) {
  const sddl = readSddl(text);
  if (!sddl.ok) throw new Error(sddl.error);
  return sddl.value;
}

describe('grants', () => {
  it.each([
    ['full control', 'D:(A;;FA;;;SY)', true],
    ['generic all', 'D:(A;;GA;;;SY)', true],
    ['generic read', 'D:(A;;GR;;;SY)', true],
    ['a hex mask', 'D:(A;;0x1;;;SY)', true],
    ['write only', 'D:(A;;FW;;;SY)', false],
    ['Administrators, whom SYSTEM belongs to', 'D:(A;;FA;;;BA)', true],
    ['everyone', 'D:(A;;FR;;;WD)', true],
    ['somebody else', `D:(A;;FA;;;${USER})`, false],
    ['nobody', 'D:PAI', false],
    ['no DACL at all', 'D:NO_ACCESS_CONTROL', true],
    ['a denial before', 'D:(D;;FR;;;SY)(A;;FA;;;SY)', false],
    ['a denial of generic read', 'D:(D;;GR;;;WD)(A;;FA;;;SY)', false],
    ['a denial of something else', 'D:(D;;SD;;;SY)(A;;FA;;;SY)', true],
    ['a denial that comes too late', 'D:(A;;FA;;;SY)(D;;FA;;;SY)', true],
    ['a denial for others', `D:(D;;FA;;;${USER})(A;;FA;;;SY)`, true],
    ['an entry for children only', 'D:(A;OICIIO;FA;;;SY)', false],
    ['a denial for children only', 'D:(D;OICIIO;FA;;;SY)(A;;FA;;;SY)', true],
    ['a condition that may fail', 'D:(XA;;FA;;;SY;(1==1))', false],
    ['a condition that may deny', 'D:(XD;;FA;;;SY;(1==1))(A;;FA;;;SY)', false],
  ])('SYSTEM reads: %s', (_, text, expected) => {
    expect(grants(read(text), SYSTEM, READ)).toBe(expected);
  });

  it('wants every bit, also from several entries, and knows generic masks', () => {
    const sddl = read('D:(A;;0x120089;;;SY)(A;;0x120116;;;WD)');
    expect([grants(sddl, SYSTEM, 0x3), grants(sddl, SYSTEM, 0x80000000), grants(sddl, SYSTEM, 0x10000000)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([grants(sddl, USER, 0x2), grants(sddl, USER, 0x1)]).toEqual([true, false]);
  });
});

describe('a condition', () => {
  it.each([
    ['may give', 'D:(XA;;FA;;;SY;(1==1))', 'conditional'],
    ['may refuse', 'D:(XD;;FA;;;SY;(1==1))(A;;FA;;;SY)', 'conditional'],
    ['for somebody else counts for nothing', `D:(XA;;FA;;;${USER};(1==1))`, 'refused'],
    ['may give what is refused before it', 'D:(D;;FA;;;SY)(XA;;FA;;;SY;(1==1))', 'refused'],
    ['behind what is given', 'D:(A;;FA;;;SY)(XD;;FA;;;SY;(1==1))', 'granted'],
  ])('that %s', (_what, text, expected) => {
    expect(grantOf(read(text), SYSTEM, READ)).toBe(expected);
  });
});

it('an elevated session acts in the name of Administrators too, where that is said', () => {
  const sddl = read('D:(A;;FA;;;BA)');
  expect([grants(sddl, USER, WRITE_DAC), grants(sddl, USER, WRITE_DAC, ADMINISTRATOR_GROUPS)]).toEqual([false, true]);
});

describe('giving access', () => {
  const given = (text: string) => grants(withFullAccess(read(text), SYSTEM), SYSTEM, READ);
  it.each([
    ['to one who is not on the list', `D:PAI(A;;FA;;;${USER})`, true],
    ['to one who is refused by the list itself', 'D:PAI(D;;FA;;;SY)(A;;FA;;;BA)', true],
    ['before what is inherited', 'D:AI(D;ID;FA;;;SY)', true],
    ['does not help against a refusal of a group', 'D:PAI(D;;FR;;;WD)', false],
    ['does not help against a refusal under a condition', 'D:PAI(XD;;FA;;;SY;(1==1))', false],
  ])('%s', (_what, text, expected) => {
    expect(given(text)).toBe(expected);
  });

  it('takes away just the refusals of the list itself', () => {
    const aces = read('D:(D;;FR;;;SY)(D;ID;FR;;;SY)(D;;FR;;;WD)(XD;;FR;;;SY;(1==1))(A;;FR;;;SY)').aces;
    expect(aces.map((ace) => refuses(ace, SYSTEM))).toEqual([true, false, false, false, false]);
  });
});

it('two lists are the same by what they let, whoever owns the file', () => {
  const one = read('O:BAG:SYD:PAI(A;;FA;;;SY)');
  expect(isSameAccess(one, read('D:P(A;;FA;;;S-1-5-18)'))).toBe(true);
  for (const other of [
    'D:PAI(A;;FR;;;SY)',
    'D:PAI(A;ID;FA;;;SY)',
    'D:PAI(A;;FA;;;SY)(A;;FA;;;BA)',
    'D:NO_ACCESS_CONTROL',
  ])
    expect(isSameAccess(one, read(other))).toBe(false);
});
