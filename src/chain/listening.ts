// Why nobody comes to a binding, whatever stands behind it: its services do not run, another program has the port, or http.sys
// does not listen at its address.

import { addressOfBinding, isLinkLocal, isLoopback, isWildcard, portOf } from '../formats/http-sys/endpoint.ts';
import { listensOn } from '../formats/http-sys/visitors.ts';
import type { Chain, LinkCode } from '../model/server/chain.ts';
import type { Evidence } from '../model/server/evidence.ts';
import type { Source } from '../model/server/known.ts';
import { isServedRight } from './meant.ts';
import { newestState } from './memory/remembered.ts';
import { isAnyLogged, loggedAt, NOT_BOUND } from './records/https-events.ts';
import { answerOf } from './visit.ts';
import { listed, utc } from './words.ts';

/** One of these reasons. */
export interface ListeningFault {
  readonly state: 'broken' | 'warning';
  readonly code: Extract<LinkCode, 'service-disabled' | 'port-taken' | 'service-stopped' | 'not-bound' | 'listen-list'>;
  /** The service, the port, or the place that it is about. */
  readonly about: string;
  /** One clause. */
  readonly says: string;
  /** What a person can do, with the commands: one clause. */
  readonly todo: string;
  readonly source: Source;
}

type Met = Omit<Chain, 'links'>;

/** The worst of them, and of those alike the one that has to be mended first. */
export function listeningFault(chain: Met, evidence: Evidence): ListeningFault | undefined {
  const found = [disabled, portTaken, stopped, notBound, notInList].flatMap((find) => find(chain, evidence) ?? []);
  return found.find(({ state }) => state === 'broken') ?? found[0];
}

const DISABLED = 4;

/** Disabled while it still runs: what answers now is gone at the next start. */
function disabled(chain: Met, { services }: Evidence): ListeningFault | undefined {
  if (!services.known) return undefined;
  const name = ['HTTP', 'W3SVC'].find((each) => services.value.get(each)?.start === DISABLED);
  if (name === undefined) return undefined;
  const is = `the service ${name} is disabled (Start 4)`;
  const start = name === 'HTTP' ? 'demand' : 'auto';
  const fault = {
    code: 'service-disabled',
    about: name,
    todo: `set the service to start again, and start it: sc.exe config ${name} start= ${start}, net.exe start W3SVC`,
    source: services.value.get(name)?.source ?? services.source,
  } as const;
  return answerOf(chain) !== undefined
    ? { ...fault, state: 'warning', says: `${is}; what still works ends at the next reboot` }
    : { ...fault, state: 'broken', says: is };
}

/** The process of http.sys, and the one of nobody. */
const KERNEL = [4, 0];

/** A program that listens where its visitors come, while http.sys does so nowhere at that port. */
function portTaken(chain: Met, evidence: Evidence): ListeningFault | undefined {
  const { listeners, processes } = evidence;
  if (!listeners.known || isServedRight(chain, evidence)) return undefined;
  const port = portOf(chain.endpoint);
  const address = addressOfBinding(chain.binding.information) ?? '0.0.0.0';
  const there = listeners.value.filter((each) => each.port === port);
  if (there.some(({ processId }) => processId === KERNEL[0])) return undefined;
  const taker = there.find(
    (each) =>
      !KERNEL.includes(each.processId) && (each.address === address || [each.address, address].some(isWildcard)),
  );
  if (taker === undefined) return undefined;
  const id = taker.processId;
  const name = (processes.known && processes.value.get(id)) || 'a program whose name was not read';
  return {
    state: 'broken',
    code: 'port-taken',
    about: String(port),
    says: `${name} (process ${id}) uses port ${port}, so http.sys cannot`,
    todo: `stop ${name} or give it another port, then net.exe start W3SVC; to see it: netstat.exe -ano, tasklist.exe /svc /fi "PID eq ${id}"`,
    source: listeners.source,
  };
}

