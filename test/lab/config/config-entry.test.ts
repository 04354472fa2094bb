import { describe, expect, it } from 'vitest';
import { CONFIG_PATH, decodedConfig } from '../../../src/lab/config/applied-config.ts';
import { STALE_ENTRY, withStaleEntry } from '../../../src/lab/config/config-entry.ts';
import { newLab } from '../../support/new-lab.ts';

const inHost = (section: string, eol = '\n') =>
  [
    '<configuration>',
    '    <system.applicationHost>',
    section,
    '    </system.applicationHost>',
    '</configuration>',
    '',
  ].join(eol);

describe('the stale entry', () => {
  it('goes into a new section as the last child, where there is none', () => {
    const section = [
      '        <customMetadata>',
      '            <key path="LM/W3SVC/7">',
      `                ${STALE_ENTRY}`,
      '            </key>',
      '        </customMetadata>',
    ];
    expect(withStaleEntry(inHost('        <sites />', '\r\n'), 7)).toBe(
      inHost(['        <sites />', ...section].join('\r\n'), '\r\n'),
    );
  });

  it('goes into a new key behind the others, indented as they are', () => {
    const other = '\t\t\t<key path="LM/W3SVC/1/ROOT" />\n';
    const key = `\t\t\t<key path="LM/W3SVC/1">\n\t\t\t\t${STALE_ENTRY}\n\t\t\t</key>\n`;
    expect(withStaleEntry(inHost(`\t\t<customMetadata>\n${other}\t\t</customMetadata>`), 1)).toBe(
      inHost(`\t\t<customMetadata>\n${other}${key}\t\t</customMetadata>`),
    );
  });

  it('goes into the key that is there, also an empty one, whatever its spelling', () => {
    const before = inHost(
      `        <customMetadata>\n            <key path='/lm/w3svc/1/' />\n        </customMetadata>`,
    );
    const after = before.replace(' />', `>\n                ${STALE_ENTRY}\n            </key>`);
    expect(withStaleEntry(before, 1)).toBe(after);
  });

  it('goes onto the same line where the file has no lines', () => {
    const before =
      '<configuration><system.applicationHost><customMetadata><key path="LM/W3SVC/1"><property id="1018" value="a>b"/></key></customMetadata></system.applicationHost></configuration>';
    expect(withStaleEntry(before, 1)).toBe(before.replace('</key>', `${STALE_ENTRY}</key>`));
  });

  it('takes the place of a 5506 that is there already, for an id may occur only once', () => {
    const before = inHost(
      '<customMetadata><key path="LM/W3SVC/1"><property value="AA==" id="5506"></property></key></customMetadata>',
    );
    expect(withStaleEntry(before, 1)).toBe(before.replace('<property value="AA==" id="5506"></property>', STALE_ENTRY));
  });

  it('does not mind what stands in comments', () => {
    const comment = '        <!-- <customMetadata><key path="LM/W3SVC/1"></key></customMetadata> -->\n';
    const after = withStaleEntry(inHost(`${comment}        <customMetadata/>`), 1);
    expect(after).toBe(
      inHost(
        `${comment}        <customMetadata>\n            <key path="LM/W3SVC/1">\n                ${STALE_ENTRY}\n            </key>\n        </customMetadata>`,
      ),
    );
  });

  it.each([
    ['UTF-8 with BOM', (text: string) => Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 with BOM', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ])('keeps the encoding: %s', (_name, encode) => {
    const text = inHost(
      '        <sites><site name="Büro" id="1"><bindings><binding protocol="https" bindingInformation="*:443:"/></bindings></site></sites>',
    );
    const bytes = newLab({ config: encode(text), faults: ['stale-hash'] }).disk.read(CONFIG_PATH)!;
    expect(bytes).toEqual(encode(withStaleEntry(text, 1)));
    expect(decodedConfig(bytes).text).toContain('Büro');
  });
});
