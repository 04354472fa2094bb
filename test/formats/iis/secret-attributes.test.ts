import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactSecrets } from '../../../src/formats/iis/secret-attributes.ts';
import { badBytes, FUZZ_RUNS } from '../../support/fuzz.ts';

const redact = (text: string) => {
  const { bytes, names } = redactSecrets(Buffer.from(text));
  return { text: Buffer.from(bytes).toString(), names };
};

describe('redactSecrets', () => {
  it.each([
    [
      '<processModel userName="web" password="abc" />',
      '<processModel userName="web" password="***" />',
      ['processModel@password'],
    ],
    [
      `<virtualDirectory PassWord = 'a"c' path="/"/>`,
      `<virtualDirectory PassWord = '***' path="/"/>`,
      ['virtualDirectory@PassWord'],
    ],
    ['<anonymousAuthentication password="" />', '<anonymousAuthentication password="" />', []],
    ['<a password="***" />', '<a password="***" />', []],
    ['<a userPassword="größe"/>', '<a userPassword="*******"/>', ['a@userPassword']],
    [
      '<machineKey validationKey="AB" decryptionKey="CD" validation="SHA1" />',
      '<machineKey validationKey="**" decryptionKey="**" validation="SHA1" />',
      ['machineKey@validationKey', 'machineKey@decryptionKey'],
    ],
    [
      '<add name="Aes" sessionKey="AQ==" keyContainerName="iis" />',
      '<add name="Aes" sessionKey="****" keyContainerName="iis" />',
      ['add@sessionKey'],
    ],
    ['<x y="[enc:Aes:QUJD:enc]" z="1"/>', '<x y="******************" z="1"/>', ['x@[enc:...]']],
    [
      '<add connectionString="Server=db;Pwd=x" />',
      '<add connectionString="***************" />',
      ['add@connectionString', 'add@Pwd'],
    ],
    [
      '<environmentVariable name="DB_PASSWORD" value="abc" />',
      '<environmentVariable name="DB_PASSWORD" value="***" />',
      ['environmentVariable@value'],
    ],
    [
      '<add value="abc" key="ApiKey" /><add key="color" value="red" />',
      '<add value="***" key="ApiKey" /><add key="color" value="red" />',
      ['add@value'],
    ],
    [
      '<add key="db" value="Server=db;Password=a b;Timeout=3" />',
      '<add key="db" value="Server=db;Password=***;Timeout=3" />',
      ['add@Password'],
    ],
    [
      '<add key="db" value="Pwd=&quot;a;b&quot;;T=1" />',
      '<add key="db" value="Pwd=*********&quot;;T=1" />',
      ['add@Pwd'],
    ],
    [
      '<add key="db" value="Server=db;Password=" />\n<b c="d"/>',
      '<add key="db" value="Server=db;Password=" />\n<b c="d"/>',
      [],
    ],
    ['<!-- <a password="old" /> -->', '<!-- <a password="***" /> -->', ['a@password']],
    ['<a passwordFormat="Clear" publicKeyToken="b03f" />', '<a passwordFormat="Clear" publicKeyToken="b03f" />', []],
  ])('%s', (text, expected, names) => {
    expect(redact(text)).toEqual({ text: expected, names });
  });

  it.each([
    '<a b="c password="SECRET" d="e">',
    '<a password="SECRET',
    '<a password=SECRET d="e">',
    '<a password="SECRET\n<b c="d"/>',
    '<a password="SE<SECRET" d="e">',
    '<a password=x pwd="SECRET">',
    'password="SECRET"',
    `<a b='c' password='SECRET" d="e">`,
  ])('from damaged XML too: %j', (text) => {
    const redacted = redact(text).text;
    expect(redacted).not.toContain('SECRET');
    expect(redacted).toHaveLength(text.length);
  });

  it('from UTF-16 in both byte orders', () => {
    const little = Buffer.from('\uFEFF<a password="größe"/>', 'utf16le');
    const blank = Buffer.from('\uFEFF<a password="*****"/>', 'utf16le');
    expect(Buffer.from(redactSecrets(little).bytes).equals(blank)).toBe(true);
    expect(Buffer.from(redactSecrets(Buffer.from(little).swap16()).bytes).equals(Buffer.from(blank).swap16())).toBe(
      true,
    );
  });

  it('keeps the bytes it was given, and every length; a second time changes nothing', () => {
    const good = Buffer.from(
      '<c><a password="größe" b="c"/>\r\n<d key="pwd" value=\'x\'/><e f="Pwd=&quot;g;&quot;"/></c>',
    );
    fc.assert(
      fc.property(badBytes(good, Buffer.from(`\uFEFF${good}`, 'utf16le')), (bytes) => {
        const before = Buffer.from(bytes);
        const once = redactSecrets(bytes).bytes;
        expect(Buffer.from(bytes).equals(before)).toBe(true);
        expect(once).toHaveLength(bytes.length);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  it('finds a planted secret among any other attributes, and changes nothing else', () => {
    const attribute = fc.tuple(
      fc.constantFrom('a', 'path', 'x-y'),
      fc.stringMatching(/^[ -!#-%'-;=?-~ö]*$/),
      fc.constantFrom(' ', '\r\n\t'),
    );
    const list = fc.array(
      attribute.map(([name, value, space]) => `${space}${name}="${value.replaceAll('=', '')}"`),
      { maxLength: 4 },
    );
    const secret = fc.stringMatching(/^[A-Za-z0-9ö漢 ;:,.]+$/);
    fc.assert(
      fc.property(list, secret, list, (before, value, after) => {
        const file = (password: string) => `<r><s${before.join('')} password="${password}"${after.join('')}/></r>`;
        const stars = '*'.repeat(Buffer.byteLength(value));
        expect(redact(file(value)).text).toBe(file(stars));
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  it('ends soon on text made to take long', () => {
    const long = ['<', "a='<", 'pwd=', 'a', ' ', 'pwd="', '<a b="pwd=&quot;'].map((piece) => piece.repeat(30_000));
    for (const text of [...long, `<a b="${'pwd='.repeat(30_000)}"`])
      expect(redact(text).text).toHaveLength(text.length);
  });
});
