// The SSL records of http.sys in a few lines: how many there are and whose, and each that is not simply in order.

import { type JudgedRecord, judgedRecords } from '../../chain/records/judged-records.ts';
import { groupBy } from '../../model/once.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import { MOST, paragraph, restLine } from './layout.ts';
import { type Marks, marks, type Paint, paint, type Style } from './style.ts';

/** Colour, and sign but for a note, of a state. */
const SHOWN: Readonly<Record<JudgedRecord['state'], keyof Marks & Paint>> = {
  ok: 'good',
  note: 'good',
  warning: 'warn',
  broken: 'bad',
  unknown: 'unsure',
};

/** `12 SSL records: 10 of site bindings, 1 of SSTP, 1 of nobody`; '' where there is none. */
export function recordCount({ evidence }: Diagnosis): string {
  const records = judgedRecords(evidence);
  const whose = groupBy(records, (record) => (record.chains.length > 0 ? 'site bindings' : ownerOf(record)));
  const counts = [...whose].map(([who, all]) => `${all.length} of ${who}`);
  if (records.length === 0) return '';
  return `${records.length} SSL ${records.length === 1 ? 'record' : 'records'}: ${counts.join(', ')}`;
}

/** One record in one line. */
export const recordWords = ({ record, owner, chains, says }: JudgedRecord): string =>
  `${record.endpoint.name} (of ${chains.length > 0 ? 'a site binding' : ownerOf({ owner })}): ${says}`;

const ownerOf = ({ owner }: Pick<JudgedRecord, 'owner'>): string =>
  owner === 'IIS' ? 'IIS without a site binding' : owner;

/** In the same words, above. */
const isToldByChain = ({ chains, says }: JudgedRecord): boolean =>
  chains.some(({ links }) => links.some(({ message }) => message === says));

/** The count, and a line for each that is not in order; '' where there is no record. */
export function renderRecords(diagnosis: Diagnosis, style: Style): string {
  const records = judgedRecords(diagnosis.evidence);
  if (records.length === 0) return '';
  const speaking = records.filter(
    (record) => record.state !== 'ok' && !isToldByChain(record) && (style.verbose || record.state !== 'note'),
  );
  const lines = speaking.slice(0, MOST).map((record) => {
    const as = SHOWN[record.state];
    const sign = marks(style)[record.state === 'note' ? 'note' : as];
    return paragraph(style, [{ text: sign, as }, ` ${recordWords(record)}`], { first: 2, rest: 4 });
  });
  if (lines.length === 0 && !style.verbose) return '';
  const more = restLine(speaking.length, 'records', style);
  return [paint(style, 'dim', recordCount(diagnosis)), ...lines, ...(more === '' ? [] : [more])].join('\n');
}
