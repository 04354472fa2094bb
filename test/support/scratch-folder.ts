// One folder for all that the tests of a run put on the disk: a file that shares its process with others cannot say when
// its support modules have done with theirs.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = 'IIS_SSL_HEAL_SCRATCH';

/** Before the first test of a run, and after its last. */
export default function setUp(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'iis-ssl-heal-tests-'));
  process.env[NAME] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** That folder; the computer's own for a run that has none. */
export const scratchFolder = (): string => process.env[NAME] ?? tmpdir();
