// A process of its own that gives many files of a lab their permissions, each in its turn, as the lab's machine does.

import { folderDisk } from '../../src/lab/disk/folder-disk.ts';
import { setKeySddl } from '../../src/lab/permissions/acls.ts';

const [root = '', name = '', times = ''] = process.argv.slice(2);
const disk = folderDisk(root);
for (let time = 0; time < Number(times); time += 1)
  disk.alone(() => setKeySddl({ disk }, `C:\\${name}\\${time}`, 'D:P'));
