import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileSystem } from '../../../src/machine/files/file-system.ts';
import { readLocalFile, readSecretFile } from '../../../src/machine/files/local-files.ts';
import { MEGABYTE, readRegularFile } from '../../../src/machine/files/read-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const onPosix = process.platform !== 'win32';

describe('reading what somebody else may have laid', () => {
  it('reads a regular file of at most so many bytes', async () => {
    const file = join(temporaryFolder({ a: '12345' }), 'a');
    expect(await readRegularFile(file, 5)).toEqual({ result: 'ok', bytes: Buffer.from('12345') });
    expect(await readRegularFile(file, 4)).toMatchObject({ result: 'failed' });
    expect(await readRegularFile(join(file, 'b'))).toEqual({ result: 'absent' });
  });

  it.runIf(onPosix)('never waits for the writer of a FIFO, whichever door it comes through', async () => {
    const folder = temporaryFolder();
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const refused = { result: 'failed', detail: 'it is no regular file' };
    expect(await readRegularFile(fifo)).toEqual(refused);
    expect(await readLocalFile(fifo)).toEqual(refused);
    expect(await readSecretFile(fifo)).toEqual(refused);
    expect(await fileSystem(() => fifo).read('C:\\x')).toEqual(refused);
  });

  it.runIf(onPosix)('refuses a device and a folder', async () => {
    expect(await readRegularFile('/dev/zero')).toEqual({ result: 'failed', detail: 'it is no regular file' });
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub'));
    expect(await readRegularFile(join(folder, 'sub'))).toEqual({ result: 'failed', detail: 'it is a folder (EISDIR)' });
  });

  it('refuses a sparse file of a gigabyte without reading it', async () => {
    const file = join(temporaryFolder({ a: '' }), 'a');
    truncateSync(file, 1024 * MEGABYTE);
    expect(await readRegularFile(file)).toEqual({ result: 'failed', detail: 'it is larger than 256 MB' });
    expect(await readSecretFile(file)).toEqual({ result: 'failed', detail: 'it is larger than 1 MB' });
  });

  it('follows a link only where that was not forbidden', async () => {
    const folder = temporaryFolder({ a: 'x' });
    symlinkSync('a', join(folder, 'link'));
    expect(await readRegularFile(join(folder, 'link'))).toMatchObject({ result: 'ok' });
    expect(await readRegularFile(join(folder, 'link'), 10, { followLink: false })).toMatchObject({ result: 'failed' });
  });
});
