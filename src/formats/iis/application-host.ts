// applicationHost.config: its sites and its customMetadata, with the place of everything that we may edit.

import { createHash } from 'node:crypto';
import { fail, ok, type Result } from '../../model/result.ts';
import type { IisConfig, MetadataKey, MetadataProperty, Site, SiteBinding } from '../../model/server/iis-config.ts';
import { readXml } from '../xml/document.ts';
import {
  attribute,
  attributeRange,
  childrenNamed,
  nameOf,
  ROOT,
  rangeOf,
  type XmlElement,
  type XmlElements,
} from '../xml/elements.ts';
import { parseXml } from '../xml/tree.ts';
import { asksForCertificates } from './access-flags.ts';

/**
 * Reads the bytes of applicationHost.config, found at the Windows path `path`. An error is one clause about the file,
 * for a sentence that begins with its path: "it is cut short: <sites> on line 140 has no end".
 */
export function readApplicationHost(bytes: Uint8Array, path: string): Result<IisConfig> {
  const read = readXml(bytes);
  if (!read.ok) return read;
  const xml = read.value;
  const sections = hostSections(xml);
  if (!sections.ok) return sections;
  const metadataSections = sections.value.flatMap((section) => childrenNamed(xml, section, 'customMetadata'));
  const siteSections = sections.value.flatMap((section) => childrenNamed(xml, section, 'sites'));
  const elsewhere = [...siteSections, ...metadataSections].find((section) =>
    attributeRange(xml, section, 'configSource'),
  );
  if (elsewhere !== undefined)
    return fail(`its section ${nameOf(xml, elsewhere)} is kept in another file (configSource), which is not read`);
  const asks = asksForCertificates(xml);
  const siteElements = siteSections.flatMap((section) => childrenNamed(xml, section, 'site'));
  const defaults = siteSections.flatMap((section) => childrenNamed(xml, section, 'siteDefaults'));
  const sites = all(siteElements, (site) => readSite(xml, site, defaults, asks));
  if (!sites.ok) return sites;
  const keys = metadataSections.flatMap((section) => childrenNamed(xml, section, 'key'));
  const metadata = all(keys, (key) => readKey(xml, key));
  if (!metadata.ok) return metadata;
  const [metadataSection] = metadataSections;
  const config: IisConfig = {
    path,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    text: xml.text,
    sites: sites.value,
    metadata: metadata.value,
    ...(metadataSection !== undefined && { metadataRange: rangeOf(xml, metadataSection) }),
  };
  elementsOf.set(config, xml);
  return ok(config);
}

/** A location element without a path, or with "" or ".", speaks for the whole server as the root itself does. */
function hostSections(xml: XmlElements): Result<readonly XmlElement[]> {
  const root = nameOf(xml, ROOT);
  if (root !== 'configuration') return fail(`its root is <${root}>, not <configuration>`);
  const global = childrenNamed(xml, ROOT, 'location').filter((location) =>
    ['', '.'].includes(attribute(xml, location, 'path') ?? ''),
  );
  const sections = [ROOT, ...global].flatMap((parent) => childrenNamed(xml, parent, 'system.applicationHost'));
  if (sections.length > 0) return ok(sections);
  return fail('it has no section system.applicationHost, so it is not the applicationHost.config of a server');
}

/** What a configuration was read from, as long as somebody has it. */
const elementsOf = new WeakMap<IisConfig, XmlElements>();

/** The elements of a configuration. One that was put together otherwise than by reading is read again. */
export function configElements(config: IisConfig): Result<XmlElements> {
  const known = elementsOf.get(config);
  return known === undefined ? parseXml(config.text) : ok(known);
}

/** The binding elements of all sites, in the order in which they are read. */
export function bindingElements(xml: XmlElements): readonly XmlElement[] {
  const sections = hostSections(xml);
  const sites = sections.ok ? sections.value.flatMap((section) => childrenNamed(xml, section, 'sites')) : [];
  return sites.flatMap((section) => childrenNamed(xml, section, 'site')).flatMap((site) => bindingsOf(xml, site));
}

