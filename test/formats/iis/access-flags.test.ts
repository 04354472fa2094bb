import { describe, expect, it } from 'vitest';
import { readApplicationHost } from '../../../src/formats/iis/application-host.ts';

/** The names of the sites that ask clients for certificates, on some pages at least. */
function asking(...sections: readonly string[]): readonly string[] {
  const sites = '<site name="Front" id="1" /><site name="Shop" id="2" />';
  const text = `<configuration><system.applicationHost><sites>${sites}</sites></system.applicationHost>${sections.join('')}</configuration>`;
  const read = readApplicationHost(Buffer.from(text), 'C:\\applicationHost.config');
  if (!read.ok) throw new Error(read.error);
  return read.value.sites.filter(({ clientCertificates }) => clientCertificates).map(({ name }) => name);
}

/** What is said of the site Shop. */
function shop(...sections: readonly string[]) {
  const text = `<configuration><system.applicationHost><sites><site name="Shop" id="2" /></sites></system.applicationHost>${sections.join('')}</configuration>`;
  const read = readApplicationHost(Buffer.from(text), 'C:\\applicationHost.config');
  return read.ok ? read.value.sites[0]?.clientCertificates : undefined;
}

const access = (flags: string) =>
  `<system.webServer><security><access sslFlags="${flags}" /></security></system.webServer>`;
const location = (path: string, flags: string) => `<location path="${path}">${access(flags)}</location>`;

describe('a site asks clients for certificates', () => {
  it.each([
    ['Ssl, SslNegotiateCert', true],
    ['Ssl,SslNegotiateCert,SslRequireCert', true],
    ['sslrequirecert', true],
    ['104', true],
    ['40', true],
    ['8', false],
    ['Ssl, Ssl128', false],
    ['SslMapCert', false],
    ['None', false],
    ['', false],
    ['NoSslNegotiateCert', false],
  ])('with sslFlags "%s": %s', (flags, asks) => {
    expect(asking(location('Shop', flags))).toEqual(asks ? ['Shop'] : []);
  });

  it('where an application or a folder of it does', () => {
    expect(asking(location('Shop/orders/new', 'SslNegotiateCert'))).toEqual(['Shop']);
    expect(asking(location('Shop', 'None'), location('Shop/orders', 'SslRequireCert'))).toEqual(['Shop']);
    expect(asking(location('Shop/a', 'SslRequireCert'), location('Shop/b', 'None'))).toEqual(['Shop']);
    expect(asking(location('/shop/', 'SslNegotiateCert'))).toEqual(['Shop']);
  });

  it('where the server does and the site says nothing else', () => {
    for (const server of [
      access('SslNegotiateCert'),
      location('', 'SslNegotiateCert'),
      location('.', 'SslNegotiateCert'),
    ]) {
      expect(asking(server)).toEqual(['Front', 'Shop']);
      expect(asking(server, location('SHOP', 'Ssl'))).toEqual(['Front']);
      expect(asking(server, location('Shop/orders', 'Ssl'))).toEqual(['Front', 'Shop']);
    }
  });

  it('on all its pages, or on some below it alone', () => {
    expect(shop(location('Shop', 'SslRequireCert'), location('Shop/open', 'None'))).toBe('site');
    expect(shop(access('SslNegotiateCert'))).toBe('site');
    expect(shop(location('Shop/orders', 'SslRequireCert'))).toBe('below');
    expect(shop(access('SslNegotiateCert'), location('Shop', 'None'), location('Shop/orders', 'Ssl'))).toBeUndefined();
    expect(shop(access('SslNegotiateCert'), location('Shop', 'None'), location('Shop/a', 'SslRequireCert'))).toBe(
      'below',
    );
  });

  it('never where nothing says so', () => {
    expect(asking()).toEqual([]);
    expect(asking(location('Other', 'SslRequireCert'), location('Shop2', 'SslRequireCert'))).toEqual([]);
    expect(asking('<system.webServer><security><access /></security></system.webServer>')).toEqual([]);
  });
});
