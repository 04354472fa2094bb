// applicationHost.config: its sites and its customMetadata, with the place of everything that we may edit.

import { createHash } from 'node:crypto';
import { fail, ok, type Result } from '../../model/result.ts';
import type { IisConfig, MetadataKey, MetadataProperty, Site, SiteBinding } from '../../model/server/iis-config.ts';
import { attributeRange, childrenNamed, readXml } from '../xml/document.ts';
import type { XmlElement } from '../xml/tree.ts';
import { asksForCertificates } from './access-flags.ts';

/**
 * Reads the bytes of applicationHost.config, found at the Windows path `path`. An error is one clause about the file,
 * for a sentence that begins with its path: "it is cut short: <sites> on line 140 has no end".
 */
export function readApplicationHost(bytes: Uint8Array, path: string): Result<IisConfig> {
  const document = readXml(bytes);
  if (!document.ok) return document;
  const { text, root } = document.value;
  const sections = hostSections(root);
  if (!sections.ok) return sections;
  const metadataSections = sections.value.flatMap((section) => childrenNamed(section, 'customMetadata'));
  const siteSections = sections.value.flatMap((section) => childrenNamed(section, 'sites'));
  const elsewhere = [...siteSections, ...metadataSections].find((section) => section.attributes.has('configSource'));
  if (elsewhere) return fail(`its section ${elsewhere.name} is kept in another file (configSource), which is not read`);
  const asks = asksForCertificates(root);
  const siteElements = siteSections.flatMap((section) => childrenNamed(section, 'site'));
  const defaults = siteSections.flatMap((section) => childrenNamed(section, 'siteDefaults'));
  const sites = all(siteElements.map((site) => readSite(site, defaults, asks)));
  if (!sites.ok) return sites;
  const keys = metadataSections.flatMap((section) => childrenNamed(section, 'key'));
  const metadata = all(keys.map((key) => readKey(text, key)));
  if (!metadata.ok) return metadata;
  const [metadataSection] = metadataSections;
  return ok({
    path,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    text,
    sites: sites.value,
    metadata: metadata.value,
    ...(metadataSection && { metadataRange: metadataSection.range }),
  });
}

/** A location element without a path, or with "" or ".", speaks for the whole server as the root itself does. */
function hostSections(root: XmlElement): Result<readonly XmlElement[]> {
  if (root.name !== 'configuration') return fail(`its root is <${root.name}>, not <configuration>`);
  const global = childrenNamed(root, 'location').filter((location) =>
    ['', '.'].includes(location.attributes.get('path') ?? ''),
  );
  const sections = [root, ...global].flatMap((parent) => childrenNamed(parent, 'system.applicationHost'));
  if (sections.length > 0) return ok(sections);
  return fail('it has no section system.applicationHost, so it is not the applicationHost.config of a server');
}

/** The binding elements of all sites, in the order in which they are read. */
export function bindingElements(root: XmlElement): readonly XmlElement[] {
  const sections = hostSections(root);
  const sites = sections.ok ? sections.value.flatMap((section) => childrenNamed(section, 'sites')) : [];
  return sites.flatMap((section) => childrenNamed(section, 'site')).flatMap(bindingsOf);
}

const bindingsOf = (site: XmlElement): readonly XmlElement[] =>
  childrenNamed(site, 'bindings').flatMap((bindings) => childrenNamed(bindings, 'binding'));

function readSite(
  site: XmlElement,
  defaults: readonly XmlElement[],
  asks: (name: string) => Site['clientCertificates'],
): Result<Site> {
  const name = site.attributes.get('name');
  if (name === undefined) return fail('it has a site without a name');
  const id = uint(site.attributes.get('id'));
  if (id === undefined) return fail(`the id of its site "${short(name)}" is not a number`);
  const bindings = all(bindingsOf(site).map((binding) => readBinding(binding, name)));
  if (!bindings.ok) return bindings;
  const asked = asks(name);
  return ok({
    name,
    id,
    bindings: bindings.value,
    ...(isStopped(site, defaults) && { stopped: true as const }),
    ...(asked && { clientCertificates: asked }),
  });
}

/** What the site itself says comes before siteDefaults; sites start where neither says anything. */
function isStopped(site: XmlElement, defaults: readonly XmlElement[]): boolean {
  const said = [site, ...defaults].map(({ attributes }) => attributes.get('serverAutoStart'));
  return said.find((each) => each !== undefined)?.toLowerCase() === 'false';
}

/** Before IIS 8 there is no sslFlags attribute; its absence means 0. */
function readBinding(binding: XmlElement, site: string): Result<SiteBinding> {
  const protocol = binding.attributes.get('protocol');
  const information = binding.attributes.get('bindingInformation');
  if (protocol === undefined || information === undefined) {
    return fail(`its site "${short(site)}" has a binding without protocol or bindingInformation`);
  }
  const written = binding.attributes.get('sslFlags') ?? '0';
  const sslFlags = uint(written);
  if (sslFlags !== undefined) return ok({ protocol, information, sslFlags });
  return fail(
    `its site "${short(site)}" has the binding ${short(information)} with sslFlags "${short(written)}", which is not a number`,
  );
}

function readKey(text: string, key: XmlElement): Result<MetadataKey> {
  const path = key.attributes.get('path');
  if (path === undefined) return fail('its customMetadata has a key without a path');
  const properties = all(childrenNamed(key, 'property').map((property) => readProperty(text, property, path)));
  return properties.ok ? ok({ path, properties: properties.value, range: key.range }) : properties;
}

function readProperty(text: string, property: XmlElement, path: string): Result<MetadataProperty> {
  const id = uint(property.attributes.get('id'));
  if (id === undefined) return fail(`its customMetadata key ${short(path)} has a property whose id is not a number`);
  const valueRange = attributeRange(text, property, 'value');
  return ok({
    id,
    dataType: property.attributes.get('dataType') ?? '',
    value: property.attributes.get('value') ?? '',
    range: property.range,
    ...(valueRange && { valueRange }),
  });
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
function all<T>(list: readonly Result<T>[]): Result<readonly T[]> {
  const values: T[] = [];
  for (const item of list) {
    if (!item.ok) return item;
    values.push(item.value);
  }
  return ok(values);
}
