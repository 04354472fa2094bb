import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readApplicationHost } from '../../../src/formats/iis/application-host.ts';
import type { IisConfig } from '../../../src/model/server/iis-config.ts';
import { readsAnyBytes } from '../../support/xml-arbitrary.ts';

const path = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
const wrap = (inside: string) =>
  `<configuration><system.applicationHost>${inside}</system.applicationHost></configuration>`;
const site = (bindings: string) => wrap(`<sites><site name="Shop" id="1">${bindings}</site></sites>`);
const one = (attributes: string) => site(`<bindings><binding ${attributes} /></bindings>`);

const errorOf = (text: string): string => {
  const config = readApplicationHost(Buffer.from(text), path);
  return config.ok ? 'read' : config.error;
};

const read = (text: string): IisConfig => {
  const config = readApplicationHost(Buffer.from(text), path);
  if (!config.ok) throw new Error(config.error);
  return config.value;
};

const whole = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>\r
<configuration>\r
    <configSections><sectionGroup name="system.applicationHost"><section name="sites" /></sectionGroup></configSections>\r
    <system.applicationHost>\r
        <customMetadata>\r
            <!-- <key path="LM/W3SVC/9"><property id="5506" /></key> -->\r
            <key path="LM/W3SVC">\r
                <property id="1018" dataType="DWord" userType="1" attributes="Inherit" value="23" />\r
            </key>\r
            <key path="lm/w3svc/1">\r
                <property id="5506" dataType="Binary" userType="1" attributes="None" value="AAECAwQFBgcICQoLDA0ODxAREhM&#61;" />\r
                <property id="5511" dataType="String" userType="1" attributes="None" value='MY' />\r
            </key>\r
            <key path="LM/W3SVC/2/ROOT/Round &amp; Round" />\r
        </customMetadata>\r
        <sites>\r
            <site name="Tom &amp; Jürgen" id="1" serverAutoStart="true">\r
                <application path="/"><virtualDirectory path="/" physicalPath="C:\\inetpub" /></application>\r
                <bindings>\r
                    <binding protocol="http" bindingInformation="*:80:" />\r
                    <binding protocol="https" bindingInformation="*:443:*.example.com" sslFlags="33" />\r
                    <binding protocol="https" bindingInformation=":443:" />\r
                    <binding protocol="https" bindingInformation="[::]:443:xn--gre-6ka8i.example" sslFlags="0" />\r
                    <binding protocol="net.tcp" bindingInformation="808:*" />\r
                    <binding protocol="net.pipe" bindingInformation="*" />\r
                </bindings>\r
            </site>\r
            <site name="idle" id="4294967295" />\r
            <siteDefaults><bindings><binding protocol="http" bindingInformation="*:81:" /></bindings></siteDefaults>\r
        </sites>\r
    </system.applicationHost>\r
    <location path="."><system.applicationHost><sites><site name="dot" id="7" /></sites></system.applicationHost></location>\r
    <location path="idle"><system.applicationHost><sites><site name="no" id="8" /></sites></system.applicationHost></location>\r
