// Loaded into the program before anything else (node --require): writes which files of its own it has read, and which of
// Node's modules it has loaded, into the file that LOADS names.

const fs = require('node:fs');
const { basename } = require('node:path');

const { readFileSync } = fs;
/** @type {string[]} */
const files = [];

fs.readFileSync = /** @type {typeof fs.readFileSync} */ (
  (/** @type {string} */ path, /** @type {undefined} */ options) => {
    if (/[\\/]dist[\\/]\w+\.cjs$/.test(path)) files.push(basename(path));
    return readFileSync(path, options);
  }
);

process.on('exit', () => {
  const { moduleLoadList } = /** @type {{ moduleLoadList?: readonly string[] }} */ (/** @type {unknown} */ (process));
  const modules = (moduleLoadList ?? []).filter((name) => name.startsWith('NativeModule '));
  fs.writeFileSync(process.env.LOADS ?? '', JSON.stringify({ files, modules: modules.map((name) => name.slice(13)) }));
});
