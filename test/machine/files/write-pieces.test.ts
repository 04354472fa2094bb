import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writePieces } from '../../../src/machine/files/write-pieces.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function* pieces(count: number, size: number, end?: Error): AsyncGenerator<string> {
  for (let index = 0; index < count; index++) yield String(index % 10).repeat(size);
  if (end) throw end;
}

describe('writePieces', () => {
  it('writes all of them in order, in place of what was there', async () => {
    const folder = temporaryFolder({ page: 'old' });
    expect(await writePieces(join(folder, 'page'), pieces(7, 100_000))).toEqual({ result: 'ok' });
    expect(readFileSync(join(folder, 'page'), 'utf8')).toBe(
      [0, 1, 2, 3, 4, 5, 6].map((each) => String(each).repeat(100_000)).join(''),
    );
    expect(readdirSync(folder)).toEqual(['page']);
  });

  it('leaves the old file and nothing else where a piece cannot be made', async () => {
    const folder = temporaryFolder({ page: 'old' });
    await expect(writePieces(join(folder, 'page'), pieces(3, 300_000, new Error('a bug')))).rejects.toThrow('a bug');
    expect(readFileSync(join(folder, 'page'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['page']);
  });

  it('says why nothing can be written', async () => {
    expect(await writePieces(join(temporaryFolder(), 'none', 'page'), pieces(1, 1))).toMatchObject({
      result: 'absent',
    });
  });

  it('puts the file in place of a link, and writes through none', async () => {
    const folder = temporaryFolder({ other: 'untouched' });
    symlinkSync(join(folder, 'other'), join(folder, 'page'));
    writeFileSync(join(folder, 'page.new'), 'laid');
    expect(await writePieces(join(folder, 'page'), pieces(1, 3))).toEqual({ result: 'ok' });
    expect([readFileSync(join(folder, 'other'), 'utf8'), readFileSync(join(folder, 'page'), 'utf8')]).toEqual([
      'untouched',
      '000',
    ]);
  });
});
