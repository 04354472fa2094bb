// Evidence that was sent as a .zip, and several at once.

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filesOf } from '../../support/evidence-lab.ts';
import { heal } from '../../support/program.ts';
import { labDisk } from '../../support/run-lab.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { zipOf } from '../../support/zip.ts';

const sent = (files: Readonly<Record<string, Uint8Array>>) =>
  zipOf(Object.entries(files).map(([path, bytes]) => ({ name: `evidence/${path}`, bytes })));

it('a .zip is checked like the folder that it was made of, and several are told one by one with the worst code', async () => {
  const faulty = await filesOf(labDisk({ faults: ['stranded-key'] }));
  const healthy = await filesOf(labDisk());
  const mail = temporaryFolder({ 'web 1.zip': sent(faulty), 'web2.zip': sent(healthy), ...faulty });
  const [web1, web2] = [join(mail, 'web 1.zip'), join(mail, 'web2.zip')];

  const folder = await heal('check', '--from', mail);
  const zip = await heal('check', '--from', web1);
  expect([zip.code, zip.err]).toEqual([1, '']);
  expect(zip.out).toBe(folder.out);

  const one = await heal('check', '--from', web2);
  expect(one.code).toBe(0);
  const both = await heal('check', '--from', web2, '--from', web1);
  expect([both.code, both.err]).toEqual([1, '']);
  expect(both.out).toBe(`== ${web2}\n\n${one.out}\n== ${web1}\n\n${zip.out}`);
});
