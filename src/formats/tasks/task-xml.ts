// A scheduled task as the XML that schtasks /Create /XML takes, and back (Task Scheduler schema 1.2).

import { fail, ok, type Result } from '../../model/result.ts';
import { textOf } from '../xml/document.ts';
import {
  attribute,
  childrenNamed,
  childrenOf,
  nameOf,
  ROOT,
  type XmlElement,
  type XmlElements,
} from '../xml/elements.ts';
import { decodeText, utf16Order } from '../xml/text.ts';
import { parseXml } from '../xml/tree.ts';

const NAMESPACE = 'http://schemas.microsoft.com/windows/2004/02/mit/task';

/** A task of ours takes 4,000. */
const MOST_BYTES = 1024 * 1024;

/** How often a trigger fires again after it has fired, an element in an element. Without a duration beside it: for ever. */
export const REPETITION = 'Repetition/Interval';

/** The schema's own order: the children of a trigger are a sequence, and one out of its place is refused. */
const TRIGGER_ORDER = ['Enabled', 'StartBoundary', REPETITION, 'UserId', 'Subscription', 'Delay'] as const;

/** What a setting is where the XML does not name it (schema of the Task Scheduler). */
const SETTING_DEFAULTS = {
  MultipleInstancesPolicy: 'IgnoreNew',
  DisallowStartIfOnBatteries: 'true',
  StopIfGoingOnBatteries: 'true',
  StartWhenAvailable: 'false',
  RunOnlyIfNetworkAvailable: 'false',
  RunOnlyIfIdle: 'false',
  Enabled: 'true',
  ExecutionTimeLimit: 'PT72H',
} as const;

/** A setting that decides whether and how long a task runs. */
export type TaskSetting = keyof typeof SETTING_DEFAULTS;

const SETTINGS = Object.keys(SETTING_DEFAULTS) as readonly TaskSetting[];

/** `kind` is the element, for example BootTrigger; what it holds by element name or path, durations as `PT2M`. */
export interface TaskTrigger {
  readonly kind: string;
  readonly elements: Readonly<Record<string, string>>;
}

/** Who a task runs as: a SID. A service account has no logon type: '' then. */
export interface TaskPrincipal {
  readonly userId: string;
  readonly logonType: string;
  readonly runLevel: string;
}

/** What is started; `arguments` is one command line, quoted where it must be, '' where there is none. */
export interface TaskAction {
  readonly command: string;
  readonly arguments: string;
  readonly workingDirectory: string;
}

/** A task, as far as we write one and judge one. Another action than Exec is here with its element as command. */
export interface TaskDefinition {
  readonly description: string;
  readonly triggers: readonly TaskTrigger[];
  readonly principal: TaskPrincipal;
  readonly settings: Readonly<Record<TaskSetting, string>>;
  readonly actions: readonly TaskAction[];
}

/** These settings, and the schema's default for every other. */
export const taskSettings = (settings: Partial<Record<TaskSetting, string>>): TaskDefinition['settings'] => ({
  ...SETTING_DEFAULTS,
  ...settings,
});

/** UTF-16LE with its mark: schtasks refuses UTF-8 that says so, and UTF-16BE, as incorrect document syntax. */
export function writeTaskXml(task: TaskDefinition): Uint8Array {
  const { userId, logonType, runLevel } = task.principal;
  const lines = [
    '<?xml version="1.0" encoding="UTF-16"?>',
    `<Task version="1.2" xmlns="${NAMESPACE}">`,
    wrapped('RegistrationInfo', [element('Description', task.description)]),
    wrapped('Triggers', task.triggers.map(writeTrigger)),
    '<Principals>',
    '<Principal id="Author">',
    element('UserId', userId),
    ...(logonType === '' ? [] : [element('LogonType', logonType)]),
    element('RunLevel', runLevel),
    '</Principal>',
    '</Principals>',
    wrapped(
      'Settings',
      SETTINGS.map((name) => element(name, task.settings[name])),
    ),
    '<Actions Context="Author">',
    ...task.actions.map(writeAction),
    '</Actions>',
    '</Task>',
    '',
  ];
  return Buffer.from(`\uFEFF${lines.join('\r\n')}`, 'utf16le');
}

function writeTrigger({ kind, elements }: TaskTrigger): string {
  const named = TRIGGER_ORDER.flatMap((name) => {
    const value = elements[name];
    return value === undefined ? [] : [nested(name.split('/'), value)];
  });
  return wrapped(kind, named);
}

