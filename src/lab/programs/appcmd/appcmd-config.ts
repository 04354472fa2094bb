// appcmd list, set and clear config: one section, removals from its collections.

import { type ProgramResult, printed } from '../../program.ts';
import { isElement, parseXml, type XmlElement } from '../../tasks/xml-elements.ts';
import { failed } from './appcmd-answers.ts';
import { elementLines, followPath, parsePath, withAttribute, withoutElement } from './appcmd-edit.ts';
import type { Outcome, Words } from './appcmd-words.ts';

/** Sections by the short name that appcmd takes as well. */
const SECTIONS = [
  'applicationPools',
  'configHistory',
  'customMetadata',
  'listenerAdapters',
  'log',
  'serviceAutoStartProviders',
  'sites',
  'webLimits',
];

const COMMITTED = 'for "MACHINE/WEBROOT/APPHOST" at configuration commit path "MACHINE/WEBROOT/APPHOST"';

/** `list config -section:NAME`: the section with the group around it. */
export function listSection(text: string, { options }: Words): ProgramResult {
  const section = sectionOf(options);
  if (section.path === undefined) return unknownSection(section.asked);
  const element = findSection(text, section.path);
  const [group = '', name = ''] = section.path.split('/');
  const lines = element ? elementLines(element, '  ') : [`  <${name}>`, `  </${name}>`];
  return printed([`<${group}>`, ...lines, `</${group}>`]);
}

/**
 * `set config -section:NAME -[path='...']` and the same with `clear`: removes what each path leads to; `set` with
 * `[path='...'].ATTRIBUTE:VALUE` sets an attribute. `clear` without a path removes the whole section (Microsoft
 * KB 3202096 uses the form with one).
 */
export function setSection(text: string, { options }: Words, clearing: boolean): Outcome {
  const section = sectionOf(options);
  if (section.path === undefined) return { answer: unknownSection(section.asked) };
  const rest = options.filter((option) => !/^(section|commit):/i.test(option));
  const other = rest.find((option) => !/^-?\[/.test(option));
  if (other !== undefined) return { answer: unknownAttribute(other) };
  if (rest.length === 0) return clearing ? clearSection(text, section.path) : { answer: applied(section.path) };
  let changed = text;
  for (const option of rest) {
    const setting = clearing ? null : /^(\[.*\])\.(\w+):(.*)$/.exec(option);
    const path = parsePath(setting?.[1] ?? option.replace(/^-/, ''));
    if (!path) return { answer: malformedIndexer() };
    const root = findSection(changed, section.path);
    const element = root && followPath(root, path);
    if (!element) return { answer: noSuchElement() };
    changed = setting
      ? withAttribute(changed, element, setting[2] ?? '', setting[3] ?? '')
      : withoutElement(changed, element);
  }
  return { answer: applied(section.path), text: changed };
}

function clearSection(text: string, path: string): Outcome {
  const element = findSection(text, path);
  return { answer: applied(path), ...(element ? { text: withoutElement(text, element) } : {}) };
}

function sectionOf(options: readonly string[]): { readonly asked: string; readonly path?: string } {
  const asked = options.find((option) => /^section:/i.test(option))?.slice('section:'.length) ?? '';
  const short = asked.replace(/^system\.applicationHost\//i, '');
  const known = SECTIONS.find((name) => name.toLowerCase() === short.toLowerCase());
  return known ? { asked, path: `system.applicationHost/${known}` } : { asked };
}

function findSection(text: string, path: string): XmlElement | undefined {
  const root = parseXml(text);
  const [group, name] = path.split('/');
  if (!isElement(root)) return undefined;
  const groups = root.children.filter((child) => child.name === group);
  return groups.flatMap((each) => each.children).find((child) => child.name === name);
}

const applied = (path: string): ProgramResult =>
  printed([`Applied configuration changes to section "${path}" ${COMMITTED}`]);

const unknownSection = (asked: string): ProgramResult =>
  failed(`Unknown config section "${asked}".  Replace with -? for help.`, 87);

/** For an option that no attribute or collection answers to. */
export const unknownAttribute = (option: string): ProgramResult =>
  failed(`Unknown attribute "${option.replace(/:.*$/, '')}".  Replace with -? for help.`, 87);

/** For an indexer that is not one. */
export const malformedIndexer = (): ProgramResult =>
  failed(
    "Malformed collection indexer; format is [@position,name='value',name2='value2',...].  " +
      "The @position specifier is optional, and be '@start', '@end', or '@N' where N is a numeric index into the collection.",
    87,
  );

/** For a removal of what is not there. */
export const noSuchElement = (): ProgramResult => failed('Cannot find requested collection element.', 4312);
