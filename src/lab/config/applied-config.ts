// The lab's own small reading of applicationHost.config: what IIS would apply of it.

import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Disk } from '../disk/disk.ts';
import type { LabTable } from '../http/http-sys.ts';
import { remembered } from '../remembered.ts';

/** The configuration cannot be applied; the message is one sentence for a person. */
export class LabConfigError extends Error {}

/** The file that holds sites and customMetadata. */
export const CONFIG_PATH = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';

/** A binding element of a site. */
export interface AppliedBinding {
  readonly protocol: string;
  readonly information: string;
  /** 1 SNI, 2 central store; 0 when absent. */
  readonly sslFlags: number;
}

/** A site element. */
export interface AppliedSite {
  readonly name: string;
  readonly id: number;
  /** False where `serverAutoStart` says so: `appcmd stop site` writes it. */
  readonly started: boolean;
  readonly bindings: readonly AppliedBinding[];
}

/** What the lab needs to know of a configuration. */
export interface AppliedConfig {
  readonly sites: readonly AppliedSite[];
  /** Properties 5506 and 5511 with the path of their key, spelt as `LM/W3SVC/1`, without a slash at either end. */
  readonly certificateProperties: readonly { readonly path: string; readonly id: number; readonly value: string }[];
}

/** Where an https binding lands in http.sys, and where it listens. */
export interface BindingPlace {
  readonly table: LabTable;
  /** Name of the record: `0.0.0.0:443`, `www.example.test:443`, or `443`. */
  readonly endpoint: string;
  /** Address to listen at: `0.0.0.0`, `[::]`, `192.0.2.4`. */
  readonly ip: string;
  readonly port: number;
  /** Lower case; '' when the binding has none. */
  readonly host: string;
}

type Node = Record<string, unknown>;

/** Decodes and reads the file's bytes. Throws LabConfigError where IIS would refuse the file. */
export function appliedConfig(bytes: Uint8Array): AppliedConfig {
  return readConfig(decodedConfig(bytes).text);
}

/** The same of the file on the lab's disk. Of a disk that keeps its texts, one in UTF-8 is not decoded again and again. */
export function configOnDisk(disk: Disk): AppliedConfig {
  const text = disk.text(CONFIG_PATH) ?? '';
  return text.includes('\uFFFD') ? appliedConfig(disk.read(CONFIG_PATH) ?? Buffer.alloc(0)) : readConfig(text);
}

const readConfig = remembered((text): AppliedConfig => {
  const root = rootOf(text);
  const hosts = below(root, 'system.applicationHost');
  const sites = hosts.flatMap((host) => below(host, 'sites')).flatMap((sites) => below(sites, 'site'));
  const keys = hosts.flatMap((host) => below(host, 'customMetadata')).flatMap((section) => below(section, 'key'));
  return { sites: sites.map(siteOf), certificateProperties: keys.flatMap(propertiesOf) };
});

/** The text of a configuration file and how to write it back. A BOM stays the first character of the text. */
export function decodedConfig(bytes: Uint8Array): { text: string; encode: (text: string) => Buffer } {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    throw new LabConfigError('The configuration is in big-endian UTF-16, which IIS does not write; save it as UTF-8.');
  }
  try {
    const text = new TextDecoder(wide ? 'utf-16le' : 'utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, encode: (changed) => Buffer.from(changed, wide ? 'utf16le' : 'utf8') };
  } catch {
    throw new LabConfigError('The configuration is not valid UTF-8; save it as UTF-8 and try again.');
  }
}

/** The place of an https binding; undefined for other protocols and for information that is not `ip:port:host`. */
export function placeOf(binding: AppliedBinding): BindingPlace | undefined {
  const parts = /^(\[[0-9a-f:.%]*\]|[^:[\]]*):(\d{1,5}):(.*)$/i.exec(binding.information.trim());
  if (binding.protocol.toLowerCase() !== 'https' || parts === null) return undefined;
  const [, address = '', portText = '', hostText = ''] = parts;
  const port = Number(portText);
  if (port < 1 || port > 65535) return undefined;
  const ip = address === '' || address === '*' ? '0.0.0.0' : address.toLowerCase();
  const host = hostText.trim().toLowerCase();
  if (binding.sslFlags & 2) return { table: 'ccs', endpoint: String(port), ip, port, host };
  if (binding.sslFlags & 1) return { table: 'sni', endpoint: `${host}:${port}`, ip, port, host };
  return { table: 'ip', endpoint: `${ip}:${port}`, ip, port, host };
}

// The parser is lenient, so the validator goes first, and what neither of them sees is looked at here.
function rootOf(text: string): Node {
  const body = text.replace(/^\uFEFF/, '');
  if (body.trim() === '') throw new LabConfigError('The configuration is empty.');
  if (/<!DOCTYPE/i.test(body)) throw new LabConfigError('The configuration has a DOCTYPE, which no IIS file has.');
  const verdict = XMLValidator.validate(body);
  if (verdict !== true) {
    const { msg, line } = verdict.err;
    throw new LabConfigError(`The configuration is not well-formed XML: line ${line}: ${msg.replace(/\.$/, '')}.`);
  }
  const parsed = parse(body);
  const [root, ...others] = below(parsed, 'configuration');
  const strangers = Object.keys(parsed).filter((name) => name !== 'configuration' && !name.startsWith('?'));
  if (root === undefined || others.length > 0 || strangers.length > 0 || !/>\s*$/.test(body)) {
    throw new LabConfigError('The configuration is not an IIS configuration: its one root must be <configuration>.');
  }
  return root;
}

function parse(body: string): Node {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseAttributeValue: false,
    parseTagValue: false,
    htmlEntities: true,
    ignoreDeclaration: true,
    isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
  });
  try {
    return parser.parse(body) as Node;
  } catch (error) {
    throw new LabConfigError(`The configuration cannot be read: ${(error as Error).message}`);
  }
}

// An element without attributes and children comes as a bare string.
function below(node: Node, name: string): readonly Node[] {
  const found = Object.hasOwn(node, name) ? node[name] : [];
  return (found as unknown[]).map((child) => (typeof child === 'string' ? {} : (child as Node)));
}

const attribute = (node: Node, name: string): string => (node[`@${name}`] as string | undefined) ?? '';

function siteOf(site: Node): AppliedSite {
  const bindings = below(site, 'bindings').flatMap((list) => below(list, 'binding'));
  const name = attribute(site, 'name');
  const id = attribute(site, 'id');
  if (!/^\d{1,10}$/.test(id)) throw new LabConfigError(`The site "${name}" has no id that is a number.`);
  return {
    name,
    id: Number(id),
    started: attribute(site, 'serverAutoStart').toLowerCase() !== 'false',
    bindings: bindings.map((binding) => ({
      protocol: attribute(binding, 'protocol'),
      information: attribute(binding, 'bindingInformation'),
      sslFlags: Number(attribute(binding, 'sslFlags')) || 0,
    })),
  };
}

function propertiesOf(key: Node) {
  const path = attribute(key, 'path').replace(/^\/+|\/+$/g, '');
  return below(key, 'property')
    .map((property) => ({ path, id: Number(attribute(property, 'id')), value: attribute(property, 'value') }))
    .filter(({ id }) => id === 5506 || id === 5511);
}
