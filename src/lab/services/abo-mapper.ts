// The ABO mapper of "IIS 6 Metabase Compatibility": whenever its tree is initialised, it makes the SSL records of every
// site anew from property 5506 (KB 2025598). With an invalid hash the old record is gone and no new one comes.

import { callerOf } from '../callers.ts';
import {
  type AppliedBinding,
  type AppliedConfig,
  configOnDisk,
  LabConfigError,
  placeOf,
} from '../config/applied-config.ts';
import { addRecord, removeRecord } from '../http/http-api.ts';
import { type LabRecord, NO_APP_ID, plainRecord, readRecord } from '../http/http-sys.ts';
import type { LabServer } from '../server.ts';
import { answerOf } from '../unknowns.ts';

const CERT_HASH = 5506;
const CERT_STORE_NAME = 5511;

/** One initialisation of the mapper's tree. A configuration that cannot be read stops it before it does anything. */
export function runAboMapper(server: LabServer): void {
  const config = readConfig(server);
  if (config === undefined) return;
  for (const site of config.sites) {
    const hash = effective(config, site.id, CERT_HASH);
    if (hash === undefined) continue;
    remake(server, site.bindings, hash, effective(config, site.id, CERT_STORE_NAME) || 'MY');
  }
}

function readConfig(server: LabServer): AppliedConfig | undefined {
  try {
    return configOnDisk(server.disk);
  } catch (error) {
    if (error instanceof LabConfigError) return undefined;
    throw error;
  }
}

/** The property of the site's own key, else the one that all sites inherit. Paths are compared without regard to case. */
function effective(config: AppliedConfig, siteId: number, id: number): string | undefined {
  const at = (path: string) =>
    config.certificateProperties.find((property) => property.id === id && property.path.toLowerCase() === path)?.value;
  return at(`lm/w3svc/${siteId}`) ?? at('lm/w3svc');
}

function remake(server: LabServer, bindings: readonly AppliedBinding[], hash: string, store: string): void {
  for (const binding of bindings) {
    const place = placeOf(binding);
    if (place === undefined || place.table === 'ccs') continue;
    const old = readRecord(server, place.table, place.endpoint);
    removeRecord(server, place.table, place.endpoint);
    const thumbprint = thumbprintOf(hash);
    if (thumbprint === undefined) continue;
    addRecord(server, callerOf(server, 'system'), {
      ...plainRecord(place.table, place.endpoint, thumbprint, store),
      ...asTheMapperHasIt(server, old),
    });
  }
}

/** What it gives a record beside the hash: by default nothing, and all that the old one had is lost. */
function asTheMapperHasIt(server: LabServer, old: LabRecord | undefined): Partial<LabRecord> {
  const answer = answerOf(server.facts, 'mapper-record');
  if (answer === 'nobody') return { appId: NO_APP_ID };
  if (answer === 'another-id') return { appId: '{2b5d4a1c-6f0e-4d7b-9a3c-8e1f00a6b0c1}' };
  if (answer === 'iis' || old === undefined) return {};
  const { thumbprint: _, store: __, ...settings } = old;
  return settings;
}

/** The value of a binary property is base64; only 20 bytes are a SHA-1 hash. */
function thumbprintOf(value: string): string | undefined {
  const bytes = Buffer.from(value, 'base64');
  const isBase64 = bytes.toString('base64') === value.trim();
  return isBase64 && bytes.length === 20 ? bytes.toString('hex').toUpperCase() : undefined;
}
