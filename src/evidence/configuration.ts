// IIS's configuration: redirection.config first, since it says which applicationHost.config is the live one.

import { readApplicationHost } from '../formats/iis/application-host.ts';
import { readRedirection } from '../formats/iis/redirection.ts';
import { isDoubtful } from '../formats/xml/doubt.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Redirection } from '../model/iis-config.ts';
import { andThen, broken, describeSource, type Known, known } from '../model/known.ts';
import type { Parsed } from '../model/parsed.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import { interpret, type Reading, type Request } from './reading.ts';
import { requestsFor } from './requests.ts';

/** The live configuration and whether it is shared. A server without redirection.config is not redirected. */
export async function readConfiguration(reader: EvidenceReader): Promise<Pick<Evidence, 'config' | 'redirection'>> {
  const requests = requestsFor(reader.places);
  const redirection = await readRedirectionFile(reader, requests.redirection);
  if (!redirection.known) return { redirection, config: redirection };
  const { enabled, path } = redirection.value;
  const live = enabled && path !== '' ? `${path.replace(/[\\/]+$/, '')}\\applicationHost.config` : requests.config.path;
  const reading = await reader.read({ ...requests.config, path: live });
  return { redirection, config: await strictly(reading, (bytes) => readApplicationHost(bytes, live)) };
}

async function readRedirectionFile(reader: EvidenceReader, request: Request): Promise<Known<Redirection>> {
  const reading = await reader.read(request);
  if (reading.result === 'absent') return known({ enabled: false, path: '' }, reading.source);
  return andThen(await strictly(reading, readRedirection), known);
}

/**
 * IIS takes no file that is not well-formed (500.19), so none is read as sound. The strict parser is loaded only where the
 * file holds something that our own reader passes over. An error names the file.
 */
async function strictly<T>(reading: Reading, read: (bytes: Uint8Array) => Parsed<T>): Promise<Known<T>> {
  const value = interpret(reading, read);
  if (reading.result !== 'ok') return value;
  const why = value.known ? await notWellFormed(new TextDecoder().decode(reading.bytes)) : value.why;
  return why === undefined ? value : broken(`${describeSource(reading.source)}: ${why}`, reading.source);
}

async function notWellFormed(text: string): Promise<string | undefined> {
  if (!isDoubtful(text)) return undefined;
  const { judgeXml } = await import('../formats/xml/strict.ts');
  const judged = judgeXml(text);
  return judged.ok ? undefined : judged.error;
}
