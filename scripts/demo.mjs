// npm run demo: the main job, from a broken server to a healed one, told by real TLS handshakes of an outside client.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';

const program = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'iis-ssl-heal.mjs');
/** @param {string} text */
const say = (text) => process.stdout.write(`${text}\n`);
/** @param {string} text */
const heading = (text) => say(`\n=== ${text} ===`);

/**
 * Runs the built program, shows what it printed, and demands its exit code.
 * @param {number} expected
 * @param {...string} args
 */
function run(expected, ...args) {
  say(`\n$ iis-ssl-heal ${args.join(' ')}`);
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, ...args], { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      process.stdout.write(stdout.replace(/^/gm, '  ') + stderr.replace(/^(?=.)/gm, '  '));
      const code = typeof error?.code === 'number' ? error.code : 0;
      say(`  -> exit code ${code}`);
      if (code === expected) resolve(stdout);
      else reject(new Error(`exit code ${code} instead of ${expected}`));
    });
  });
}

/**
 * The thumbprint that a TLS client gets, or undefined where no handshake comes about.
 * @param {{ host: string, port: number }} endpoint
 * @returns {Promise<string | undefined>}
 */
function handshake({ host, port }) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: 5000 });
    /** @param {string | undefined} result */
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('secureConnect', () => end(socket.getPeerCertificate().fingerprint.replaceAll(':', '')));
    for (const event of ['error', 'close', 'timeout']) socket.on(event, () => end(undefined));
  });
}

/**
 * Serves the lab in a process of its own, as http.sys would, and asks it as a client.
 * @param {string} lab
 */
async function clientSees(lab) {
  const server = spawn(process.execPath, [program, 'lab', 'serve', lab], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    /** @type {string} */
    const line = await new Promise((resolve, reject) => {
      createInterface({ input: server.stdout }).once('line', resolve);
      server.once('exit', () => reject(new Error('lab serve ended')));
    });
    return await handshake(JSON.parse(line).endpoints[0]);
  } finally {
    server.kill();
  }
}

/**
 * @param {string} lab
 * @param {boolean} up
 * @param {string} when
 */
async function demand(lab, up, when) {
  const seen = await clientSees(lab);
  say(`\n  TLS client, ${when}: ${seen === undefined ? 'no connection' : `certificate ${seen}`}`);
  if ((seen !== undefined) !== up) throw new Error(`HTTPS should be ${up ? 'up' : 'down'} ${when}`);
  return seen;
}

/** @param {string} lab */
async function strandedKey(lab) {
  heading("Fault 1: a certificate was dragged, its key stayed in a user's key store");
  await run(0, 'lab', 'create', lab, '--fault', 'stranded-key');
  const before = await demand(lab, true, 'before the reboot');
  await run(0, 'lab', 'reboot', lab);
  await demand(lab, false, 'after the reboot');
  await run(1, 'check', '--lab', lab);
  await run(0, 'fix', '--lab', lab, '--yes');
  await run(0, 'lab', 'reboot', lab);
  const after = await demand(lab, true, 'after the repair and one more reboot');
  if (after !== before) throw new Error('another certificate answers');
  await run(0, 'fix', '--lab', lab, '--yes');
}

/** @param {string} lab */
async function staleHash(lab) {
  heading('Fault 2: an invalid certificate hash in applicationHost.config');
  await run(0, 'lab', 'create', lab, '--fault', 'stale-hash');
  await run(1, 'check', '--lab', lab);
  await run(0, 'lab', 'restart-iis', lab);
  await demand(lab, false, 'after the restart of IIS');
  await run(0, 'fix', '--lab', lab, '--yes');
  await run(0, 'lab', 'restart-iis', lab);
  await demand(lab, true, 'after the repair and one more restart of IIS');
  await run(0, 'fix', '--lab', lab, '--yes');
}

const folder = await mkdtemp(join(tmpdir(), 'iis-ssl-heal-demo-'));
try {
  await strandedKey(join(folder, 'server-1'));
  await staleHash(join(folder, 'server-2'));
  heading('Both faults were found, healed and proved; a second fix had nothing left to do');
} finally {
  await rm(folder, { recursive: true, force: true });
}
