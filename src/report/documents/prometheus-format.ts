// The text format of Prometheus, version 0.0.4.

import { showHidden } from '../../model/signs.ts';

/** The labels of a series, in the order in which they are written. */
export type Labels = Readonly<Record<string, string>>;

/** One line. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A metric with its samples; '' where there are none. A number that is none (a time that cannot be read) has no sample. */
export function metric(name: string, help: string, all: readonly Sample[]): string {
  const samples = all.filter(({ value }) => Number.isFinite(value));
  if (samples.length === 0) return '';
  const full = `iis_ssl_heal_${name}`;
  // Two bindings may differ in letter case only after joining; the format forbids the same series twice.
  const lines = new Map(samples.map(({ labels, value }) => [`${full}${labelText(labels)}`, value]));
  return `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${[...lines].map(([series, value]) => `${series} ${value}\n`).join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Backslash, double quote and line feed, as the exposition format asks for; it has no other escapes. */
const escapeLabel = (value: string): string =>
  showHidden(value.replaceAll('\r', '\\u000d')).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
