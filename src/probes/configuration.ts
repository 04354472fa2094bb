// IIS's configuration: redirection.config first, since it says which applicationHost.config is the live one.

import { readApplicationHost } from '../formats/application-host.ts';
import { readRedirection } from '../formats/redirection.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Redirection } from '../model/iis-config.ts';
import { andThen, type Known, known } from '../model/known.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import { interpret, type Request } from './reading.ts';
import { requestsFor } from './requests.ts';

/** The live configuration and whether it is shared. A server without redirection.config is not redirected. */
export async function readConfiguration(reader: EvidenceReader): Promise<Pick<Evidence, 'config' | 'redirection'>> {
  const requests = requestsFor(reader.places);
  const redirection = await readRedirectionFile(reader, requests.redirection);
  if (!redirection.known) return { redirection, config: redirection };
  const { enabled, path } = redirection.value;
  const live = enabled && path !== '' ? `${path.replace(/[\\/]+$/, '')}\\applicationHost.config` : requests.config.path;
  const reading = await reader.read({ ...requests.config, path: live });
  return { redirection, config: interpret(reading, (bytes) => readApplicationHost(bytes, live)) };
}

async function readRedirectionFile(reader: EvidenceReader, request: Request): Promise<Known<Redirection>> {
  const reading = await reader.read(request);
  if (reading.result === 'absent') return known({ enabled: false, path: '' }, reading.source);
  return andThen(interpret(reading, readRedirection), known);
}
