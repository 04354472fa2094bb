// The program's files lie in one folder: program.cjs, and what only some commands need. Beside a file lies what V8 compiled of
// it at the build: to compile that anew takes a quarter of a small check. A Node whose V8 is another refuses it, and compiles.
// Whoever could write the one could write the other.
const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
const { Script } = process.getBuiltinModule('node:vm');

/**
 * A file of the program, not run yet.
 * @param {string} dist their folder, with a separator at the end
 * @param {string} name `program.cjs`
 */
function compile(dist, name) {
  const cache = `${dist}${name.replace('.cjs', '.cache')}`;
  // It is ASCII, and one byte a character is the fastest way in.
  const text = readFileSync(`${dist}${name}`, 'latin1');
  return scriptOf(text, `${dist}${name}`, existsSync(cache) ? readFileSync(cache) : undefined);
}

/**
 * A CommonJS module as a script that gives its function.
 * @param {string} text
 * @param {string} filename
 * @param {Buffer} [cachedData]
 */
function scriptOf(text, filename, cachedData) {
  return new Script(`(function (require, module, exports) {${text}\n})`, {
    filename,
    ...(cachedData && { cachedData }),
  });
}

/**
 * Runs the program. Its files find each other as `./program.cjs`, each once; all else that they require is Node's own.
 * @param {(name: string) => import('node:vm').Script} scriptNamed
 */
function run(scriptNamed) {
  /** @type {Map<string, { exports: object }>} */
  const modules = new Map();
  const load = (/** @type {string} */ name) => {
    if (!name.startsWith('./')) return process.getBuiltinModule(name);
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    scriptNamed(name.slice(2)).runInThisContext()(load, module, module.exports);
    return module.exports;
  };
  load('./program.cjs');
}

module.exports = { compile, run, scriptOf };
