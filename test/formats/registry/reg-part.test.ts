// One key out of the export of a key above it is what an export of that key alone would be.

import { describe, expect, it } from 'vitest';
import { regPart } from '../../../src/formats/registry/reg-part.ts';
import { openLab } from '../../../src/lab/open.ts';
import { registryFileText } from '../../../src/lab/programs/reg/reg-export.ts';
import { neverThrows } from '../../support/fuzz.ts';
import { labDisk } from '../../support/run-lab.ts';

const LONG = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP';
const KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters';
const HEAD = 'Windows Registry Editor Version 5.00\r\n\r\n';

const file = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');
const key = (name: string, value = ''): string => `[${LONG}${name}]\r\n${value}\r\n`;

describe('a key out of an export', () => {
  it('is to the byte what its own export is', () => {
    const { registry } = openLab(labDisk());
    const whole = file(registryFileText(registry, LONG));
    expect(regPart(whole, KEY)).toEqual(file(registryFileText(registry, `${LONG}\\Parameters`)));
  });

  it('ends where a key stands that is not below it', () => {
    const own = key('\\Parameters', '"a"="[x]"\r\n') + key('\\Parameters\\SslBindingInfo', '"b"=hex:00,\\\r\n  01\r\n');
    const whole =
      HEAD + key('', '"Start"=dword:00000003\r\n') + key('\\Enum') + own + key('\\Parameters2') + key('\\Security');
    expect(regPart(file(whole), KEY)).toEqual(file(HEAD + own));
  });

  it.each([
    ['is not in it', file(HEAD + key('') + key('\\Parameters2'))],
    ['is in 8 bits', Buffer.from(HEAD + key('\\Parameters'))],
    ['has no key before it', file(HEAD)],
    ['is empty', Buffer.alloc(0)],
  ])('that %s has to be asked for by itself', (_what, bytes) => {
    expect(regPart(bytes, KEY)).toBeUndefined();
  });

  it('answers any bytes', () => neverThrows((bytes) => regPart(bytes, KEY), file(HEAD + key('\\Parameters'))));
});
