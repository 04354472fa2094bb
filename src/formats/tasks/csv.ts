// Rows of comma-separated fields, as programs of Windows print them with /FO CSV.

/**
 * The fields of each row. A quote within a quoted field is written twice, or once: some programs print a field's text as
 * it is. So a single quote ends its field only where a comma or the line's end follows; a row ends with its line.
 */
export function readCsv(text: string): readonly (readonly string[])[] {
  return text
    .split(/\r\n|\r|\n/)
    .filter((line) => line !== '')
    .map(fieldsOf);
}

function fieldsOf(line: string): readonly string[] {
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length) {
    const field = line[at] === '"' ? quoted(line, at + 1) : plain(line, at);
    fields.push(field.text);
    at = field.end + 1;
  }
  return fields;
}

/** The text of a field, and where the comma behind it stands or the line ends. */
interface Field {
  readonly text: string;
  readonly end: number;
}

function plain(line: string, start: number): Field {
  const comma = line.indexOf(',', start);
  const end = comma === -1 ? line.length : comma;
  return { text: line.slice(start, end), end };
}

/** `start` is behind the opening quote. A field that is never closed goes on to the line's end. */
function quoted(line: string, start: number): Field {
  let text = '';
  for (let at = start; at < line.length; at += 1) {
    const character = line[at] ?? '';
    const next = line[at + 1];
    if (character !== '"') text += character;
    else if (next === undefined || next === ',') return { text, end: at + 1 };
    else {
      text += '"';
      if (next === '"') at += 1;
    }
  }
  return { text, end: line.length };
}
