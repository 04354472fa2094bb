// The switch in node.exe that says whether it is an application of its own.

/** As node.exe holds it, in parts: this very text must not be found in a program that bundles it. */
const FUSE = ['NODE_SEA_FUSE', 'fce680ab2cc467b6e072b8b5df1996b2:'].join('_');

/**
 * Turns it on, in place. Throws where it is not there exactly once, and off.
 * @param {Buffer} program
 */
export function lightFuse(program) {
  const at = program.indexOf(FUSE);
  if (at < 0 || program.indexOf(FUSE, at + 1) >= 0) throw new Error('node.exe does not hold the fuse exactly once');
  const state = at + FUSE.length;
  if (program[state] !== '0'.charCodeAt(0)) throw new Error('the fuse of node.exe is not off');
  program.write('1', state, 'latin1');
}
