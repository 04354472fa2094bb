import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readApplicationHost } from '../../../src/formats/iis/application-host.ts';
import {
  applyEdits,
  correctValue,
  decodeText,
  encodeText,
  stripProperties,
} from '../../../src/formats/iis/metadata-edit.ts';
import type { IisConfig } from '../../../src/model/server/iis-config.ts';
import { FUZZ_RUNS } from '../../support/fuzz.ts';

const read = (text: string): IisConfig => {
  const config = readApplicationHost(Buffer.from(text), 'C:\\a.config');
  if (!config.ok) throw new Error(config.error);
  return config.value;
};
const file = (section: string) =>
  `<configuration>\n  <system.applicationHost>\n    ${section}\n    <webLimits />\n  </system.applicationHost>\n</configuration>\n`;
const property = (id: number) => `\n        <property id="${id}" dataType="Binary" value="AAA=" />`;
const key = (path: string, inside: string) => `\n      <key path="${path}">${inside}\n      </key>`;
const section = (inside: string) => `<customMetadata>${inside}\n    </customMetadata>`;

/** The section after a strip of 5506 and 5511 from the keys named. */
const stripped = (inside: string, ...paths: string[]) => {
  const config = read(file(inside));
  const edits = stripProperties(
    config,
    paths.map((keyPath) => ({ keyPath, ids: [5506, 5511] })),
  );
  return applyEdits(config.text, edits);
};

describe('stripProperties', () => {
  it('takes a section with its content that IIS had appended with it', () => {
    const appended = section(key('LM/W3SVC/1', property(5506)));
    const without =
      '<configuration>\n  <system.applicationHost>\n    <sites />\n  </system.applicationHost>\n</configuration>\n';
    const config = read(without.replace('<sites />', `<sites />\n    ${appended}`));
    const edits = stripProperties(config, [{ keyPath: 'LM/W3SVC/1', ids: [5506] }]);
    expect(applyEdits(config.text, edits)).toBe(without);
  });

  it('takes the property with its line', () => {
    const before = section(key('LM/W3SVC/1', property(1018) + property(5506) + property(5511)));
    expect(stripped(before, 'LM/W3SVC/1')).toBe(file(section(key('LM/W3SVC/1', property(1018)))));
  });

  it('takes a key that is then empty, and leaves the others', () => {
    const other = key('LM/W3SVC/2', property(5506));
    expect(stripped(section(key('LM/W3SVC/1', property(5506)) + other), 'LM/W3SVC/1')).toBe(file(section(other)));
  });

  it('writes a section that is then empty as IIS does, from one key or from two at once', () => {
    const first = key('LM/W3SVC/1', property(5506));
    expect(stripped(section(first), 'LM/W3SVC/1')).toBe(file('<customMetadata />'));
    expect(stripped(section(first + key('LM/W3SVC/2', property(5511))), 'LM/W3SVC/1', 'LM/W3SVC/2')).toBe(
      file('<customMetadata />'),
    );
  });

  it('compares paths without regard to case, and finds every key with the path', () => {
    const twice = section(key('lm/w3svc/1', property(5506)) + key('LM/W3SVC/1', property(5506)));
    expect(stripped(twice, 'LM/w3svc/1')).toBe(file('<customMetadata />'));
  });

  it('keeps comments, and what holds them', () => {
    const note = '\n        <!-- set by the installer -->';
    expect(stripped(section(key('LM/W3SVC/1', note + property(5506))), 'LM/W3SVC/1')).toBe(
      file(section(key('LM/W3SVC/1', note))),
    );
    expect(stripped(section(note + key('LM/W3SVC/1', property(5506))), 'LM/W3SVC/1')).toBe(file(section(note)));
  });

  it('keeps an attribute of the section', () => {
    const locked = '<customMetadata lockItem="true"><key path="a"><property id="5506"/></key></customMetadata>';
    expect(stripped(locked, 'a')).toBe(file('<customMetadata lockItem="true"></customMetadata>'));
  });

  it('takes from one line only the element', () => {
    const line = (inside: string) => `<customMetadata> <key path="a">${inside}</key> </customMetadata>`;
    expect(stripped(line(' <property id="5506"/> <property id="2"/> '), 'a')).toBe(file(line('  <property id="2"/> ')));
  });

  it('has nothing to do where nothing is', () => {
    const config = read(file(section(key('LM/W3SVC/1', property(1018)))));
    expect(
      stripProperties(config, [
        { keyPath: 'LM/W3SVC/1', ids: [5506] },
        { keyPath: 'LM/W3SVC/7', ids: [5506] },
      ]),
    ).toEqual([]);
    expect(stripProperties(read(file('')), [{ keyPath: 'LM/W3SVC/1', ids: [5506] }])).toEqual([]);
  });

  it('leaves a key alone that holds nothing and is not named, and a key named that has nothing to strip', () => {
    const empty = key('LM/W3SVC/8', '');
    const other = key('LM/W3SVC/2', property(1018));
    const before = section(empty + key('LM/W3SVC/1', property(5506)) + other);
    expect(stripped(before, 'LM/W3SVC/1', 'LM/W3SVC/8', 'LM/W3SVC/2')).toBe(file(section(empty + other)));
  });

  it('strips the section of a location too, and keeps the first one whatever becomes of the second', () => {
    const first = section(key('LM/W3SVC/1', property(1018)));
    const second = (inside: string) =>
      `<location path=""><system.applicationHost>${inside}<x /></system.applicationHost></location>`;
    const text = (one: string, two: string) => file(one).replace('</configuration>', `${second(two)}</configuration>`);
    const strips = (one: string, two: string, ...paths: string[]) => {
      const config = read(text(one, two));
      const edits = stripProperties(
        config,
        paths.map((keyPath) => ({ keyPath, ids: [5506] })),
      );
      return applyEdits(config.text, edits);
    };
    const lost = section(key('LM/W3SVC/2', property(5506)));
    const kept = section(key('LM/W3SVC/2', property(5506)) + key('LM/W3SVC/3', property(1018)));
    expect(strips(first, lost, 'LM/W3SVC/2')).toBe(text(first, section('')));
    expect(strips(first, kept, 'LM/W3SVC/2')).toBe(text(first, section(key('LM/W3SVC/3', property(1018)))));
    const both = section(key('LM/W3SVC/1', property(5506)));
    expect(strips(both, kept, 'LM/W3SVC/1', 'LM/W3SVC/2')).toBe(
      text('<customMetadata />', section(key('LM/W3SVC/3', property(1018)))),
    );
  });
});