const STOPPED = 1;
const AUTOMATIC = 2;
/** It was just stopped; it was not started since the boot. Any other number is the error that it ended with. */
const NO_ERRORS = [0, 1077];

/** One that should run. Started by hand alone (a cluster's passive node, a container host), nobody says that it should. */
function stopped(chain: Met, { services, serviceRuns }: Evidence): ListeningFault | undefined {
  const run = serviceRuns.known ? serviceRuns.value.get('W3SVC') : undefined;
  const isAutomatic = services.known && services.value.get('W3SVC')?.start === AUTOMATIC;
  if (!isAutomatic || run?.state !== STOPPED || answerOf(chain) !== undefined) return undefined;
  const error = NO_ERRORS.includes(run.exitCode) ? '' : ` (it ended with error ${run.exitCode})`;
  return {
    state: 'broken',
    code: 'service-stopped',
    about: 'W3SVC',
    says: `the service W3SVC should start by itself and is stopped${error}`,
    todo: 'start it: net.exe start W3SVC',
    source: serviceRuns.source,
  };
}

/** http.sys has said itself that it cannot listen there, and nobody was answered or seen since. */
function notBound(chain: Met, evidence: Evidence): ListeningFault | undefined {
  if (!isAnyLogged(evidence)) return undefined;
  const { endpoint, binding, handshake } = chain;
  if (answerOf(chain) !== undefined || (handshake?.known && handshake.value.outcome === 'no-tls')) return undefined;
  const address = addressOfBinding(binding.information) ?? '0.0.0.0';
  const place = `${address.includes(':') ? `[${address}]` : address}:${portOf(endpoint)}`;
  const event = loggedAt(NOT_BOUND, { table: 'ip', name: place }, evidence);
  if (event === undefined || event.last <= (newestState(evidence)?.lastSeen ?? '')) return undefined;
  const says = `http.sys could not listen at ${place} (event ${NOT_BOUND}, last at ${utc(event.last)})`;
  return {
    state: handshake?.known ? 'broken' : 'warning',
    code: 'not-bound',
    about: place,
    says: handshake?.known ? `${says}, and nothing answers there` : `${says}; no handshake was tried there`,
    todo: 'another program has the port (netstat.exe -ano), or the listen list names an address that is not there (netsh.exe http show iplisten, netsh.exe http delete iplisten ipaddress=ADDRESS)',
    source: event.source,
  };
}

function notInList(chain: Met, { listenList, addresses }: Evidence): ListeningFault | undefined {
  if (!listenList.known || listenList.value.length === 0) return undefined;
  const list = listenList.value;
  const address = addressOfBinding(chain.binding.information) ?? '0.0.0.0';
  const isForAll = isWildcard(address);
  const all = addresses.known ? addresses.value : list;
  const own = all.filter((each) => !isLoopback(each) && !isLinkLocal(each) && (address !== '::' || each.includes(':')));
  const wanted = isForAll ? own : [address];
  const missing = wanted.filter((each) => !listensOn(each, list));
  if (missing.length === 0 && wanted.length > 0) return undefined;
  const gone = addresses.known ? list.filter((each) => !isWildcard(each) && !all.includes(each)) : [];
  const commands = [
    ...missing.map((each) => `netsh.exe http add iplisten ipaddress=${each}`),
    ...gone.map((each) => `netsh.exe http delete iplisten ipaddress=${each}`),
  ];
  const is = `http.sys listens only on ${listed(list)} (netsh http show iplisten)`;
  const none = isForAll ? 'on no address that visitors use' : `not on ${address}`;
  const isNowhere = missing.length === wanted.length;
  return {
    state: isNowhere ? 'broken' : 'warning',
    code: 'listen-list',
    about: address,
    says: isNowhere ? `${is}, ${none}` : `${is}, and not on ${listed(missing)}`,
    todo: `say for each address whether it is meant, then reboot or restart HTTP: ${listed(commands.length > 0 ? commands : ['netsh.exe http show iplisten'])}`,
    source: listenList.source,
  };
}
