// Which server was looked at, when, by whom, and with which version: under the first line of every report.

import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import { VERSION } from '../../model/version.ts';

/** `LABSRV, Windows build 20348; looked at 2026-11-28 07:38:59 +01:00 by LABSRV\olga; iis-ssl-heal 0.1.0` */
export function headingOf({ evidence }: Diagnosis): string {
  const { computerName, osBuild, identity, collectedAt } = evidence;
  const server = computerName.known ? computerName.value : 'a server of unknown name';
  const build = osBuild.known ? `Windows build ${osBuild.value}` : 'Windows of unknown build';
  const who = identity.known ? ` by ${identity.value.name}${identity.value.elevated ? '' : ', not elevated'}` : '';
  return `${server}, ${build}; looked at ${localTime(collectedAt)
    .replace('T', ' ')
    .replace(/(?=[+-]\d\d:\d\d$)/, ' ')}${who}; iis-ssl-heal ${VERSION}`;
}

/** ISO 8601 in the time zone of whoever reads, with its offset: `2026-11-28T07:38:59+01:00`. `utc`: ISO 8601 in UTC. */
export function localTime(utc: string): string {
  const at = new Date(utc);
  const offset = -at.getTimezoneOffset();
  const shifted = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const minutes = Math.abs(offset);
  return `${shifted}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const two = (number: number): string => String(number).padStart(2, '0');
