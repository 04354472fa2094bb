// One edit of a configuration of 22 MB, against xmlstarlet, which may write every other byte anew, and against reading and
// writing the file.
import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundled } from '../bundle.mjs';
import { largeConfiguration } from './large-configuration.mjs';
import { inTurn, peakMemory } from './measure.mjs';

const ROUNDS = 9;
const SITES = 25_000;
const MIDDLE = SITES / 2 + 1;

const HOST = '/configuration/system.applicationHost';
const HASH = `${HOST}/customMetadata/key[@path="LM/W3SVC/${MIDDLE}"]/property[@id="5506"]`;
const FLAGS = `${HOST}/sites/site[@id="${MIDDLE}"]/bindings/binding[@protocol="https"]/@sslFlags`;

/** @param {string} work @returns {AsyncGenerator<import('./table.mjs').Row | string>} */
export async function* edit(work) {
  const config = join(work, 'large.config');
  const out = join(work, 'edited.config');
  const alone = join(work, 'edit-alone.cjs');
  writeFileSync(config, largeConfiguration(SITES));
  writeFileSync(alone, (await bundled('scripts/bench/edit-alone.mjs')).script);
  const size = statSync(config).size;
  const what = `edit of ${Math.round(size / 1e6)} MB`;

  /** @param {string} kind */
  const ours = (kind) => ({ args: [alone, config, out, kind], exitCode: 0 });
  const copy = { args: ['-e', `fs.writeFileSync(${string(out)}, fs.readFileSync(${string(config)}))`], exitCode: 0 };
  const memory = peakMemory(3, ours('strip'), work);
  if (spawnSync('xmlstarlet', ['--version']).status === 0) {
    const theirs = [xmlstarlet(config, out, '-d', HASH), xmlstarlet(config, out, '-u', FLAGS, '-v', '0')];
    const programs = [copy, ours('strip'), ours('flag'), ...theirs];
    const [copied = [], strip = [], flag = [], theirStrip = [], theirFlag = []] = inTurn(ROUNDS, programs);
    yield { what: `${what}, a hash, against xmlstarlet`, value: strip, base: theirStrip, target: 2, unit: 'ms' };
    yield { what: `${what}, a flag, against xmlstarlet`, value: flag, base: theirFlag, target: 2, unit: 'ms' };
    yield { what: `${what}, a hash, against reading and writing`, value: strip, base: copied, unit: 'ms' };
  } else yield `skipped: ${what} against xmlstarlet: it is not installed`;
  yield { what: `memory for an ${what} against the file`, value: memory, base: [size], target: 10, unit: 'bytes' };
}

/** It prints the edited file: a shell puts it where it belongs. @param {string} config @param {string} out @param {string[]} edit */
const xmlstarlet = (config, out, ...edit) => ({
  file: 'sh',
  args: ['-c', 'out=$1; shift; exec xmlstarlet ed -P "$@" > "$out"', 'xmlstarlet', out, ...edit, config],
  exitCode: 0,
});

/** @param {string} path */
const string = (path) => JSON.stringify(path);
