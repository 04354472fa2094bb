// Whose work is in the program, with the texts that their licences ask to be handed on with it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './program-facts.mjs';

/**
 * The packages that a bundle is made of, as folders below the project, in the order of their names.
 * @param {{ inputs: Readonly<Record<string, unknown>> }} metafile of esbuild
 * @returns {ReadonlySet<string>}
 */
export const packagesOf = ({ inputs }) =>
  new Set(
    Object.keys(inputs)
      .flatMap((input) => packageOf(input) ?? [])
      .sort(),
  );

/** The folder of the package that a file lies in, the innermost one. @param {string} input */
const packageOf = (input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];

/**
 * One text: every package with its version, its licence's name and its own licence files. A package without such a file is
 * named with its licence; one that does not even say which is an error.
 * @param {ReadonlySet<string>} packages as `packagesOf` gives them
 */
export function licencesOf(packages) {
  const about = 'Parts of this program are the work of others. Their names and licences follow.\n';
  return [about, ...[...packages].map(licenceOf)].join(`\n${'-'.repeat(80)}\n\n`);
}

/** @param {string} folder */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`${name}@${version} does not say under which licence it is`);
  const files = readdirSync(join(root, folder)).filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file));
  const texts = files.sort().map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
  return `${[`${name} ${version}, ${license}`, ...texts].join('\n\n').replaceAll('\r\n', '\n')}\n`;
}
