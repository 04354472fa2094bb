// The program is one file, and beside it lies what V8 compiled of it at the build: to compile it anew takes a quarter of a
// small check. A Node whose V8 is another refuses that, and compiles. Whoever could write the one could write the other.
const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
const { createRequire } = process.getBuiltinModule('node:module');
const { constants, Script } = process.getBuiltinModule('node:vm');

/**
 * The program, not run yet.
 * @param {string} dist its folder, with a separator at the end
 */
export function compile(dist) {
  const cache = `${dist}program.cache`;
  // It is ASCII, and one byte a character is the fastest way in.
  const text = readFileSync(`${dist}program.cjs`, 'latin1');
  return new Script(`(function (require, module, exports) {${text}\n})`, {
    filename: `${dist}program.cjs`,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(existsSync(cache) && { cachedData: readFileSync(cache) }),
  });
}

/**
 * Runs it as the CommonJS module that it is.
 * @param {import('node:vm').Script} script
 * @param {string} dist
 */
export function run(script, dist) {
  const module = { exports: {} };
  script.runInThisContext()(createRequire(`${dist}program.cjs`), module, module.exports);
}
