import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { streamsOf } from '../../src/commands/streams.ts';
import { showHidden, showHiddenButColours } from '../../src/model/signs.ts';
import { type Paint, paint } from '../../src/report/terminal/style.ts';

const KINDS: readonly (readonly [string, string])[] = [
  ['ESC', '\u001b'],
  ['BEL', '\u0007'],
  ['a lone carriage return', '\r'],
  ['DEL', '\u007f'],
  ['CSI of C1', '\u009b'],
  ['OSC of C1', '\u009d'],
  ['NEL', '\u0085'],
  ['an override of the direction', '\u202e'],
  ['an isolate of it', '\u2066'],
  ['a mark of it', '\u200f'],
  ['the Arabic one', '\u061c'],
  ['no width', '\u200b'],
  ['a joiner', '\u200d'],
  ['a byte order mark', '\ufeff'],
  ['a soft hyphen', '\u00ad'],
  ['an invisible operator', '\u2062'],
  ['a filler', '\u3164'],
  ['a variation selector', '\ufe0f'],
  ['a line separator', '\u2028'],
  ['half of a pair', '\ud83d'],
  ['a tag', '\u{e0041}'],
];

describe('showHidden', () => {
  it.each(KINDS)('shows %s as JSON would write it', (_name, sign) => {
    expect(showHidden(`a${sign}b`)).toMatch(/^a(\\u[0-9a-f]{4}){1,2}b$/);
    expect(JSON.parse(`"${showHidden(`a${sign}b`)}"`)).toBe(`a${sign}b`);
    expect(showHiddenButColours(`a${sign}b`)).toBe(showHidden(`a${sign}b`));
  });

  it('leaves text as it is', () => {
    const text = 'Zürich\tÅland\n東京\r\n✔ ──╳ 😀 \u00a0';
    expect(showHidden(text)).toBe(text);
  });

  it('keeps the meaning of every JSON document', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), (document) => {
        expect(JSON.parse(showHidden(document))).toEqual(JSON.parse(document));
      }),
    );
  });
});

describe('showHiddenButColours', () => {
  it('keeps every colour of our own, and nothing else that begins like one', () => {
    for (const as of ['good', 'bad', 'warn', 'unsure', 'dim', 'strong'] satisfies Paint[]) {
      const text = paint({ color: true, width: 80, unicode: true }, as, 'word');
      expect(showHiddenButColours(text)).toBe(text);
      expect(showHidden(text)).not.toContain('\u001b');
    }
    for (const other of ['[8m', '[31;8m', '[0m', '[2J', '[2K', '[1A', '[31', ']0;t', '[3']) {
      expect(showHiddenButColours(`\u001b${other}x`)).toBe(`\\u001b${other}x`);
    }
  });
});

describe('the streams of the process', () => {
  it('are written to by what cleans, and by the two that draw on them: nothing goes past it', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const naming = files.filter((file) =>
      /\bconsole\.\w+\(|process\.(stdout|stderr)/.test(readFileSync(join('src', file), 'utf8')),
    );
    const ours = naming.filter((file) => !file.startsWith(join('lab', 'programs')));
    expect(ours.sort()).toEqual([join('commands', 'screen.ts'), 'main.ts', join('person', 'terminal.ts')]);
  });
});

describe('streamsOf', () => {
  const streamsAt = (isTTY: boolean) => {
    const written = { out: '', err: '' };
    const at = (name: 'out' | 'err') => ({ isTTY, write: (text: string) => (written[name] += text) });
    const surroundings = { stdin: {}, stdout: at('out'), stderr: at('err'), env: { TERM: 'xterm' } };
    return { written, streams: streamsOf(surroundings as unknown as NodeJS.Process) };
  };

  it('cleans whatever is written, and keeps our colours on a terminal of stdout alone', () => {
    for (const isTTY of [true, false]) {
      const { written, streams } = streamsAt(isTTY);
      streams.out('\u001b[31mred\u001b[39m\u001b[2J\u009b\n');
      streams.err('\u001b[31mred\u202e\n');
      const red = isTTY ? '\u001b[31mred\u001b[39m' : '\\u001b[31mred\\u001b[39m';
      expect(written).toEqual({ out: `${red}\\u001b[2J\\u009b\n`, err: '\\u001b[31mred\\u202e\n' });
    }
  });
});
