import { SaxesParser } from 'saxes';
import { describe, expect, it, vi } from 'vitest';
import { readApplicationHost } from '../../../src/formats/iis/application-host.ts';
import { setSslFlags } from '../../../src/formats/iis/binding-edit.ts';
import { correctValue, stripProperties } from '../../../src/formats/iis/metadata-edit.ts';
import { applyProved } from '../../../src/formats/iis/second-reading.ts';
import { neverThrows } from '../../support/fuzz.ts';

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
