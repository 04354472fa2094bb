// Hosts on one computer: each a network namespace with an address and an sshd of its own. All of it lies in one namespace
// of processes whose first process ends when its stdin is closed, so nothing is left, however the tests end.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const NAMESPACES = ['--mount', '--net', '--pid', '--fork', '--kill-child'];

/** A host that is to be there. */
export interface Host {
  readonly name: string;
  /** The folder that is its drive C:. A host without one is off. */
  readonly drive?: string;
}

/** Hosts that run. */
export interface Network {
  readonly addressOf: (name: string) => string;
  /** The key that every host lets in as root. */
  readonly key: string;
  /** A program and its arguments that run `program` where the hosts can be reached. */
  readonly inside: (program: string, cwd: string) => readonly [string, ...string[]];
  readonly stop: () => Promise<void>;
}

/** Whether this account may make such namespaces here; says aloud that it may not. */
export function mayMakeHosts(): boolean {
  if (process.platform !== 'linux') return false;
  const script = 'mount -t tmpfs tmpfs /run && ip netns add h0 && ip link add h0 type veth peer name eth0 netns h0';
  const made = spawnSync('unshare', [...NAMESPACES, 'sh', '-c', script]).status === 0;
  if (!made) console.warn('skipped: no network namespaces (they need root)');
  return made;
}

/** Starts `hosts`; their files lie in `folder`. */
export async function startHosts(hosts: readonly Host[], sshd: string, folder: string): Promise<Network> {
  mkdirSync(folder, { recursive: true });
  const keys = { host: join(folder, 'host-key'), user: join(folder, 'user-key') };
  for (const key of Object.values(keys)) spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  hosts.forEach((host, at) => {
    writeFileSync(configOf(host, folder), sshdConfig(address(at, 2), host.drive ?? '', keys));
  });
  const script = join(folder, 'start.sh');
  writeFileSync(script, [BEGIN, ...hosts.map((host, at) => startOf(host, at, sshd, folder)), END].join('\n'));
  const first = spawn('unshare', [...NAMESPACES, 'sh', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const pid = await firstLine(first);
  return {
    addressOf: (name) =>
      address(
        hosts.findIndex((host) => host.name === name),
        2,
      ),
    key: keys.user,
    inside: (program, cwd) => ['nsenter', `--target=${pid}`, '--mount', '--net', '--pid', `--wd=${cwd}`, program],
    stop: async () => {
      const ended = once(first, 'exit');
      first.stdin?.end();
      await ended;
    },
  };
}

// The addresses of networks under test (RFC 2544), in namespaces that nobody else sees.
const address = (at: number, end: number): string => `198.18.${at}.${end}`;
const configOf = (host: Host, folder: string): string => join(folder, `${host.name}.sshd`);

// The number of the first process is read before /proc is that of its own namespace. On the hosts root has a home without
// this account's start files, which every connection would read, and a password that is not locked with a `!`, as it is on
// some computers: sshd lets nobody in then.
const BEGIN = `set -e
read -r pid rest < /proc/self/stat
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir /run/sshd
echo 'root:*:::::::' > /run/shadow
mount --bind /run/shadow /etc/shadow
sed 's|^root:.*|root:x:0:0::/run:/bin/sh|' /etc/passwd > /run/passwd
mount --bind /run/passwd /etc/passwd
ip link set lo up`;
const END = `echo "$pid"
# Not exec: a shell takes leave of the dead that come to it as the first process.
cat
exit`;

/** A host that is off is told of at once, as a router does that knows: waiting for it would prove no more. */
const startOf = (host: Host, at: number, sshd: string, folder: string): string =>
  host.drive === undefined
    ? `ip route add unreachable ${address(at, 2)}`
    : `ip netns add h${at}
ip link add h${at} type veth peer name eth0 netns h${at}
ip address add ${address(at, 1)}/30 dev h${at}
ip link set h${at} up
ip -n h${at} link set lo up
ip -n h${at} address add ${address(at, 2)}/30 dev eth0
ip -n h${at} link set eth0 up
ip netns exec h${at} '${sshd}' -f '${configOf(host, folder)}'`;

const sshdConfig = (own: string, drive: string, keys: { host: string; user: string }): string => `ListenAddress ${own}
HostKey ${keys.host}
AuthorizedKeysFile ${keys.user}.pub
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
SetEnv HEAL_C=${drive}
`;

async function firstLine(from: ChildProcess): Promise<string> {
  const lines = createInterface({ input: from.stdout! });
  const ended = once(from, 'exit').then(() => Promise.reject(new Error('the hosts did not start')));
  const [line] = await Promise.race([once(lines, 'line'), ended]);
  ended.catch(() => undefined);
  return line;
}