</configuration>\r
`;

describe('a whole file', () => {
  const config = read(whole);
  const cut = ({ start, end }: { start: number; end: number }) => config.text.slice(start, end);

  it('is kept exactly and named by its hash', () => {
    expect(config.path).toBe(path);
    expect(config.text).toBe(whole);
    expect(config.sha256).toBe(createHash('sha256').update(whole, 'utf8').digest('hex'));
  });

  it('gives sites with every kind of binding', () => {
    const https = (information: string, sslFlags: number) => ({ protocol: 'https', information, sslFlags });
    expect(config.sites).toEqual([
      {
        name: 'Tom & Jürgen',
        id: 1,
        bindings: [
          { protocol: 'http', information: '*:80:', sslFlags: 0 },
          https('*:443:*.example.com', 33),
          https(':443:', 0),
          https('[::]:443:xn--gre-6ka8i.example', 0),
          { protocol: 'net.tcp', information: '808:*', sslFlags: 0 },
          { protocol: 'net.pipe', information: '*', sslFlags: 0 },
        ],
      },
      { name: 'idle', id: 4294967295, bindings: [] },
      { name: 'dot', id: 7, bindings: [] },
    ]);
  });

  it('gives customMetadata of service, site and sub-path with their places', () => {
    expect(config.metadata.map((key) => [key.path, key.properties.map((property) => property.id)])).toEqual([
      ['LM/W3SVC', [1018]],
      ['lm/w3svc/1', [5506, 5511]],
      ['LM/W3SVC/2/ROOT/Round & Round', []],
    ]);
    const [hash, store] = config.metadata[1]!.properties;
    expect(hash).toMatchObject({ dataType: 'Binary', value: 'AAECAwQFBgcICQoLDA0ODxAREhM=' });
    expect(cut(hash!.valueRange!)).toBe('AAECAwQFBgcICQoLDA0ODxAREhM&#61;');
    expect(cut(store!.valueRange!)).toBe('MY');
    expect(cut(store!.range)).toMatch(/^<property id="5511" .* value='MY' \/>$/);
    expect(cut(config.metadata[2]!.range)).toBe('<key path="LM/W3SVC/2/ROOT/Round &amp; Round" />');
    expect(cut(config.metadataRange!)).toMatch(/^<customMetadata>[\s\S]*<\/customMetadata>$/);
  });
});

describe('smaller files', () => {
  it('a site without bindings, and no customMetadata', () => {
    const config = read(site(''));
    expect(config.sites).toEqual([{ name: 'Shop', id: 1, bindings: [] }]);
    expect(config.metadata).toEqual([]);
    expect(config).not.toHaveProperty('metadataRange');
  });

  it('a property without a value', () => {
    const config = read(
      wrap('<customMetadata><key path="LM/W3SVC/1"><property id="5506" dataType="Binary"/></key></customMetadata>'),
    );
    expect(config.metadata[0]?.properties[0]).toMatchObject({ id: 5506, value: '' });
    expect(config.metadata[0]?.properties[0]).not.toHaveProperty('valueRange');
  });

  it('names in another case are other names, to IIS too', () => {
    expect(read(wrap('<Sites><site name="Shop" id="1" /></Sites>')).sites).toEqual([]);
  });
});

describe('what is refused', () => {
  it.each([
    [
      one('protocol="https" bindingInformation="*:443:" sslFlags="Sni"'),
      'its site "Shop" has the binding *:443: with sslFlags "Sni", which is not a number',
    ],
    [
      one('protocol="https" bindingInformation="*:443:" sslFlags="0x1"'),
      'its site "Shop" has the binding *:443: with sslFlags "0x1", which is not a number',
    ],
    [
      one('protocol="https" bindingInformation="*:443:" sslFlags="-1"'),
      'its site "Shop" has the binding *:443: with sslFlags "-1", which is not a number',
    ],
    [
      one('protocol="https" bindingInformation="*:443:" sslFlags=""'),
      'its site "Shop" has the binding *:443: with sslFlags "", which is not a number',
    ],
    [
      one('protocol="https" bindingInformation="*:443:" sslFlags="4294967296"'),
      'its site "Shop" has the binding *:443: with sslFlags "4294967296", which is not a number',
    ],
    [one('protocol="https"'), 'its site "Shop" has a binding without protocol or bindingInformation'],
    [wrap('<sites><site name="Shop" id="one" /></sites>'), 'the id of its site "Shop" is not a number'],
    [wrap('<sites><site id="1" /></sites>'), 'it has a site without a name'],
    [
      wrap('<customMetadata><key><property id="5506"/></key></customMetadata>'),
      'its customMetadata has a key without a path',
    ],
    [
      wrap('<customMetadata><key path="LM"><property/></key></customMetadata>'),
      'its customMetadata key LM has a property whose id is not a number',
    ],
    [
      wrap('<sites configSource="sites.config" />'),
      'its section sites is kept in another file (configSource), which is not read',
    ],
    [
      '<configuration><system.webServer /></configuration>',
      'it has no section system.applicationHost, so it is not the applicationHost.config of a server',
    ],
    ['<html></html>', 'its root is <html>, not <configuration>'],
    ['', 'it is empty: 0 bytes'],
    [whole.slice(0, 1500), 'it is cut short: the start tag <binding> on line 24 is not whole'],
  ])('%.90s', (text, says) => {
    expect(errorOf(text)).toBe(says);
  });

  it('never by an exception', () => {
    readsAnyBytes((bytes) => readApplicationHost(bytes, path), whole, whole.replaceAll('\r', '').slice(1));
  });
});
