// The pause file: while it is there nothing is repaired unattended; until the time that it names, where it names one. Pure.

/** How long a pause lasts: ISO 8601 in UTC; without a time until the file is removed. */
export interface Pause {
  readonly until?: string;
}

const UNTIL = /^until (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z)\s*$/;

/** What a file says at this moment; undefined where its time is over. Whatever else somebody has written in it pauses for good. */
export function pauseIn(bytes: Uint8Array, now: Date): Pause | undefined {
  const until = UNTIL.exec(Buffer.from(bytes.subarray(0, 100)).toString('latin1'))?.[1];
  const end = Date.parse(until ?? '');
  if (until === undefined || Number.isNaN(end)) return {};
  return now.getTime() < end ? { until } : undefined;
}

/** The bytes of the file. */
export const pauseText = ({ until }: Pause): string =>
  until === undefined ? 'until iis-ssl-heal schedule resume\r\n' : `until ${until}\r\n`;

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_DAYS = 366;

/** Milliseconds of `30m`, `4h`, `2d`; undefined for anything else, for nothing, and for more than a year. */
export function durationOf(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const duration = Number(count) * (UNITS[unit] ?? 0);
  return duration > 0 && duration <= LONGEST_DAYS * (UNITS.d ?? 0) ? duration : undefined;
}
