// The computer that ansible-playbook runs on: our collection and the stand-in for ansible.windows, and nothing of this account's own.

import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/program-facts.mjs';
import type { Network } from './hosts.ts';

/** How a run of a playbook ended, for each host of its recap. */
export interface Played {
  readonly output: string;
  readonly ends: Readonly<Record<string, 'ok' | 'changed' | 'failed' | 'unreachable'>>;
}

/** Runs one of our playbooks on these hosts. */
export type Play = (playbook: string, hosts: readonly string[], ...options: readonly string[]) => Promise<Played>;

/** A controller in `folder`, where the playbooks' results go too. */
export function controllerIn(folder: string, network: Network, ansible: string): Play {
  const collections = join(folder, 'collections');
  const ours = installCollection(collections);
  cpSync(join(root, 'test/fleet/ansible/windows'), join(collections, 'ansible_collections/ansible/windows'), {
    recursive: true,
  });
  // An empty one, so that no other is read.
  writeFileSync(join(folder, 'ansible.cfg'), '');
  const env = { ...process.env, ...settings(folder, collections, network.key) };
  return async (playbook, hosts, ...options) => {
    const inventory = join(folder, 'inventory.ini');
    const lines = hosts.map((name) => `${name} ansible_host=${network.addressOf(name)}`);
    writeFileSync(inventory, ['[iis]', ...lines, '[all:vars]', PYTHON, ''].join('\n'));
    const [program, ...args] = network.inside(ansible, folder);
    const output = await printed(
      program,
      [...args, '-i', inventory, join(ours, 'playbooks', playbook), ...options],
      env,
    );
    return { output, ends: endsIn(output) };
  };
}

/** Our collection below `collections`, as ansible-galaxy would put it there; its folder. */
export function installCollection(collections: string): string {
  const ours = join(collections, 'ansible_collections/iis_ssl_heal/https');
  mkdirSync(ours, { recursive: true });
  cpSync(join(root, 'ansible'), ours, { recursive: true });
  return ours;
}

const PYTHON = 'ansible_python_interpreter="{{ ansible_playbook_python }}"';

/** /run is the hosts' own: what ansible and ssh put there is gone with them. */
const settings = (folder: string, collections: string, key: string): Readonly<Record<string, string>> => ({
  HOME: folder,
  ANSIBLE_CONFIG: join(folder, 'ansible.cfg'),
  ANSIBLE_HOME: join(folder, 'home'),
  ANSIBLE_LOCAL_TEMP: '/run/ansible',
  ANSIBLE_REMOTE_TMP: '/run/ansible',
  ANSIBLE_COLLECTIONS_PATH: collections,
  ANSIBLE_REMOTE_USER: 'root',
  ANSIBLE_PRIVATE_KEY_FILE: key,
  ANSIBLE_HOST_KEY_CHECKING: 'False',
  ANSIBLE_SSH_CONTROL_PATH_DIR: '/run/ssh',
  ANSIBLE_SSH_ARGS:
    '-F /dev/null -o LogLevel=ERROR -o ControlMaster=auto -o ControlPersist=10m -o UserKnownHostsFile=/dev/null',
  ANSIBLE_PIPELINING: 'True',
  ANSIBLE_TIMEOUT: '3',
  ANSIBLE_FORKS: '5',
  ANSIBLE_NOCOLOR: 'True',
  ANSIBLE_FORCE_COLOR: 'False',
  LC_ALL: 'C.UTF-8',
});

/** What a program printed on both streams; its exit code counts hosts, and the recap says more. */
function printed(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject).on('close', () => resolve(output));
  });
}

const RECAP = /^(\S+)\s+: ok=\d+\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)/gm;

function endsIn(output: string): Played['ends'] {
  const found = [...output.matchAll(RECAP)].map(([, host, changed, unreachable, failed]) => {
    const end = unreachable !== '0' ? 'unreachable' : failed !== '0' ? 'failed' : changed !== '0' ? 'changed' : 'ok';
    return [host!, end] as const;
  });
  return Object.fromEntries(found);
}
