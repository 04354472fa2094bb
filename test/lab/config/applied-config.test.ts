// The configuration on the lab's disk is read as its bytes say, in whichever way the disk gives it.

import { describe, expect, it } from 'vitest';
import { appliedConfig, CONFIG_PATH, configOnDisk, LabConfigError } from '../../../src/lab/config/applied-config.ts';
import { memoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import { configText, newLab } from '../../support/new-lab.ts';

const TEXT = configText(newLab()).replace('Default Web Site', 'Größe 日本');

function onDisk(bytes: Buffer) {
  const disk = memoryDisk();
  disk.makeFolder(CONFIG_PATH.slice(0, CONFIG_PATH.lastIndexOf('\\')));
  disk.write(CONFIG_PATH, bytes);
  return disk;
}

describe('the configuration on the disk', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${TEXT}`)],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
    ['UTF-8 with a sign that stands for none', Buffer.from(TEXT.replace('Größe', '\uFFFD'))],
  ])('is what its bytes say: %s', (_name, bytes) => {
    const read = configOnDisk(onDisk(bytes));
    expect(read).toEqual(appliedConfig(bytes));
    expect(read.sites.map(({ name }) => name).join()).toContain('日本');
  });

  it('is refused where its bytes are no UTF-8', () => {
    expect(() => configOnDisk(onDisk(Buffer.from(TEXT, 'latin1')))).toThrow(LabConfigError);
  });

  it('is another one as soon as the file is', () => {
    const disk = onDisk(Buffer.from(TEXT));
    const before = configOnDisk(disk);
    disk.write(CONFIG_PATH, Buffer.from(TEXT.replaceAll('日本', 'Japan')));
    expect(configOnDisk(disk)).not.toEqual(before);
  });
});
