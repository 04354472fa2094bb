// One edit of a configuration as a repair makes it, and nothing beside: read, planned, proved by the second reading, written.
// Usage: CONFIGURATION OUT strip|flag   (bundled first: it imports the program's source)
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { readApplicationHost } from '../../src/formats/iis/application-host.ts';
import { setSslFlags } from '../../src/formats/iis/binding-edit.ts';
import { encodeText, stripProperties } from '../../src/formats/iis/metadata-edit.ts';
import { applyProved } from '../../src/formats/iis/second-reading.ts';

const [, , from = '', to = '', kind] = process.argv;

const config = value(readApplicationHost(readFileSync(from), 'C:\\applicationHost.config'));
const edits = kind === 'strip' ? strip() : flag();
const bytes = encodeText(value(applyProved(config, edits)));
if (edits.length === 0 || createHash('sha256').update(bytes).digest('hex') === config.sha256)
  throw new Error('nothing was edited');
writeFileSync(to, bytes);

/** The hash of a site in the middle. */
function strip() {
  const keyPath = config.metadata[config.metadata.length >> 1]?.path ?? '';
  return stripProperties(config, [{ keyPath, ids: [5506] }]);
}

/** The flags of its https binding. */
function flag() {
  const binding = config.sites[config.sites.length >> 1]?.bindings[1];
  if (binding === undefined) throw new Error('there is no such binding');
  return value(setSslFlags(config, [{ binding, sslFlags: 0 }]));
}

/** @template T @param {import('../../src/model/result.ts').Result<T>} result @returns {T} */
function value(result) {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}
