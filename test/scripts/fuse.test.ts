import { describe, expect, it } from 'vitest';
import { lightFuse } from '../../scripts/exe/fuse.mjs';

const FUSE = `NODE_SEA_${'FUSE'}_fce680ab2cc467b6e072b8b5df1996b2`;

describe('lightFuse', () => {
  it('turns the one fuse on and touches nothing else', () => {
    const program = Buffer.from(`before ${FUSE}:0 after`);
    lightFuse(program);
    expect(program.toString()).toBe(`before ${FUSE}:1 after`);
  });

  it.each([
    ['none', 'no fuse at all', 'exactly once'],
    ['two', `${FUSE}:0 ${FUSE}:0`, 'exactly once'],
    ['one that is on', `${FUSE}:1`, 'not off'],
  ])('refuses a program with %s', (_, text, why) => {
    const program = Buffer.from(text);
    expect(() => lightFuse(program)).toThrow(why);
    expect(program.toString()).toBe(text);
  });
});
