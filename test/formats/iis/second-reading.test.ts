import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it, vi } from 'vitest';
import { readApplicationHost } from '../../../src/formats/iis/application-host.ts';
import { setSslFlags } from '../../../src/formats/iis/binding-edit.ts';
import { correctValue, stripProperties } from '../../../src/formats/iis/metadata-edit.ts';
import { applyProved } from '../../../src/formats/iis/second-reading.ts';
import type { IisConfig } from '../../../src/model/server/iis-config.ts';
import { FUZZ_RUNS, neverThrows } from '../../support/fuzz.ts';

const property = (id: number, value: string) => `
      <property id="${id}" dataType="Binary" value="${value}" />`;
const key = (path: string, inside: string) => `
    <key path="${path}">${inside}
    </key>`;
const file = (metadata: string) => `\uFEFF<configuration>
  <system.applicationHost>
    <customMetadata>${metadata}
    </customMetadata>
    <sites>
      <site name="Tom &amp; J\u00fcrgen" id="1" />
    </sites>
  </system.applicationHost>
</configuration>
`;

const other = key('LM/W3SVC/2', property(5506, 'CCC='));
const before = file(key('LM/W3SVC/1', property(1018, 'a&#65;') + property(5506, 'AAA=')) + other);
const read = readApplicationHost(Buffer.from(before), 'C:\\a.config');
if (!read.ok) throw new Error(read.error);
const config = read.value;
const place = (text: string) => ({ start: config.text.indexOf(text), end: config.text.indexOf(text) + text.length });

const withoutFlags = ({ sites }: IisConfig) =>
  sites.map(({ name, id, bindings }) => [
    name,
    id,
    bindings.map(({ protocol, information }) => [protocol, information]),
  ]);
const valuesIn = ({ metadata }: IisConfig) =>
  metadata.map(({ path, properties }) => [path, properties.map(({ id, value }) => [id, value])]);

describe('applyProved', () => {
  it('gives the text of a strip', () => {
    const edits = stripProperties(config, [{ keyPath: 'LM/W3SVC/1', ids: [5506] }]);
    expect(applyProved(config, edits)).toEqual({
      ok: true,
      value: file(key('LM/W3SVC/1', property(1018, 'a&#65;')) + other),
    });
  });

  it('gives the text of a strip of everything', () => {
    const ids = [1018, 5506];
    const edits = stripProperties(config, [
      { keyPath: 'LM/W3SVC/1', ids },
      { keyPath: 'LM/W3SVC/2', ids },
    ]);
    const empty = file('').replace(/<customMetadata>\s*<\/customMetadata>/, '<customMetadata />');
    expect(applyProved(config, edits)).toEqual({ ok: true, value: empty });
  });

  it('gives the text of a correction', () => {
    const edits = correctValue(config, config.metadata[0]!.properties[1]!, 'BBB=');
    expect(applyProved(config, edits)).toEqual({ ok: true, value: before.replace('AAA=', 'BBB=') });
  });

  it.each([
    [{ ...place('</key>'), text: '' }, 'it is not well-formed XML: unexpected close tag on line 11'],
    [
      { ...place('<site name="Tom &amp; J\u00fcrgen" id="1" />'), text: '' },
      'the edited file has 0 sites instead of 1',
    ],
    [
      { ...place('<key path="LM/W3SVC/2">'), text: '<k><key path="x">' },
      'it is not well-formed XML: unexpected close tag on line 11',
    ],
    [
      { ...place('1" />\n    </sites>'), text: '2" />\n    </sites>' },
      'the edit would change sites that it does not mean',
    ],
    [{ ...place('Tom'), text: 'Tim' }, 'the edit would change sites that it does not mean'],
    [{ ...place('LM/W3SVC/2'), text: 'LM/W3SVC/3' }, 'the edit would change customMetadata that it does not mean'],
    [
      { ...place('<customMetadata>'), text: '<customMetadata><key path="x"><property id="1" /></key>' },
      'the edit would change customMetadata that it does not mean',
    ],
    [
      { ...place('id="5506" dataType="Binary" value="C'), text: 'id="7" dataType="Binary" value="C' },
      'the edit would change customMetadata that it does not mean',
    ],
  ])('refuses an edit that does harm: %j', (edit, error) => {
    expect(applyProved(config, [edit])).toEqual({ ok: false, error });
  });

  it('reads the edited text once, and of the text before only the bindings that were edited', () => {
    const bindings = Array.from(
      { length: 200 },
      (_, at) => `<binding protocol="https" bindingInformation="*:443:${at}" sslFlags="0" />`,
    );
    const text = file('').replace('id="1" />', `id="1"><bindings>${bindings.join('')}</bindings></site>`);
    const many = readApplicationHost(Buffer.from(text), 'C:\\a.config');
    if (!many.ok) throw new Error(many.error);
    const edits = setSslFlags(many.value, [{ binding: many.value.sites[0]!.bindings[100]!, sslFlags: 1 }]);
    const write = vi.spyOn(SaxesParser.prototype, 'write');
    expect(edits.ok && applyProved(many.value, edits.value)).toMatchObject({ ok: true });
    const read = write.mock.calls.reduce((sum, [given]) => sum + String(given ?? '').length, 0);
    write.mockRestore();
    expect(read).toBeLessThan(text.length + 100);
  });

  it('takes no edit, whatever it is, that changes a site, a site binding, a key or a property which it does not lie in', () => {
    const text = file(key('LM/W3SVC/1', property(1018, 'a&#65;') + property(5506, 'AAA=')) + other).replace(
      'id="1" />',
      `id="1"><bindings><binding protocol="https" bindingInformation="*:443:a" sslFlags="1" />
      <binding bindingInformation="*:80:" protocol="http" /></bindings></site>`,
    );
    const all = readApplicationHost(Buffer.from(text), 'C:\\a.config');
    if (!all.ok) throw new Error(all.error);
    const pieces = [
      '',
      '0',
      ' sslFlags="3"',
      ' a="1"',
      '<property id="1" />',
      '<!-- x -->',
      '<!--',
      '</key>',
      '"',
      'B',
    ];
    const places = fc.nat({ max: text.length });
    let taken = 0;
    fc.assert(
      fc.property(places, fc.nat({ max: 40 }), fc.constantFrom(...pieces), (start, length, piece) => {
        const edit = { start, end: Math.min(text.length, start + length), text: piece };
        const proved = applyProved(all.value, [edit]);
        if (!proved.ok) return;
        taken += 1;
        const after = readApplicationHost(Buffer.from(proved.value), 'C:\\a.config');
        if (!after.ok) throw new Error(after.error);
        expect(withoutFlags(after.value)).toEqual(withoutFlags(all.value));
        const touched = all.value.metadata
          .flatMap((each) => [each, ...each.properties])
          .filter(({ range }) => edit.start <= range.end && edit.end >= range.start);
        if (touched.length === 0) expect(valuesIn(after.value)).toEqual(valuesIn(all.value));
      }),
      { numRuns: 5 * FUZZ_RUNS },
    );
    expect(taken).toBeGreaterThan(0);
  });

  it('answers any file that the first reader takes', () => {
    const strip = (bytes: Uint8Array) => {
      const first = readApplicationHost(bytes, 'C:\\a.config');
      if (!first.ok) return first;
      const paths = first.value.metadata.map((each) => each.path);
      const targets = paths.map((keyPath) => ({ keyPath, ids: [5506] }));
      return applyProved(first.value, stripProperties(first.value, targets));
    };
    neverThrows(strip, Buffer.from(before));
  });
});
