// Nobody answers, though sites, records and certificates are in order: a service stands still or is disabled, another program
// has the port, or http.sys does not listen at the address. Only a service that should start by itself is started, and only
// where a person says so: somebody may have stopped it on purpose.

import { type ListeningFault, listeningFault } from '../src/chain/listening.ts';
import { type Befallen, toldOnce } from '../src/chain/told-once.ts';
import { listed, siteNames } from '../src/chain/words.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Description, Playbook, Repair } from '../src/model/repair/playbook.ts';
import { endpointKey, endpointOfKey } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';
import { startServiceSteps } from '../src/steps/start-service.ts';

/** Nothing of this server waits for the visitor. */
export const notListening: Playbook<Befallen<ListeningFault>> = {
  id: 'not-listening',
  title: 'No program listens at the address and port of the site',
  symptom: 'connections are refused or time out, or another program answers: ECONNREFUSED; HttpEvent 15005',
  remedy:
    'starts the web service that should run; names the program that has the port, and the address that is not in the listen list',
  cause:
    'The service W3SVC was stopped, did not start, or is disabled. Or another program has taken the port first. Or the listen list of http.sys leaves the address out, often because it names an address that the server had once.',
  mayGoWrong:
    'Somebody may have stopped the service on purpose, so a person must agree to start it. Then all sites that are started answer again. A change of the listen list counts after a restart of the service HTTP or a reboot.',
  takenBack: 'The service is stopped again. A service that Windows has started with it keeps running.',
  sources: [
    'technet cc727839 (event 15005)',
    'netsh http add iplisten',
    'Troubleshooting SSL related issues, scenarios 3 and 4',
  ],
  shownBy: ['15005', 'ECONNREFUSED'],
  takes: ['service-disabled', 'service-stopped', 'port-taken', 'not-bound', 'listen-list'],
  find: (evidence) =>
    toldOnce(
      evidence,
      (chain) => listeningFault(chain, evidence),
      (_chain, fault) => keyOf(fault),
    ),
  describe,
  plan,
};

const keyOf = ({ code, about }: ListeningFault): string => `${code}:${about}`;

function describe({ chains, fault }: Befallen<ListeningFault>): Description {
  const source = describeSource(fault.source);
  const endpoints = [...new Set(chains.map(({ endpoint }) => endpointKey(endpoint)))];
  const names = endpoints.map((key) => endpointOfKey(key).name);
  return {
    key: keyOf(fault),
    subject: `https of ${siteNames(chains)}`,
    severity: fault.state,
    message: `HTTPS of ${siteNames(chains)} is ${fault.state === 'broken' ? 'down' : 'at risk'}: ${fault.says}.`,
    facts: [
      { name: 'code', value: fault.code, source },
      { name: 'endpoint', value: listed(names, 10), source },
    ],
    endpoints,
  };
}

function plan({ chains, fault }: Befallen<ListeningFault>): Repair | Blocked {
  if (fault.code !== 'service-stopped')
    return {
      blocked: true,
      why: `this program does not change it: ${fault.todo}`,
      who: 'an administrator, who knows whether it is meant',
    };
  const endpoints = new Map(chains.map(({ endpoint }) => [endpointKey(endpoint), endpoint]));
  return {
    title: `Start the service ${fault.about}`,
    risk: 'disruptive',
    steps: startServiceSteps(fault.about),
    cleanup: [],
    before: {},
    effects: [
      `All sites that are started answer again (${siteNames(chains)}), even if somebody has stopped the service on purpose.`,
    ],
    endpoints: [...endpoints.values()],
    after: [],
  };
}
