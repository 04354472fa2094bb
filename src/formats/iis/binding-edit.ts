// Edits of site bindings as data: the sslFlags of one binding, and no other character.

import type { Edit } from '../../model/repair/plan.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import type { IisConfig, SiteBinding } from '../../model/server/iis-config.ts';
import { attributeRange, type XmlElement, type XmlElements } from '../xml/elements.ts';
import { bindingElements, configElements } from './application-host.ts';

/** A binding of this very configuration, and the sslFlags that it is to have. */
export interface FlagsChange {
  readonly binding: SiteBinding;
  readonly sslFlags: number;
}

/**
 * Writes the flags of each binding. Where the attribute is absent (IIS 7, or the default 0) it goes behind bindingInformation,
 * where IIS itself writes it.
 */
export function setSslFlags(config: IisConfig, changes: readonly FlagsChange[]): Result<readonly Edit[]> {
  const read = configElements(config);
  if (!read.ok) return read;
  const xml = read.value;
  const elements = elementOfBinding(xml, config);
  const edits: Edit[] = [];
  for (const { binding, sslFlags } of changes) {
    const element = elements.get(binding);
    if (element === undefined)
      return fail(`the binding ${binding.information} is not in the configuration that was read`);
    if (binding.sslFlags === sslFlags) continue;
    const flags = attributeRange(xml, element, 'sslFlags');
    const before = attributeRange(xml, element, 'bindingInformation');
    if (flags !== undefined) edits.push({ ...flags, text: String(sslFlags) });
    else if (before !== undefined)
      edits.push({ start: before.end + 1, end: before.end + 1, text: ` sslFlags="${sslFlags}"` });
  }
  return ok(edits);
}

/** The elements of the configuration's bindings, in their order. */
function elementOfBinding(xml: XmlElements, { sites }: IisConfig): ReadonlyMap<SiteBinding, XmlElement> {
  const elements = bindingElements(xml);
  const bindings = sites.flatMap((site) => site.bindings);
  return new Map(
    bindings.flatMap((binding, at) => (elements[at] === undefined ? [] : [[binding, elements[at]] as const])),
  );
}
