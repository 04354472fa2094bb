import { describe, expect, it } from 'vitest';
import { keepsAccess } from '../../../src/formats/acl/kept-access.ts';

const OWN = '(A;;FR;;;S-1-5-21-1-2-3-9)(A;;FA;;;BA)';
const FOLDER = '(A;ID;FA;;;SY)(A;ID;FR;;;BU)';

describe('a new file has kept the access of the old one', () => {
  it.each([
    ['by the same text', `D:AI${OWN}${FOLDER}`, `D:AI${OWN}${FOLDER}`, `D:AI${FOLDER}`],
    ['in other letters', `D:AI${OWN}`, `D:AI${OWN.replace('FA', '0x1f01ff')}`, 'D:AI'],
    ['in another order', 'D:PAI(A;;FR;;;BU)(A;;FA;;;BA)', 'D:PAI(A;;FA;;;BA)(A;;FR;;;BU)', `D:AI${FOLDER}`],
    ['with an entry told once', 'D:AI(A;;FA;;;BA)(A;;FA;;;BA)', 'D:AI(A;;FA;;;BA)', 'D:AI'],
    [
      'with less, as the folder has it today',
      `D:AI${OWN}(A;ID;FA;;;BU)(A;ID;FA;;;SY)`,
      `D:AI${OWN}${FOLDER}`,
      `D:AI${FOLDER}`,
    ],
    ['with nothing inherited, as the folder has it', 'D:AI(A;;FA;;;BA)(A;ID;FA;;;BU)', 'D:AI(A;;FA;;;BA)', 'D:AI'],
    [
      'with a denial more',
      'D:AI(A;ID;FR;;;BU)',
      'D:AI(D;ID;FW;;;BU)(A;ID;FR;;;BU)',
      'D:AI(D;ID;FW;;;BU)(A;ID;FR;;;BU)',
    ],
    ['with no list at all', 'D:NO_ACCESS_CONTROL', 'D:NO_ACCESS_CONTROL', `D:AI${FOLDER}`],
  ])('%s', (_name, before, now, fresh) => {
    expect(keepsAccess(before, now, fresh)).toBe(true);
  });
});

describe('a new file has not', () => {
  it.each([
    ['where an entry of its own is gone', `D:AI${OWN}${FOLDER}`, `D:AI(A;;FA;;;BA)${FOLDER}`, `D:AI${FOLDER}`],
    ['where one has come', `D:AI${FOLDER}`, `D:AI${OWN}${FOLDER}`, `D:AI${FOLDER}`],
    ['where it inherits and the old one did not', `D:PAI${OWN}`, `D:AI${OWN}`, 'D:AI'],
    ['where it inherits what its folder does not hand down', `D:AI${FOLDER}`, 'D:AI(A;ID;FA;;;SY)', `D:AI${FOLDER}`],
    ['where the folder lets in somebody new', 'D:AI(A;ID;FA;;;SY)', `D:AI${FOLDER}`, `D:AI${FOLDER}`],
    ['where the folder gives somebody more', 'D:AI(A;ID;FR;;;BU)', 'D:AI(A;ID;FA;;;BU)', 'D:AI(A;ID;FA;;;BU)'],
    [
      'where a denial is no longer handed down',
      'D:AI(D;ID;FW;;;BU)(A;ID;FA;;;BU)',
      'D:AI(A;ID;FA;;;BU)',
      'D:AI(A;ID;FA;;;BU)',
    ],
    [
      'where a denial stands behind what it denied',
      'D:PAI(D;;FA;;;BU)(A;;FA;;;WD)',
      'D:PAI(A;;FA;;;WD)(D;;FA;;;BU)',
      'D:AI',
    ],
    [
      'where conditions would have to be compared',
      'D:AI(A;ID;FA;;;BU)',
      'D:AI(XA;ID;FR;;;BU;(a))',
      'D:AI(XA;ID;FR;;;BU;(a))',
    ],
    ['where the list is gone', `D:AI${FOLDER}`, 'D:NO_ACCESS_CONTROL', `D:AI${FOLDER}`],
    ['where one of them cannot be read', `D:AI${FOLDER}`, 'D:AI(', `D:AI${FOLDER}`],
  ])('%s', (_name, before, now, fresh) => {
    expect(keepsAccess(before, now, fresh)).toBe(false);
  });
});
