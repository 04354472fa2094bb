// The least that any check of a folder has to do: read its files, and look at every byte once. Prints one hash.
// Usage: node scripts/bench/floor.mjs FOLDER
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = process.argv[2] ?? '';
const entries = await readdir(folder, { recursive: true, withFileTypes: true });
const all = createHash('sha256');
for (const entry of entries.filter((each) => each.isFile())) {
  const bytes = await readFile(join(entry.parentPath, entry.name));
  all.update(createHash('sha256').update(bytes).digest());
}
process.stdout.write(`${all.digest('hex')}\n`);
