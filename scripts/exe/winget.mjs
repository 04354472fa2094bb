// The three files by which winget knows a program. They are made beside the .exe and published by nobody here:
// that takes an address, which is the publisher's to name.
// Fields and their values: the published schemas 1.10.0 of microsoft/winget-cli (schemas/JSON/manifests/v1.10.0).
import { stringify } from 'yaml';

const PACKAGE = 'iis-ssl-heal.iis-ssl-heal';
const LOCALE = 'en-US';

/** A name that can never be fetched from (RFC 2606): whoever publishes says where the file lies. */
export const NO_ADDRESS = 'https://publish.invalid/iis-ssl-heal.exe';

/**
 * File name and text of each, in YAML. Throws where `url` is not an https address.
 * @param {{ version: string, sha256: string, url: string, publisher: string, license: string, about: string }} program
 *   `sha256` in hexadecimal, of the .exe that lies at `url`
 */
export function wingetManifests({ version, sha256, url, publisher, license, about }) {
  if (!/^https:\/\/[^\s]+$/.test(url))
    throw new Error(`an address of the .exe begins with https://, and ${url} does not`);
  const ends = (/** @type {string} */ type) => ({ ManifestType: type, ManifestVersion: '1.10.0' });
  const names = { PackageIdentifier: PACKAGE, PackageVersion: version };
  return [
    manifest('', { ...names, DefaultLocale: LOCALE, ...ends('version') }),
    manifest(`.locale.${LOCALE}`, {
      ...names,
      PackageLocale: LOCALE,
      Publisher: publisher,
      PackageName: 'iis-ssl-heal',
      License: license,
      ShortDescription: about,
      ...ends('defaultLocale'),
    }),
    manifest('.installer', {
      ...names,
      Platform: ['Windows.Desktop'],
      // Server 2016, the oldest Windows that Node 24 starts on.
      MinimumOSVersion: '10.0.14393.0',
      InstallerType: 'portable',
      Commands: ['iis-ssl-heal'],
      // A portable of the scope user lies in a profile, from where neither fix nor schedule install runs (exit code 7).
      Scope: 'machine',
      ElevationRequirement: 'elevationRequired',
      // A new file in the place of the old one: the old version's own uninstall would have nothing to take back.
      UpgradeBehavior: 'install',
      Installers: [{ Architecture: 'x64', InstallerUrl: url, InstallerSha256: sha256.toUpperCase() }],
      ...ends('installer'),
    }),
  ];
}

/** @param {string} part @param {{ ManifestType: string } & Record<string, unknown>} fields */
function manifest(part, fields) {
  const schema = `# yaml-language-server: $schema=https://aka.ms/winget-manifest.${fields.ManifestType.toLowerCase()}.1.10.0.schema.json`;
  return {
    name: `${PACKAGE}${part}.yaml`,
    text: `${schema}\n${stringify(fields, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 })}`,
  };
}
