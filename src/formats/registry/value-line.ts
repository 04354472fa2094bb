// One line of a .reg file that sets or deletes a value. A line that says what the same name said in an earlier key is read by
// comparing it with that one: 10,000 SSL records hold 80,000 values, and only three of each eight differ from record to record.

import { lineEnd, type RegScan, type RegValue, readData, readQuoted, type SeenLine, skipBlanks } from './reg-value.ts';

/** Reads it into the values of its key, if that is kept; gives what is wrong with it, if anything. */
export function readValueLine(scan: RegScan, values: Map<string, RegValue> | undefined): string | undefined {
  const start = scan.at;
  const expected = scan.above.below;
  if (expected?.value !== undefined && isRepeated(scan, expected)) {
    scan.at += expected.end - expected.start;
    scan.above = expected;
    values?.set(expected.lowerName, expected.value);
    return undefined;
  }
  const name = readName(scan, expected);
  if (name === undefined) return 'a name without its closing quote';
  const nameEnd = scan.at;
  skipBlanks(scan);
  if (scan.text.units[scan.at] !== 0x3d) return 'a value without an equals sign';
  scan.at++;
  skipBlanks(scan);
  const deletion = scan.text.units[scan.at] === 0x2d;
  if (deletion) scan.at++;
  const data = deletion ? undefined : readData(scan);
  if (!deletion && data === undefined)
    return `the data of ${name === '' ? 'the default value' : quote(name)} is cut or malformed`;
  if (!restIsEmpty(scan)) return `something follows the data of ${quote(name)}`;
  const value = data && { name, type: data.type, data: data.data };
  const line = seenLine(scan, name, start, nameEnd, value);
  if (value === undefined) values?.delete(line.lowerName);
  else values?.set(line.lowerName, value);
  return undefined;
}

/** Whether the line here is the one that is expected, to its end. */
function isRepeated(scan: RegScan, { start, end }: SeenLine): boolean {
  const behind = scan.text.units[scan.at + end - start];
  return (behind === 0x0d || behind === 0x0a) && isSame(scan, start, end);
}

/** Whether the units from here on are those of an earlier range. */
function isSame({ text: { units }, at }: RegScan, start: number, end: number): boolean {
  const to = start - at;
  for (let here = at; here + to < end; here++) if (units[here] !== units[here + to]) return false;
  return true;
}

/** Keeps the line, in the place of the one that had this name before. */
function seenLine(scan: RegScan, name: string, start: number, nameEnd: number, value: RegValue | undefined): SeenLine {
  let line = scan.seen.get(name);
  if (line === undefined) {
    line = { name, lowerName: name.toLowerCase(), start, nameEnd, end: scan.at, value, below: undefined };
    scan.seen.set(name, line);
  } else {
    line.start = start;
    line.nameEnd = nameEnd;
    line.end = scan.at;
    line.value = value;
  }
  scan.above.below = line;
  scan.above = line;
  return line;
}

function readName(scan: RegScan, expected: SeenLine | undefined): string | undefined {
  if (expected !== undefined && isSame(scan, expected.start, expected.nameEnd)) {
    scan.at += expected.nameEnd - expected.start;
    return expected.name;
  }
  if (scan.text.units[scan.at] === 0x22) return readQuoted(scan);
  scan.at++;
  return '';
}

/** A name in an error message: short, whatever the file says. */
const quote = (name: string): string => `"${name.length > 40 ? `${name.slice(0, 40)}...` : name}"`;

function restIsEmpty(scan: RegScan): boolean {
  skipBlanks(scan);
  const unit = scan.text.units[scan.at];
  if (unit === 0x3b) scan.at = lineEnd(scan);
  return unit === undefined || unit === 0x0d || unit === 0x0a || unit === 0x3b;
}