describe('correctValue', () => {
  it('replaces the characters of the value and nothing else', () => {
    const config = read(file(section(key('a', property(5506)))));
    const edits = correctValue(config, config.metadata[0]!.properties[0]!, 'BBB=');
    expect(edits.map(({ start, end, text }) => [config.text.slice(start, end), text])).toEqual([['AAA=', 'BBB=']]);
    expect(correctValue(config, config.metadata[0]!.properties[0]!, 'AAA=')).toEqual([]);
  });

  it('adds a value where there is none', () => {
    const config = read(file('<customMetadata><key path="a"><property id="5506" /></key></customMetadata>'));
    const edits = correctValue(config, config.metadata[0]!.properties[0]!, 'BBB=');
    expect(read(applyEdits(config.text, edits)).metadata[0]!.properties[0]!.value).toBe('BBB=');
  });
});

describe('applyEdits', () => {
  it('takes edits in any order, and counts from the text before', () => {
    const edits = [
      { start: 4, end: 6, text: '' },
      { start: 0, end: 1, text: 'xyz' },
      { start: 2, end: 2, text: '-' },
    ];
    expect(applyEdits('abcdef', edits)).toBe('xyzb-cd');
    const atOnePlace = [
      { start: 1, end: 3, text: 'Z' },
      { start: 1, end: 1, text: '-' },
    ];
    expect(applyEdits('abcdef', atOnePlace)).toBe('a-Zdef');
  });

  it('throws for edits that overlap or lie outside', () => {
    expect(() =>
      applyEdits('abc', [
        { start: 0, end: 2, text: '' },
        { start: 1, end: 3, text: '' },
      ]),
    ).toThrow('overlaps');
    expect(() => applyEdits('abc', [{ start: 2, end: 4, text: '' }])).toThrow('outside');
    expect(() => applyEdits('abc', [{ start: 2, end: 1, text: '' }])).toThrow('outside');
  });
});