const writeAction = ({ command, arguments: words, workingDirectory }: TaskAction): string =>
  wrapped('Exec', [
    element('Command', command),
    element('Arguments', words),
    element('WorkingDirectory', workingDirectory),
  ]);

const wrapped = (name: string, inside: readonly string[]): string =>
  [`<${name}>`, ...inside, `</${name}>`].join('\r\n');

const nested = ([name = '', ...below]: readonly string[], text: string): string =>
  below.length === 0 ? element(name, text) : wrapped(name, [nested(below, text)]);

const element = (name: string, text: string): string => `<${name}>${escaped(text)}</${name}>`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Reads a task's XML in UTF-16 or UTF-8. What the file leaves out has the schema's default. */
export function readTaskXml(bytes: Uint8Array): Result<TaskDefinition> {
  if (bytes.length > MOST_BYTES) return fail(`it is longer than ${MOST_BYTES} bytes`);
  const text = decode(bytes);
  if (!text.ok) return text;
  const read = parseXml(text.value);
  if (!read.ok) return read;
  const xml = read.value;
  if (nameOf(xml, ROOT) !== 'Task' || attribute(xml, ROOT, 'xmlns') !== NAMESPACE)
    return fail('it is no task of the Task Scheduler');
  const inside = (...path: readonly string[]) =>
    path.reduce<readonly XmlElement[]>((from, name) => from.flatMap((each) => childrenNamed(xml, each, name)), [ROOT]);
  const value = (from: XmlElement | undefined, name: string): string | undefined => {
    const [child] = from === undefined ? [] : childrenNamed(xml, from, name);
    return child === undefined ? undefined : plain(textOf(xml, child));
  };
  const [principal, second] = inside('Principals', 'Principal');
  if (second !== undefined) return fail('it has two principals');
  const [settings] = inside('Settings');
  return ok({
    description: value(inside('RegistrationInfo')[0], 'Description') ?? '',
    triggers: inside('Triggers')
      .flatMap((parent) => childrenOf(xml, parent))
      .map((trigger) => ({
        kind: nameOf(xml, trigger),
        elements: {
          ...Object.fromEntries(partsOf(xml, trigger).filter((part) => !isDefault(part))),
          Enabled: spelled(value(trigger, 'Enabled') ?? 'true'),
        },
      })),
    principal: {
      userId: value(principal, 'UserId') ?? value(principal, 'GroupId') ?? '',
      logonType: value(principal, 'LogonType') ?? '',
      runLevel: value(principal, 'RunLevel') ?? 'LeastPrivilege',
    },
    settings: taskSettings(
      Object.fromEntries(SETTINGS.map((name) => [name, spelled(value(settings, name) ?? SETTING_DEFAULTS[name])])),
    ),
    actions: inside('Actions')
      .flatMap((parent) => childrenOf(xml, parent))
      .map((action) => ({
        command: nameOf(xml, action) === 'Exec' ? (value(action, 'Command') ?? '') : `<${nameOf(xml, action)}>`,
        arguments: value(action, 'Arguments') ?? '',
        workingDirectory: value(action, 'WorkingDirectory') ?? '',
      })),
  });
}

/** What a trigger holds, by path: no element that we write lies deeper than two below it. */
const partsOf = (xml: XmlElements, trigger: XmlElement): readonly (readonly [string, string])[] =>
  childrenOf(xml, trigger).flatMap((child) => {
    const name = nameOf(xml, child);
    const parts = childrenOf(xml, child);
    return parts.length === 0
      ? [[name, plain(textOf(xml, child))] as const]
      : parts.map((part) => [`${name}/${nameOf(xml, part)}`, plain(textOf(xml, part))] as const);
  });

/** What the Task Scheduler writes down beside a repetition although nobody has said it. */
const isDefault = ([path, value]: readonly [string, string]): boolean =>
  path === 'Repetition/StopAtDurationEnd' && spelled(value) === 'false';

function decode(bytes: Uint8Array): Result<string> {
  const order = utf16Order(bytes);
  if (order === undefined) return decodeText(bytes);
  try {
    return ok(new TextDecoder(order === 'little' ? 'utf-16le' : 'utf-16be', { fatal: true }).decode(bytes));
  } catch {
    return fail('it is not whole UTF-16');
  }
}

/** Blanks around a value mean nothing in this schema. */
const plain = (text: string): string => text.trim();

/** xs:boolean may be written as a digit. */
const spelled = (value: string): string => (value === '1' ? 'true' : value === '0' ? 'false' : value);
