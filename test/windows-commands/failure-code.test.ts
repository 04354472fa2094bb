import { expect, it } from 'vitest';
import { failureCode } from '../../src/windows-commands/failure-code.ts';

const says = 'Zertifikat 0\r\nCertUtil: -exportPFX FEHLER: 0x8009000b (-2146893813 NTE_BAD_KEY_STATE)\r\n';

it.each([
  [0, says, undefined],
  [0x8009000b, '', 0x8009000b],
  [0x80090010, says, 0x80090010],
  [0x80000000, says, 0x80000000],
  [0xfffffffe, says, 0xfffffffe],
  [0xffffffff, says, 0x8009000b],
  [1, says, 0x8009000b],
  [0x7fffffff, says, 0x8009000b],
  [0xffffffff, '', 0xffffffff],
  [0xffffffff, 'Fehler: 1312\r\n', 1312],
  [1, 'failed, Error: 183\r\n', 183],
  [1, 'ERROR ( hresult:80070005, message:x )', 0x80070005],
  [5, 'nothing of it', 5],
])('at exit code %d beside %j a program failed with %d', (exitCode, text, code) => {
  expect(failureCode({ started: true, exitCode, stdout: Buffer.from(text), stderr: Buffer.alloc(0) })).toBe(code);
  expect(failureCode({ started: true, exitCode, stdout: Buffer.alloc(0), stderr: Buffer.from(text) })).toBe(code);
});