/** A config as some program wrote it, and where a line can be added among the keys, or among the properties of one. */
const layout = fc.record({
  bom: fc.constantFrom('', '\uFEFF'),
  eol: fc.constantFrom('\n', '\r\n'),
  indent: fc.constantFrom('', '  ', '    ', '\t'),
  noise: fc.constantFrom(
    '',
    '<!-- größe <key path="x"> -->',
    '<x a="&lt;key&gt;" b=\'"\'/>',
    '<y><![CDATA[<customMetadata>]]></y>',
  ),
  quote: fc.constantFrom('"', "'"),
  keys: fc.uniqueArray(fc.constantFrom('LM/W3SVC', 'LM/W3SVC/2', 'LM/W3SVC/3/ROOT/A &amp; B', 'LM/w3svc/INFO'), {
    maxLength: 4,
  }),
  note: fc.constantFrom('', '<!-- note -->'),
  at: fc.nat(),
  intoKey: fc.boolean(),
  withStore: fc.boolean(),
});

describe('strip after insert', () => {
  it('gives back every byte', () => {
    fc.assert(
      fc.property(
        layout,
        fc.boolean(),
        ({ bom, eol, indent, noise, quote, keys, note, at, intoKey, withStore }, last) => {
          const tab = (depth: number) => indent.repeat(depth);
          const line = (depth: number, text: string) => (text ? `${tab(depth)}${text}${eol}` : '');
          const metadata = (id: number) =>
            line(4, `<property id=${quote}${id}${quote} dataType="Binary" value="AAA="/>`);
          const added = metadata(5506) + (withStore ? metadata(5511) : '');
          const newKey = line(3, '<key path="LM/W3SVC/1">') + added + line(3, '</key>');
          const oldKeys = keys.map((path) => ({
            path,
            head: line(3, `<key path="${path}">`) + metadata(1018),
            foot: line(3, '</key>'),
          }));
          const place = oldKeys.length === 0 ? 0 : at % (oldKeys.length + 1);
          const target = intoKey ? oldKeys[place] : undefined;
          const joined = (insert: boolean) => {
            const parts = oldKeys.map((one, n) => one.head + (insert && target && n === place ? added : '') + one.foot);
            return (
              (insert && !target ? [...parts.slice(0, place), newKey, ...parts.slice(place)] : parts).join('') +
              line(3, note)
            );
          };
          const body = (insert: boolean) => {
            const inside = joined(insert);
            const open = line(2, '<customMetadata>') + inside + line(2, '</customMetadata>');
            const customMetadata = inside ? open : line(2, '<customMetadata />');
            const host =
              line(1, '<system.applicationHost>') +
              line(2, noise) +
              (last && !inside ? '' : customMetadata) +
              (last ? '' : line(2, '<webLimits />')) +
              line(1, '</system.applicationHost>');
            return `${bom}<?xml version="1.0" encoding="UTF-8"?>${eol}<configuration>${eol}${host}</configuration>${eol}`;
          };
          const config = read(body(true));
          const keyPath = target ? target.path.replace('&amp;', '&') : 'LM/W3SVC/1';
          const result = applyEdits(config.text, stripProperties(config, [{ keyPath, ids: [5506, 5511] }]));
          expect(Buffer.from(encodeText(result)).equals(Buffer.from(body(false)))).toBe(true);
        },
      ),
      { numRuns: FUZZ_RUNS },
    );
  });

  it('decodes and encodes to the same bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.boolean(), (text, bom) => {
        const bytes = Buffer.from((bom ? '\uFEFF' : '') + text.replaceAll('\0', ''));
        const decoded = decodeText(bytes);
        if (decoded.ok) expect(Buffer.from(encodeText(decoded.value)).equals(bytes)).toBe(true);
        else expect(bytes.length === 0 || decoded.error.includes('UTF-')).toBe(true);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});
