// What the Task Scheduler refuses in a task file: encodings first, then elements out of their order.

import { decodeText } from '../../disk/text-file.ts';
import { childrenOf, isElement, parseXml, type XmlElement } from '../../tasks/xml-elements.ts';

const NAMESPACE = 'http://schemas.microsoft.com/windows/2004/02/mit/task';

/** Triggers are sequences: these elements may occur, in this order (task scheduler schema). */
const COMMON = ['Enabled', 'StartBoundary', 'EndBoundary', 'Repetition', 'ExecutionTimeLimit'];
const TRIGGERS: Readonly<Record<string, readonly string[]>> = {
  BootTrigger: [...COMMON, 'Delay'],
  EventTrigger: [
    ...COMMON,
    'Subscription',
    'Delay',
    'PeriodOfOccurrence',
    'NumberOfOccurrences',
    'MatchingElement',
    'ValueQueries',
  ],
  LogonTrigger: [...COMMON, 'UserId', 'Delay'],
  TimeTrigger: [...COMMON, 'RandomDelay'],
  CalendarTrigger: [...COMMON, 'RandomDelay', 'ScheduleByDay', 'ScheduleByWeek', 'ScheduleByMonth'],
};

/** The error lines of `schtasks /Create /XML`, or undefined for a task that would be registered. */
export function taskXmlFault(bytes: Buffer): readonly string[] | undefined {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = decodeText(bytes);
  // UTF-8 and big-endian UTF-16 with their marks stop the parser at the first character.
  if (!wide && !/^[\t\r\n -~]/.test(bytes.toString('latin1'))) return malformed(1, 2, 'incorrect document syntax');
  const declaration = /^<\?xml [^?]*encoding=[^?]*\?>/.exec(text)?.[0];
  // The text was widened from the ANSI code page, so a declaration that names any encoding contradicts it.
  if (!wide && declaration) return malformed(1, declaration.length + 1, 'unable to switch the encoding');
  if (wide && declaration && !/encoding=["']utf-16["']/i.test(declaration)) {
    return malformed(1, declaration.length + 1, 'switch from current encoding to specified encoding not supported');
  }
  const root = parseXml(text);
  if (!isElement(root)) return malformed(root.line, root.column, 'incorrect document syntax');
  const unexpected = unexpectedElement(root);
  if (unexpected) {
    const [line, column] = place(text, unexpected.start);
    return ['ERROR: The task XML contains an unexpected node.', `(${line},${column}):${unexpected.name}:`];
  }
  if (!childrenOf(root, 'Actions')[0]?.children.length) {
    const [line, column] = place(text, root.end);
    return ['ERROR: The task XML is missing a required element or attribute.', `(${line},${column}):Actions:`];
  }
  return undefined;
}

const malformed = (line: number, column: number, why: string): readonly string[] => [
  'ERROR: The task XML is malformed.',
  `(${line},${column})::ERROR: ${why}`,
];

function unexpectedElement(root: XmlElement): XmlElement | undefined {
  if (root.name !== 'Task' || root.attributes.get('xmlns') !== NAMESPACE) return root;
  const parts = ['RegistrationInfo', 'Triggers', 'Principals', 'Settings', 'Data', 'Actions'];
  const triggers = childrenOf(root, 'Triggers').flatMap((each) => each.children);
  return (
    root.children.find((child) => !parts.includes(child.name)) ??
    triggers.find((trigger) => !(trigger.name in TRIGGERS)) ??
    triggers.map((trigger) => firstOutOfOrder(trigger, TRIGGERS[trigger.name] ?? [])).find((found) => found)
  );
}

function firstOutOfOrder(trigger: XmlElement, sequence: readonly string[]): XmlElement | undefined {
  let reached = 0;
  for (const child of trigger.children) {
    const position = sequence.indexOf(child.name);
    if (position < reached) return child;
    reached = position;
  }
  return undefined;
}

/** Line and column of a place in the text, both from 1. */
function place(text: string, offset: number): readonly [number, number] {
  const before = text.slice(0, offset).split('\n');
  return [before.length, (before.at(-1)?.length ?? 0) + 1];
}
