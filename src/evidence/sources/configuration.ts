// IIS's configuration: redirection.config first, since it says which applicationHost.config is the live one.

import { readApplicationHost } from '../../formats/iis/application-host.ts';
import { readRedirection } from '../../formats/iis/redirection.ts';
import { isDoubtful } from '../../formats/xml/doubt.ts';
import type { Result } from '../../model/result.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { broken, describeSource, type Known, known } from '../../model/server/known.ts';
import type { EvidenceReader } from '../readers/evidence-reader.ts';
import { interpret, type Reading, type Request } from '../readers/reading.ts';
import type { Other, Read } from './source.ts';

/** The live configuration: redirection.config must be read before anybody knows which file that is. */
export async function gatherConfig(
  reader: EvidenceReader,
  [request]: readonly Request[],
  other: Other,
): Promise<Read<Evidence['config']>> {
  const redirection = await other('redirection');
  if (!redirection.known) return { value: redirection };
  const { enabled, path } = redirection.value;
  const here = request?.kind === 'file' ? request : undefined;
  if (here === undefined) throw new Error('applicationHost.config is a file');
  const live = enabled && path !== '' ? `${path.replace(/[\\/]+$/, '')}\\applicationHost.config` : here.path;
  const reading = await reader.read({ ...here, path: live });
  return {
    value: await strictly(
      reading,
      (bytes) => readApplicationHost(bytes, live),
      ({ text }) => text,
    ),
  };
}

/** Whether the configuration is shared. A server without redirection.config is not redirected. */
export async function readRedirectionFile([reading]: readonly Reading[]): Promise<Read<Evidence['redirection']>> {
  if (reading?.result === 'absent') return { value: known({ enabled: false, path: '' }, reading.source) };
  return { value: await strictly(reading, readRedirection) };
}

/**
 * IIS takes no file that is not well-formed (500.19), so none is read as sound. The strict parser is loaded only where the
 * file holds something that our own reader passes over. An error names the file. `textOf`: the text, where what was read has it.
 */
async function strictly<T>(
  reading: Reading | undefined,
  read: (bytes: Uint8Array) => Result<T>,
  textOf?: (value: T) => string,
): Promise<Known<T>> {
  const value = interpret(reading, read);
  if (reading?.result !== 'ok') return value;
  const text = value.known && textOf ? textOf(value.value).replace(/^\ufeff/, '') : undefined;
  const why = value.known ? await notWellFormed(text ?? new TextDecoder().decode(reading.bytes)) : value.why;
  return why === undefined ? value : broken(`${describeSource(reading.source)}: ${why}`, reading.source);
}

async function notWellFormed(text: string): Promise<string | undefined> {
  if (!isDoubtful(text)) return undefined;
  const { judgeXml } = await import('../../formats/xml/strict.ts');
  const judged = judgeXml(text);
  return judged.ok ? undefined : judged.error;
}
