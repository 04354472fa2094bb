// What the bundler puts into the program: its version and the commit it is built from.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The version and the licence in package.json. */
export const { version, license } = /** @type {{ version: string, license: string }} */ (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
);

/** The commit this is built from; a source archive has none, and may lie inside a repository that is not ours. */
export function commit() {
  if (!existsSync(join(root, '.git'))) return 'unknown';
  try {
    const args = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

/** Names that src/model/version.ts declares and the bundler fills in. */
export const definitions = () => ({ __VERSION__: JSON.stringify(version), __COMMIT__: JSON.stringify(commit()) });
