// Which tasks the Task Scheduler starts, and as whom: what is registered against what has just happened. It starts nothing.

import type { CallerName } from '../callers.ts';
import { parseEventQuery } from '../programs/events/event-query.ts';
import type { LabServer } from '../server.ts';
import type { LoggedEvent } from '../services/events.ts';
import { milliseconds } from './duration.ts';
import { isEnabled, type LabAction, type LabTask, readTask, taskNames, textBelow } from './task-files.ts';
import { boundary, nextTime, repetitionAfter } from './trigger-times.ts';
import { childrenOf, isElement, parseXml, type XmlElement } from './xml-elements.ts';

/**
 * What happened: the server started, a person logged on, an event was logged, or lab time (ISO 8601) went on: from after
 * `from` until `until`, with `booted` the last boot.
 */
export type Occasion =
  | { readonly kind: 'boot' }
  | { readonly kind: 'logon'; readonly sid: string }
  | { readonly kind: 'event'; readonly event: LoggedEvent }
  | { readonly kind: 'time'; readonly from: string; readonly until: string; readonly booted: string };

/** A task that starts now. */
export interface DueTask {
  readonly name: string;
  readonly caller: CallerName;
  /** Started one after the other, each when the one before has ended. */
  readonly actions: readonly LabAction[];
  /** From the occasion to the start, in milliseconds. */
  readonly delay: number;
  /** All actions together, in milliseconds; undefined: none. */
  readonly timeLimit: number | undefined;
}

/** The tasks that the occasion starts, in the order in which they start. A task starts once, however many triggers fit. */
export function dueTasks(server: LabServer, occasion: Occasion): readonly DueTask[] {
  const due = taskNames(server.disk).flatMap((name) => {
    const task = readTask(server.disk, name);
    if (task === undefined || !task.enabled || task.actions.length === 0) return [];
    const caller = callerNameOf(server, task, occasion);
    const delays = task.triggers.flatMap((trigger) => fires(server, trigger, occasion) ?? []);
    if (caller === undefined || delays.length === 0) return [];
    const timeLimit = milliseconds(task.timeLimit) || undefined;
    return [{ name, caller, actions: task.actions, delay: Math.min(...delays), timeLimit }];
  });
  return due.sort((one, other) => one.delay - other.delay);
}

/**
 * As whom it runs. A task with the token of a person's session needs that session, which the lab knows only while the
 * person logs on. Every caller of the lab is elevated: a person's task with the least privilege is none of them.
 */
function callerNameOf(server: LabServer, task: LabTask, occasion: Occasion): CallerName | undefined {
  const id = task.userId.toLowerCase();
  if (['s-1-5-18', 'system', 'nt authority\\system'].includes(id)) return 'system';
  const { owner, otherAdmin } = server.facts;
  const isUser = ({ sid, name }: { sid: string; name: string }) => [sid.toLowerCase(), name.toLowerCase()].includes(id);
  const user = [owner, otherAdmin].find(isUser);
  if (user === undefined || task.runLevel !== 'HighestAvailable') return undefined;
  const inSession = occasion.kind === 'logon' && occasion.sid.toLowerCase() === user.sid.toLowerCase();
  if (task.logonType.startsWith('Interactive') && !inSession) return undefined;
  return user === owner ? 'owner' : 'other-admin';
}

/** The delay in milliseconds with which the trigger starts its task; undefined: it does not. */
function fires(server: LabServer, trigger: XmlElement, occasion: Occasion): number | undefined {
  if (!isEnabled(trigger) || !within(trigger, occasion.kind === 'time' ? occasion.until : server.facts.clock))
    return undefined;
  if (occasion.kind === 'time') return comesRound(trigger, occasion) ? 0 : undefined;
  return FITS[occasion.kind](server, trigger, occasion) ? delayOf(trigger) : undefined;
}

const delayOf = (trigger: XmlElement): number => milliseconds(textBelow(trigger, 'Delay')) ?? 0;

/** A trigger counts from its start boundary to its end boundary. */
function within(trigger: XmlElement, clock: string): boolean {
  const now = Date.parse(clock);
  return !(boundary(trigger, 'StartBoundary') > now) && !(boundary(trigger, 'EndBoundary') <= now);
}

const FITS: Readonly<Record<'boot' | 'logon' | 'event', (...fit: Parameters<typeof fires>) => boolean>> = {
  boot: (_server, trigger) => trigger.name === 'BootTrigger',
  logon: (server, trigger, occasion) => {
    if (trigger.name !== 'LogonTrigger' || occasion.kind !== 'logon') return false;
    const wanted = textBelow(trigger, 'UserId').toLowerCase();
    const person = [server.facts.owner, server.facts.otherAdmin].find(({ sid }) => sid === occasion.sid);
    return ['', occasion.sid.toLowerCase(), person?.name.toLowerCase()].includes(wanted);
  },
  event: (_server, trigger, occasion) =>
    trigger.name === 'EventTrigger' &&
    occasion.kind === 'event' &&
    subscribed(textBelow(trigger, 'Subscription'), occasion.event),
};

/** Whether one of the subscription's selects picks the event. */
function subscribed(subscription: string, { log, provider, id }: LoggedEvent): boolean {
  const list = parseXml(subscription);
  if (!isElement(list) || list.name !== 'QueryList') return false;
  const event = element('Event', '', [
    element('System', '', [element('Provider', '', [], [['Name', provider]]), element('EventID', String(id))]),
  ]);
  return childrenOf(list, 'Query').some((query) =>
    childrenOf(query, 'Select').some((select) => {
      const path = select.attributes.get('Path') ?? query.attributes.get('Path');
      return path?.toLowerCase() === log.toLowerCase() && parseEventQuery(select.text)?.(event, 0) === true;
    }),
  );
}

const element = (
  name: string,
  text: string,
  children: readonly XmlElement[] = [],
  attributes: readonly (readonly [string, string])[] = [],
): XmlElement => ({ name, text, children, attributes: new Map(attributes), start: 0, end: 0 });

/** Whether a time trigger, or the repetition of a boot trigger, comes round in that span of time. */
function comesRound(trigger: XmlElement, { from, until, booted }: Occasion & { readonly kind: 'time' }): boolean {
  const after = Date.parse(from);
  // The delay puts off the boot trigger's own start, and its repetitions with it. That start is no matter of time.
  const start = Date.parse(booted) + delayOf(trigger);
  const next =
    trigger.name === 'TimeTrigger'
      ? nextTime(trigger, after)
      : trigger.name === 'BootTrigger'
        ? repetitionAfter(trigger, start, Math.max(after, start))
        : undefined;
  return next !== undefined && next <= Date.parse(until);
}
