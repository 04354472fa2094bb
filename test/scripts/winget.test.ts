import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { NO_ADDRESS, wingetManifests } from '../../scripts/exe/winget.mjs';

const PROGRAM = {
  version: '1.2.3',
  sha256: 'ab'.repeat(32),
  url: 'https://downloads.example.com/iis-ssl-heal.exe',
  publisher: 'Example: Company #1',
  license: 'MIT',
  about: 'Finds and mends dead HTTPS on IIS',
};

// What the published schemas 1.10.0 ask of the fields that we write, in our own words.
const text = (minLength: number, maxLength: number) => ({ type: 'string', minLength, maxLength });
const common = {
  PackageIdentifier: {
    type: 'string',
    maxLength: 128,
    pattern: '^[^.\\s\\\\/:*?"<>|]{1,32}(\\.[^.\\s\\\\/:*?"<>|]{1,32}){1,7}$',
  },
  PackageVersion: { type: 'string', maxLength: 128, pattern: '^[^\\\\/:*?"<>|]+$' },
  ManifestVersion: { const: '1.10.0' },
};
const fields = {
  version: { DefaultLocale: { const: 'en-US' } },
  defaultLocale: {
    PackageLocale: { const: 'en-US' },
    Publisher: text(2, 256),
    PackageName: text(2, 256),
    License: text(3, 512),
    ShortDescription: text(3, 256),
  },
  installer: {
    Platform: { type: 'array', items: { enum: ['Windows.Desktop', 'Windows.Universal'] }, maxItems: 2 },
    MinimumOSVersion: { type: 'string', pattern: '^\\d{1,5}(\\.\\d{1,5}){0,3}$' },
    InstallerType: { enum: ['exe', 'msi', 'portable', 'zip'] },
    Commands: { type: 'array', items: text(1, 40), maxItems: 16, uniqueItems: true },
    Scope: { const: 'machine' },
    ElevationRequirement: { enum: ['elevationRequired', 'elevationProhibited', 'elevatesSelf'] },
    UpgradeBehavior: { enum: ['install', 'uninstallPrevious', 'deny'] },
    Installers: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['Architecture', 'InstallerUrl', 'InstallerSha256'],
        additionalProperties: false,
        properties: {
          Architecture: { enum: ['x86', 'x64', 'arm', 'arm64', 'neutral'] },
          InstallerUrl: { type: 'string', maxLength: 2048, pattern: '^https://.+$' },
          InstallerSha256: { type: 'string', pattern: '^[A-F0-9]{64}$' },
        },
      },
    },
  },
};
type Kind = keyof typeof fields;

const ajv = new Ajv.default({ strict: false });
function faultsOf(manifest: { ManifestType: Kind }) {
  const properties = { ...common, ...fields[manifest.ManifestType], ManifestType: { const: manifest.ManifestType } };
  const schema = { type: 'object', required: Object.keys(properties), additionalProperties: false, properties };
  return ajv.validate(schema, manifest) ? [] : ajv.errors;
}

describe('the files for winget', () => {
  const manifests = wingetManifests(PROGRAM);
  const byName = new Map(manifests.map((each) => [each.name, parse(each.text)]));

  it('are the three of one package, each as its schema asks', () => {
    expect([...byName.keys()]).toEqual([
      'iis-ssl-heal.iis-ssl-heal.yaml',
      'iis-ssl-heal.iis-ssl-heal.locale.en-US.yaml',
      'iis-ssl-heal.iis-ssl-heal.installer.yaml',
    ]);
    for (const manifest of byName.values()) expect(faultsOf(manifest)).toEqual([]);
  });

  it('carry the hash of the .exe, and install it for the machine alone: a profile is no safe ground', () => {
    const installer = byName.get('iis-ssl-heal.iis-ssl-heal.installer.yaml');
    expect(installer.Installers).toEqual([
      { Architecture: 'x64', InstallerUrl: PROGRAM.url, InstallerSha256: 'AB'.repeat(32) },
    ]);
    expect(installer.Scope).toBe('machine');
  });

  it('keep a text that YAML could take for something else', () => {
    const awkward = { ...PROGRAM, version: '1.10', publisher: 'yes: "no" # \u00fc\n- x' };
    const [version, locale] = wingetManifests(awkward).map((each) => parse(each.text));
    expect([version.PackageVersion, locale.Publisher]).toEqual(['1.10', awkward.publisher]);
  });

  it('name no address that could be fetched from until somebody publishes', () => {
    expect(new URL(NO_ADDRESS).hostname).toMatch(/\.invalid$/);
    for (const url of ['http://downloads.example.com/x.exe', 'file:///x.exe', '', 'https://a b'])
      expect(() => wingetManifests({ ...PROGRAM, url })).toThrow(/begins with https:/);
  });
});
