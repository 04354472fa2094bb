// A bench: programs that are noted, and acts that are taken back.

import type { KeyObject } from 'node:crypto';
import type { Host } from '../host.ts';
import { certificatesOn } from './certificates.ts';
import { sitesOn } from './sites.ts';
import type { Bench, Ground } from './types.ts';

/** As much of one output as is kept. */
const MOST_TEXT = 4000;

/** A bench on this server; `raw` gets a line for everything that is done. `newKey` may be a test's, whose keys are shared. */
export async function newBench(host: Host, raw: string[], newKey: () => KeyObject): Promise<Bench> {
  const acts: (() => Promise<unknown>)[] = [];
  const ground = groundOf(host, raw, acts);
  const addresses = await host.machine.addresses();
  const own = addresses.known ? addresses.value.filter((each) => !each.includes(':')) : [];
  const address = own.find((each) => !/^(127|169\.254)\./.test(each)) ?? '127.0.0.1';
  const takeBack = async () => {
    for (const act of acts.splice(0).toReversed())
      await act().catch((error: unknown) =>
        ground.note(`not taken back: ${error instanceof Error ? error.message : error}`),
      );
    await host.machine.remove(ground.folder);
  };
  return { ...ground, address, ...certificatesOn(ground, newKey), ...sitesOn(ground, address), takeBack };
}

function groundOf(host: Host, raw: string[], acts: (() => Promise<unknown>)[]): Ground {
  const { machine } = host;
  const folder = `${machine.systemRoot}\\Temp\\iis-ssl-heal-ask`;
  const note = (line: string) => void raw.push(line);
  const run: Bench['run'] = async (program, args, { seconds, quiet } = {}) => {
    const ran = await host.run({ program, args }, seconds);
    const text = ran.started ? latin1(ran.stdout) + latin1(ran.stderr) : ran.detail;
    note(`${program} ${args.join(' ')} => ${ran.started ? `0x${ran.exitCode.toString(16)}` : ran.why}`);
    const lines = text.slice(0, MOST_TEXT).split(/\r*\n/);
    if (!quiet) for (const line of lines) if (line.trim() !== '') note(`  ${line}`);
    return { code: ran.started ? ran.exitCode : undefined, late: !ran.started && ran.why === 'timeout', text };
  };
  return {
    host,
    folder,
    note,
    run,
    must: async (program, args) => {
      const ran = await run(program, args);
      if (ran.code !== 0) throw new Error(`${program} ${args.slice(0, 3).join(' ')} did not end with 0`);
      return ran;
    },
    afterwards: (act) => void acts.push(act),
    file: async (name, bytes) => {
      const path = `${folder}\\${name}`;
      const made = await machine.makeFolder(folder);
      const written = made.result === 'ok' ? await machine.write(path, bytes) : made;
      if (written.result !== 'ok') throw new Error(`${path} could not be written`);
      acts.push(() => machine.remove(path));
      return path;
    },
  };
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
