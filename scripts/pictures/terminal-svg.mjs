// What a terminal shows, as an SVG that needs nothing from anywhere: one text a line, on a grid of one size.

/** @typedef {{ readonly ground: string, readonly text: string, readonly dim: string, readonly colours: Readonly<Record<string, string>> }} Look */

/** @type {Readonly<Record<'light' | 'dark', Look>>} */
export const LOOKS = {
  light: {
    ground: '#f6f8fa',
    text: '#1f2328',
    dim: '#59636e',
    colours: { 31: '#b3201b', 32: '#13703a', 33: '#8a5a00', 35: '#7a2a94' },
  },
  dark: {
    ground: '#14181c',
    text: '#e4e8ec',
    dim: '#9aa5b0',
    colours: { 31: '#ff7b72', 32: '#57c785', 33: '#e0ac4b', 35: '#d29bea' },
  },
};

const CELL = { width: 8, height: 18, size: 13, margin: 14 };

/**
 * @param {string} output what was written, with its colours (ECMA-48, SGR)
 * @param {number} columns
 * @param {Look} look
 */
export function terminalSvg(output, columns, look) {
  const lines = output.replaceAll('\r', '').trimEnd().split('\n');
  const width = columns * CELL.width + 2 * CELL.margin;
  const height = lines.length * CELL.height + 2 * CELL.margin;
  const drawn = lines.flatMap((line, row) => runsOf(line).flatMap((run) => drawRun(run, row, look)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>What iis-ssl-heal prints</title>
<rect width="100%" height="100%" rx="6" fill="${look.ground}"/>
<g font-family="ui-monospace, Consolas, Menlo, 'DejaVu Sans Mono', monospace" font-size="${CELL.size}" xml:space="preserve">
${drawn.join('\n')}
</g>
</svg>
`;
}

/** @typedef {{ readonly at: number, readonly text: string, readonly codes: readonly string[] }} Run */

/**
 * The runs of a line that have one colour each; blanks at its ends belong to none.
 * @param {string} line
 * @returns {readonly Run[]}
 */
function runsOf(line) {
  /** @type {Run[]} */
  const runs = [];
  /** @type {string[]} */
  let codes = [];
  let at = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal's colours begin with
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the same
    const code = /^\u001b\[(\d*)m$/.exec(part)?.[1];
    if (code !== undefined) codes = after(codes, code);
    else if (part !== '') {
      if (part.trim() !== '') runs.push({ at, text: part, codes });
      at += part.length;
    }
  }
  return runs;
}

/**
 * The codes that hold once this one was read: 22 ends 1 and 2, 39 a colour.
 * @param {readonly string[]} codes
 * @param {string} code
 */
function after(codes, code) {
  if (code === '22') return codes.filter((each) => each !== '1' && each !== '2');
  if (code === '39') return codes.filter((each) => !each.startsWith('3'));
  return code === '0' || code === '' ? [] : [...codes, code];
}

/**
 * @param {Run} run
 * @param {number} row
 * @param {Look} look
 */
function drawRun({ at, text, codes }, row, { text: plain, dim, colours }) {
  const blanks = text.length - text.trimStart().length;
  const words = text.trim();
  const colour = codes.includes('2') ? dim : (codes.map((code) => colours[code]).find((each) => each) ?? plain);
  const x = CELL.margin + (at + blanks) * CELL.width;
  const y = CELL.margin + row * CELL.height + CELL.size;
  const weight = codes.includes('1') ? ' font-weight="bold"' : '';
  // Whatever font there is, a run is as long as its columns.
  const length = `textLength="${words.length * CELL.width}" lengthAdjust="spacingAndGlyphs"`;
  return [`<text x="${x}" y="${y}" ${length} fill="${colour}"${weight}>${escaped(words)}</text>`];
}

/** @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
