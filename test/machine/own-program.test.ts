import { describe, expect, it } from 'vitest';
import type { Machine } from '../../src/machine/machine.ts';
import { ownProgram } from '../../src/machine/own-program.ts';

const on = (kind: Machine['kind']) => ({ kind }) as Machine;

describe('ownProgram', () => {
  it('is node and the entry file, with the folders that code is loaded from', () => {
    const entry = 'C:\\Program Files\\heal\\bin\\iis-ssl-heal.mjs';
    expect(ownProgram(on('windows'), 'C:\\Program Files\\nodejs\\node.exe', entry)).toEqual({
      command: 'C:\\Program Files\\nodejs\\node.exe',
      entry,
      workingDirectory: 'C:\\Program Files\\heal\\bin',
      folders: ['C:\\Program Files\\nodejs', 'C:\\Program Files\\heal\\bin', 'C:\\Program Files\\heal\\dist'],
    });
  });

  it.each(['iis-ssl-heal', 'D:\\heal\\iis-ssl-heal.exe'])('is the single program, called as %s', (typed) => {
    expect(ownProgram(on('windows'), 'D:\\heal\\iis-ssl-heal.exe', typed)).toEqual({
      command: 'D:\\heal\\iis-ssl-heal.exe',
      workingDirectory: 'D:\\heal',
      folders: ['D:\\heal'],
    });
  });
});