const bindingsOf = (xml: XmlElements, site: XmlElement): readonly XmlElement[] =>
  childrenNamed(xml, site, 'bindings').flatMap((bindings) => childrenNamed(xml, bindings, 'binding'));

function readSite(
  xml: XmlElements,
  site: XmlElement,
  defaults: readonly XmlElement[],
  asks: (name: string) => Site['clientCertificates'],
): Result<Site> {
  const name = attribute(xml, site, 'name');
  if (name === undefined) return fail('it has a site without a name');
  const id = uint(attribute(xml, site, 'id'));
  if (id === undefined) return fail(`the id of its site "${short(name)}" is not a number`);
  const bindings = all(bindingsOf(xml, site), (binding) => readBinding(xml, binding, name));
  if (!bindings.ok) return bindings;
  const asked = asks(name);
  return ok({
    name,
    id,
    bindings: bindings.value,
    ...(isStopped(xml, site, defaults) && { stopped: true as const }),
    ...(asked && { clientCertificates: asked }),
  });
}

/** What the site itself says comes before siteDefaults; sites start where neither says anything. */
function isStopped(xml: XmlElements, site: XmlElement, defaults: readonly XmlElement[]): boolean {
  const said = (element: XmlElement) => attribute(xml, element, 'serverAutoStart');
  const own = said(site) ?? defaults.map(said).find((each) => each !== undefined);
  return own?.toLowerCase() === 'false';
}

/** Before IIS 8 there is no sslFlags attribute; its absence means 0. */
function readBinding(xml: XmlElements, binding: XmlElement, site: string): Result<SiteBinding> {
  const protocol = attribute(xml, binding, 'protocol');
  const information = attribute(xml, binding, 'bindingInformation');
  if (protocol === undefined || information === undefined) {
    return fail(`its site "${short(site)}" has a binding without protocol or bindingInformation`);
  }
  const written = attribute(xml, binding, 'sslFlags') ?? '0';
  const sslFlags = uint(written);
  if (sslFlags !== undefined) return ok({ protocol, information, sslFlags });
  return fail(
    `its site "${short(site)}" has the binding ${short(information)} with sslFlags "${short(written)}", which is not a number`,
  );
}

function readKey(xml: XmlElements, key: XmlElement): Result<MetadataKey> {
  const path = attribute(xml, key, 'path');
  if (path === undefined) return fail('its customMetadata has a key without a path');
  const properties = all(childrenNamed(xml, key, 'property'), (property) => readProperty(xml, property, path));
  return properties.ok ? ok({ path, properties: properties.value, range: rangeOf(xml, key) }) : properties;
}

function readProperty(xml: XmlElements, property: XmlElement, path: string): Result<MetadataProperty> {
  const id = uint(attribute(xml, property, 'id'));
  if (id === undefined) return fail(`its customMetadata key ${short(path)} has a property whose id is not a number`);
  const dataType = attribute(xml, property, 'dataType') ?? '';
  const range = rangeOf(xml, property);
  const valueRange = attributeRange(xml, property, 'value');
  if (valueRange === undefined) return ok({ id, dataType, value: '', range });
  return ok({ id, dataType, value: attribute(xml, property, 'value') ?? '', range, valueRange });
}

/** An error quotes what is in the file, but never a page of it. */
const short = (written: string): string => (written.length > 100 ? `${written.slice(0, 100)}...` : written);

/** A uint of the IIS schema: decimal, 32 bits. */
function uint(written: string | undefined): number | undefined {
  if (written === undefined || !/^\d{1,10}$/.test(written)) return undefined;
  const value = Number(written);
  return value <= 0xffffffff ? value : undefined;
}

/** All values, or the first error. */
function all<T>(elements: readonly XmlElement[], read: (element: XmlElement) => Result<T>): Result<readonly T[]> {
  // One that grows takes room for 17 at once, and there are thousands of short ones.
  const values = new Array<T>(elements.length);
  for (const [at, element] of elements.entries()) {
    const value = read(element);
    if (!value.ok) return value;
    values[at] = value.value;
  }
  return ok(values);
}
