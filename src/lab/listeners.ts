// Where the lab's http.sys listens: what the site bindings and the records name.

import { hasAddress } from './addresses.ts';
import { type AppliedSite, appliedConfig, CONFIG_PATH, LabConfigError, placeOf } from './applied-config.ts';
import { readRecords } from './http-sys.ts';
import type { LabServer } from './server.ts';

/** An endpoint by the name of its record, and the address and port where its connections come in. */
export interface Listening {
  /** `0.0.0.0:443`, `www.example.test:443`, or `443` for the central store. */
  readonly endpoint: string;
  readonly ip: string;
  readonly port: number;
}

/** All endpoints, as the sites stand in the configuration; then those that only a record names. */
export function listening(server: LabServer): readonly Listening[] {
  const ofSites = sitesOf(server)
    .flatMap(({ bindings }) => bindings)
    .flatMap((binding) => placeOf(binding) ?? [])
    .flatMap(({ endpoint, ip, port }) => [
      { endpoint, ip, port },
      { endpoint: `${ip}:${port}`, ip, port },
    ]);
  const ofRecords = readRecords(server).flatMap(({ table, endpoint }) => {
    const port = Number(/(\d+)$/.exec(endpoint)?.[1]);
    const ip = table === 'ip' ? endpoint.slice(0, endpoint.lastIndexOf(':')) : '0.0.0.0';
    return [
      { endpoint, ip, port },
      { endpoint: `${ip}:${port}`, ip, port },
    ];
  });
  const all = [...ofSites, ...ofRecords];
  return all
    .filter(({ ip }) => hasAddress(server, ip))
    .filter(({ endpoint }, index, own) => own.findIndex((other) => other.endpoint === endpoint) === index);
}

// A configuration that IIS refuses leaves it without sites; http.sys keeps its records.
function sitesOf(server: LabServer): readonly AppliedSite[] {
  try {
    return appliedConfig(server.disk.read(CONFIG_PATH) ?? Buffer.alloc(0)).sites;
  } catch (error) {
    if (error instanceof LabConfigError) return [];
    throw error;
  }
}
