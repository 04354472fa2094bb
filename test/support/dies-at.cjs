// Loaded into the program before anything else (node --require): counts what it changes on the disk of a lab, and
// kills its own process with a real signal at a chosen change: before it, or, for a file that is written, in its middle.
// DIES_BELOW the lab; DIES_AT which change, from 0; DIES_BY the signal; DIES_TORN write half first; DIES_TRACE a file for
// what was changed, one change a line.

const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const { DIES_BELOW: below = '', DIES_AT: at, DIES_BY: signal, DIES_TORN: torn, DIES_TRACE: trace } = process.env;
const { writeFileSync } = fs;
/** @type {string[]} */
const changes = [];

/** Comes before a change. What a program of Windows printed into a file for us is no part of the server. */
function before(/** @type {string} */ change, /** @type {string} */ path, /** @type {() => void} */ half) {
  if (!path.startsWith(below) || path.includes('/Windows/Temp/')) return;
  changes.push(`${change} ${path}`);
  if (changes.length - 1 !== Number(at)) return;
  if (torn) half();
  // SIGKILL ends the process before this returns; any other signal is heard later, by the program.
  process.kill(process.pid, signal);
}

/** A program of Windows that is writing when we are killed goes on; only a file of ours can be cut off in its middle. */
const ours = /\/iis-ssl-heal\/|iis-ssl-heal\.tmp$/;

/** @type {typeof fs.writeFileSync} */
fs.writeFileSync = (path, bytes, options) => {
  before('write', String(path), () => {
    // What is written exclusively over something that is there is not begun.
    const begun = !(typeof options === 'object' && options?.flag === 'wx' && fs.existsSync(String(path)));
    if (ours.test(String(path)) && begun && Buffer.isBuffer(bytes))
      writeFileSync(path, bytes.subarray(0, bytes.length / 2));
  });
  writeFileSync(path, bytes, options);
};

for (const name of /** @type {const} */ (['renameSync', 'rmSync', 'mkdirSync'])) {
  const real = /** @type {(...args: unknown[]) => unknown} */ (fs[name]);
  Object.assign(fs, {
    [name]: (/** @type {string} */ path, /** @type {unknown[]} */ ...rest) => {
      before(name, path, () => {});
      return real(path, ...rest);
    },
  });
}
syncBuiltinESMExports();

process.on('exit', () => trace && writeFileSync(trace, changes.join('\n')));
