import { describe, expect, it } from 'vitest';
import { programHere } from './programs.ts';

describe('the programs that other engines bring', () => {
  it('are told where they are, and what is missing is undefined', () => {
    expect(programHere('sh')).toMatch(/^\/.*\/sh$/);
    expect(programHere('no-such-program')).toBeUndefined();
  });
});
