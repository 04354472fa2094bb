// appcmd list site and set site. Neither touches http.sys: appcmd edits the configuration, and its SSL records stay as they are.

import { type ProgramResult, printed } from '../../program.ts';
import type { LabServer } from '../../server.ts';
import { findService } from '../../services/services.ts';
import { childrenOf, escapeXml, isElement, parseXml, type XmlElement } from '../../tasks/xml-elements.ts';
import { cannotFind, failed, mustName } from './appcmd-answers.ts';
import { malformedIndexer, noSuchElement, unknownAttribute } from './appcmd-config.ts';
import {
  elementLines,
  followPath,
  type PathPart,
  parsePath,
  withAttribute,
  withChild,
  withoutElement,
} from './appcmd-edit.ts';
import type { Outcome, Words } from './appcmd-words.ts';

/** `list site [NAME] [/site.name:NAME] [/xml] [/config]`. Nothing to list is exit code 1. */
export function listSites(text: string, words: Words, server: LabServer): ProgramResult {
  const flags = words.options.map((option) => option.toLowerCase());
  const wanted = siteName(words);
  const sites = sitesOf(text).filter((site) => wanted === undefined || sameName(site, wanted));
  if (words.identifier !== undefined && sites.length === 0) return cannotFind('SITE', words.identifier);
  const state = findService(server, 'W3SVC')?.running ? 'Started' : 'Unknown';
  const config = flags.includes('config') || flags.includes('config:*');
  if (flags.includes('xml')) return printed(xmlLines(sites, state, config), sites.length > 0 ? 0 : 1);
  const lines = sites.flatMap((site) =>
    config
      ? elementLines(site)
      : [`SITE "${attribute(site, 'name')}" (id:${attribute(site, 'id')},bindings:${bindings(site)},state:${state})`],
  );
  return printed(lines, sites.length > 0 ? 0 : 1);
}

/**
 * `set site NAME /-bindings.[protocol='https',bindingInformation='*:443:'] /+bindings.[...]`, in the order given, and
 * `/bindings.[...].sslFlags:1`, which sets an attribute of one (the form of Microsoft's guide to bindings).
 */
export function setSite(text: string, words: Words): Outcome {
  const name = siteName(words);
  if (name === undefined) return { answer: mustName('SITE') };
  if (!sitesOf(text).some((site) => sameName(site, name))) return { answer: cannotFind('SITE', name) };
  let changed = text;
  for (const option of words.options.filter((each) => !/^(site\.name|commit):/i.test(each))) {
    const next = changeBinding(changed, name, option);
    if (typeof next !== 'string') return { answer: next };
    changed = next;
  }
  return { answer: printed([`SITE object "${name}" changed`]), text: changed };
}

function changeBinding(text: string, siteOfName: string, option: string): string | ProgramResult {
  const setting = /^(bindings\.\[.*\])\.(\w+):(.*)$/i.exec(option);
  if (setting) return setBinding(text, siteOfName, setting);
  const match = /^([+-])(bindings\.\[.*)$/i.exec(option);
  const path = match && parsePath(match[2] ?? '');
  const site = sitesOf(text).find((each) => sameName(each, siteOfName));
  if (!match || !site) return unknownAttribute(option);
  const indexer = path?.[1];
  if (path?.length !== 2 || indexer === undefined || typeof indexer === 'string') return malformedIndexer();
  if (match[1] === '+') return addBinding(text, site, indexer);
  const binding = followPath(site, path);
  return binding ? withoutElement(text, binding) : noSuchElement();
}

function setBinding(
  text: string,
  siteOfName: string,
  [, path = '', name = '', value = '']: RegExpExecArray,
): string | ProgramResult {
  const parts = parsePath(path);
  const site = sitesOf(text).find((each) => sameName(each, siteOfName));
  const binding = site && parts && followPath(site, parts);
  if (parts?.length !== 2) return malformedIndexer();
  if (!ATTRIBUTES.includes(name)) return unknownAttribute(name);
  return binding ? withAttribute(text, binding, name, value) : noSuchElement();
}

const ATTRIBUTES = ['protocol', 'bindingInformation', 'sslFlags'];

function addBinding(text: string, site: XmlElement, attributes: ReadonlyMap<string, string>): string | ProgramResult {
  const unknown = [...attributes.keys()].find((name) => !ATTRIBUTES.includes(name));
  if (unknown !== undefined) return unknownAttribute(unknown);
  const protocol = attributes.get('protocol') ?? '';
  const information = attributes.get('bindingInformation') ?? '';
  const twin: readonly PathPart[] = [
    'bindings',
    new Map([
      ['protocol', protocol],
      ['bindingInformation', information],
    ]),
  ];
  if (followPath(site, twin)) {
    return failed(
      "New binding object missing required attributes. Cannot add duplicate collection entry of type 'binding' with combined " +
        `key attributes 'protocol, bindingInformation' respectively set to '${protocol}, ${information}'\r\n.`,
      183,
    );
  }
  const list = childrenOf(site, 'bindings')[0];
  if (list) return withChild(text, list, 'binding', attributes);
  const widened = withChild(text, site, 'bindings', new Map());
  const renewed = sitesOf(widened).find((each) => sameName(each, attribute(site, 'name')));
  const made = renewed && childrenOf(renewed, 'bindings')[0];
  return made ? withChild(widened, made, 'binding', attributes) : noSuchElement();
}

function xmlLines(sites: readonly XmlElement[], state: string, config: boolean): readonly string[] {
  const lines = sites.flatMap((site) => {
    const name = escapeXml(attribute(site, 'name'));
    const start = `    <SITE SITE.NAME="${name}" SITE.ID="${attribute(site, 'id')}" bindings="${escapeXml(bindings(site))}" state="${state}"`;
    return config ? [`${start}>`, ...elementLines(site, '        '), '    </SITE>'] : [`${start} />`];
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<appcmd>', ...lines, '</appcmd>'];
}

const attribute = (element: XmlElement, name: string): string => element.attributes.get(name) ?? '';

const sameName = (site: XmlElement, name: string): boolean =>
  attribute(site, 'name').toLowerCase() === name.toLowerCase();

const siteName = ({ identifier, options }: Words): string | undefined =>
  identifier ?? options.find((option) => /^site\.name:/i.test(option))?.slice('site.name:'.length);

function sitesOf(text: string): readonly XmlElement[] {
  const root = parseXml(text);
  if (!isElement(root)) return [];
  const hosts = childrenOf(root, 'system.applicationHost');
  return hosts.flatMap((host) => childrenOf(host, 'sites')).flatMap((sites) => childrenOf(sites, 'site'));
}

/** `https/*:443:,http/*:80:`, in the order of the file. */
function bindings(site: XmlElement): string {
  const all = childrenOf(site, 'bindings').flatMap((list) => childrenOf(list, 'binding'));
  return all
    .map((binding) => `${attribute(binding, 'protocol')}/${attribute(binding, 'bindingInformation')}`)
    .join(',');
}
