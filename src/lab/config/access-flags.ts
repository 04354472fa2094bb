// Which sites ask clients for certificates on all their pages: sslFlags of system.webServer/security/access.

import type { LabServer } from '../server.ts';
import { isElement, parseXml, type XmlElement } from '../tasks/xml-elements.ts';
import { CONFIG_PATH, decodedConfig } from './applied-config.ts';

/** What is said for the site, else what is said for the server. */
export function asksForCertificates(server: LabServer, site: string): boolean {
  const root = parseXml(decodedConfig(server.disk.read(CONFIG_PATH) ?? Buffer.alloc(0)).text);
  if (!isElement(root)) return false;
  const locations = root.children.filter(({ name }) => name === 'location');
  const own = locations.filter(({ attributes }) => attributes.get('path')?.toLowerCase() === site.toLowerCase());
  const said = [...own, root].flatMap(flagsIn)[0] ?? '';
  return /Ssl(?:Negotiate|Require)Cert/i.test(said);
}

const flagsIn = (element: XmlElement): readonly string[] =>
  ['system.webServer', 'security', 'access']
    .reduce((all, name) => all.flatMap(({ children }) => children.filter((child) => child.name === name)), [
      element,
    ] as readonly XmlElement[])
    .flatMap(({ attributes }) => attributes.get('sslFlags') ?? []);

/** The text with a location for this site, at its end, that asks every client for a certificate. */
export function withRequiredCertificates(text: string, site: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = [
    `    <location path="${site}">`,
    '        <system.webServer>',
    '            <security>',
    '                <access sslFlags="Ssl, SslNegotiateCert, SslRequireCert" />',
    '            </security>',
    '        </system.webServer>',
    '    </location>',
    '',
  ];
  const end = text.lastIndexOf('</configuration>');
  return text.slice(0, end) + lines.join(eol) + text.slice(end);
}
