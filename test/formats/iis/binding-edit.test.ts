import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readApplicationHost } from '../../../src/formats/iis/application-host.ts';
import { setSslFlags } from '../../../src/formats/iis/binding-edit.ts';
import { applyEdits } from '../../../src/formats/iis/metadata-edit.ts';
import { applyProved } from '../../../src/formats/iis/second-reading.ts';
import type { IisConfig } from '../../../src/model/server/iis-config.ts';

function read(text: string): IisConfig {
  const config = readApplicationHost(Buffer.from(text), 'C:\\a.config');
  if (!config.ok) throw new Error(config.error);
  return config.value;
}

const file = (bindings: string) =>
  read(
    `<configuration><system.applicationHost><sites><site name="A" id="1"><bindings>${bindings}</bindings></site></sites></system.applicationHost></configuration>`,
  );

/** The text with the flags of the n-th binding set. */
function set(config: IisConfig, at: number, sslFlags: number): string {
  const binding = config.sites.flatMap((site) => site.bindings)[at]!;
  const edits = setSslFlags(config, [{ binding, sslFlags }]);
  if (!edits.ok) throw new Error(edits.error);
  const proved = applyProved(config, edits.value);
  if (!proved.ok) throw new Error(proved.error);
  return proved.value;
}

describe('the flags of one binding', () => {
  it.each([
    [
      'are replaced where they stand',
      '<binding protocol="https" bindingInformation="*:443:a" sslFlags="0" />',
      '<binding protocol="https" bindingInformation="*:443:a" sslFlags="1" />',
    ],
    [
      'are written behind bindingInformation where there are none, before or after others',
      "<binding  bindingInformation='*:443:a'\tprotocol='https'/>",
      "<binding  bindingInformation='*:443:a' sslFlags=\"1\"\tprotocol='https'/>",
    ],
    [
      'keep every sign of an element that is not empty',
      '<binding sslFlags = \'2\' protocol="https" bindingInformation="*:443:a"><!-- sslFlags="9" --></binding>',
      '<binding sslFlags = \'1\' protocol="https" bindingInformation="*:443:a"><!-- sslFlags="9" --></binding>',
    ],
  ])('%s', (_what, before, after) => {
    expect(set(file(before), 0, 1)).toBe(file(after).text);
  });

  it('are no edit where they are so already', () => {
    const config = file('<binding protocol="https" bindingInformation="*:443:a" />');
    expect(setSslFlags(config, [{ binding: config.sites[0]!.bindings[0]!, sslFlags: 0 }])).toEqual({
      ok: true,
      value: [],
    });
  });

  it('are those of a binding of this very configuration', () => {
    const [one, other] = [file('<binding protocol="https" bindingInformation="*:443:a" />'), file('')];
    expect(setSslFlags(other, [{ binding: one.sites[0]!.bindings[0]!, sslFlags: 1 }])).toMatchObject({ ok: false });
  });

  it('change no other character of any file, and are read again as they were meant', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}\.test$/);
    const binding = fc.record({ host: name, flags: fc.option(fc.nat({ max: 3 })), quote: fc.constantFrom('"', "'") });
    const sites = fc.array(fc.array(binding, { maxLength: 3 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(sites, fc.nat(), fc.nat({ max: 200 }), (all, pick, flags) => {
        const text = all
          .map(
            (bindings, at) =>
              `\r\n\t<site name="S&amp;${at}" id="${at + 1}"><bindings>${bindings.map(({ host, flags: given, quote }) => `\r\n<binding protocol="https"  bindingInformation=${quote}*:443:${host}${quote}${given === null ? '' : ` sslFlags=${quote}${given}${quote}`} />`).join('')}</bindings></site>`,
          )
          .join('');
        const config = read(
          `\uFEFF<configuration><system.applicationHost><sites>${text}</sites></system.applicationHost><location path=""><system.applicationHost><sites><site name="L" id="99"><bindings><binding protocol="http" bindingInformation="*:80:" /></bindings></site></sites></system.applicationHost></location></configuration>`,
        );
        const before = config.sites.flatMap((site) => site.bindings);
        const at = pick % before.length;
        const after = read(set(config, at, flags));
        expect(after.sites.flatMap((site) => site.bindings)).toEqual(
          before.map((each, index) => (index === at ? { ...each, sslFlags: flags } : each)),
        );
        const without = (of: string) => of.replace(/ sslFlags=(["'])\d+\1/g, '');
        expect(without(after.text)).toBe(without(config.text));
      }),
    );
  });
});

describe('the second reading refuses', () => {
  const config = file(
    '<binding protocol="https" bindingInformation="*:443:a" sslFlags="1" /><binding protocol="https" bindingInformation="*:443:b" />',
  );
  const at = (text: string) => ({ start: config.text.indexOf(text), end: config.text.indexOf(text) + text.length });

  it.each([
    ['another host name', { ...at('443:a'), text: '443:c' }],
    ['another protocol', { ...at('protocol="https"'), text: 'protocol="http"' }],
    ['a binding that is gone', { ...at('<binding protocol="https" bindingInformation="*:443:b" />'), text: '' }],
    [
      'one more',
      {
        start: at('</bindings>').start,
        end: at('</bindings>').start,
        text: '<binding protocol="x" bindingInformation="y" />',
      },
    ],
    ['one more attribute', { start: at(' sslFlags').start, end: at(' sslFlags').start, text: ' other="1"' }],
  ])('%s', (_what, edit) => {
    expect(applyEdits(config.text, [edit])).not.toBe(config.text);
    expect(applyProved(config, [edit])).toEqual({
      ok: false,
      error: 'the edit would change site bindings that it does not mean',
    });
  });
});
