// appcmd add site and delete site, with the options of Microsoft's page about creating a site. A site that is added or
// deleted has no SSL record made or taken away: appcmd edits the configuration.

import { printed } from '../../program.ts';
import { childrenOf, escapeXml, isElement, parseXml, type XmlElement } from '../../tasks/xml-elements.ts';
import { cannotFind, failed, mustName } from './appcmd-answers.ts';
import { unknownAttribute } from './appcmd-config.ts';
import { withChild, withoutElement } from './appcmd-edit.ts';
import type { Outcome, Words } from './appcmd-words.ts';

const OPTIONS = ['name', 'id', 'physicalpath', 'bindings'];

/** `add site /name:NAME [/id:N] [/physicalPath:FOLDER] [/bindings:https/*:443:HOST,...]`; without an id it has the next one. */
export function addSite(text: string, { options }: Words): Outcome {
  const parts = options.map((option) => /^([\w.]+):(.*)$/s.exec(option));
  const unknown = options.find((_option, index) => !OPTIONS.includes(parts[index]?.[1]?.toLowerCase() ?? ''));
  if (unknown !== undefined) return { answer: unknownAttribute(unknown) };
  const value = (name: string) => parts.find((part) => part?.[1]?.toLowerCase() === name)?.[2];
  const name = value('name');
  const root = parseXml(text);
  const section = isElement(root) ? sectionOf(root) : undefined;
  if (name === undefined || section === undefined) return { answer: mustName('SITE') };
  const sites = childrenOf(section, 'site');
  if (sites.some((site) => sameName(site, name)))
    return { answer: failed(`Failed to add duplicate collection element "${name}".`, 183) };
  const ids = sites.map((site) => Number(site.attributes.get('id')));
  const folder = value('physicalpath');
  const bindings = (value('bindings') ?? '').split(',').filter((each) => each !== '');
  if (bindings.some((each) => !/^\w+\/./.test(each)))
    return { answer: failed(`Malformed binding list "${value('bindings')}".`, 87) };
  const id = value('id') ?? String(Math.max(0, ...ids) + 1);
  const attributes = new Map([
    ['name', name],
    ['id', id],
  ]);
  const app = folder === undefined ? [] : [`APP object "${name}/" added`, `VDIR object "${name}/" added`];
  return {
    answer: printed([`SITE object "${name}" added`, ...app]),
    text: withSite(text, section, attributes, innerLines(folder, bindings)),
  };
}

/** `delete site NAME`. */
export function deleteSite(text: string, { identifier }: Words): Outcome {
  if (identifier === undefined) return { answer: mustName('SITE') };
  const root = parseXml(text);
  const section = isElement(root) ? sectionOf(root) : undefined;
  const site = section && childrenOf(section, 'site').find((each) => sameName(each, identifier));
  if (site === undefined) return { answer: cannotFind('SITE', identifier) };
  return { answer: printed([`SITE object "${identifier}" deleted`]), text: withoutElement(text, site) };
}

const sectionOf = (root: XmlElement): XmlElement | undefined =>
  childrenOf(root, 'system.applicationHost').flatMap((group) => childrenOf(group, 'sites'))[0];

const sameName = (site: XmlElement, name: string): boolean =>
  site.attributes.get('name')?.toLowerCase() === name.toLowerCase();

/** The site as the last element of its section, each line as far in as its neighbour's. */
function withSite(
  text: string,
  section: XmlElement,
  attributes: ReadonlyMap<string, string>,
  inner: readonly string[],
) {
  const placed = withChild(text, section, 'site', attributes);
  const root = parseXml(placed);
  const site = isElement(root) ? sectionOf(root)?.children.at(-1) : undefined;
  if (site === undefined || inner.length === 0) return placed;
  const [start = '\r\n'] = /\r?\n[ \t]*$/.exec(placed.slice(0, site.start)) ?? [];
  const open = placed.slice(site.start, site.end).replace(/\s*\/>$/, '>');
  return `${placed.slice(0, site.start)}${[open, ...inner, '</site>'].join(start)}${placed.slice(site.end)}`;
}

function innerLines(folder: string | undefined, bindings: readonly string[]): readonly string[] {
  const application = [
    '    <application path="/">',
    `        <virtualDirectory path="/" physicalPath="${escapeXml(folder ?? '')}" />`,
    '    </application>',
  ];
  const places = bindings.map((each) => {
    const [, protocol = '', information = ''] = /^(\w+)\/(.*)$/.exec(each) ?? [];
    return `        <binding protocol="${protocol}" bindingInformation="${escapeXml(information)}" />`;
  });
  return [
    ...(folder === undefined ? [] : application),
    ...(places.length === 0 ? [] : ['    <bindings>', ...places, '    </bindings>']),
  ];
}
