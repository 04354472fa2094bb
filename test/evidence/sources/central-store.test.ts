import { describe, expect, it } from 'vitest';
import { collect } from '../../../src/evidence/collect.ts';
import { evidenceIn } from '../../../src/evidence/readers/folder-reader.ts';
import { liveReader } from '../../../src/evidence/readers/live-reader.ts';
import { CENTRAL_FOLDER, CENTRAL_SECRET, setCentralStore } from '../../../src/lab/http/central-store.ts';
import { folderFiles } from '../../../src/machine/files/folder-files.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import { filesOf, folderDiagnosis } from '../../support/evidence-lab.ts';
import { newLab } from '../../support/new-lab.ts';
import { machineOn } from '../../support/run-lab.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CENTRAL = Buffer.from(
  '<configuration><system.applicationHost><sites><site name="A" id="1"><bindings><binding protocol="https" bindingInformation="*:443:Shop.example.test" sslFlags="3" /></bindings></site></sites></system.applicationHost></configuration>',
);
const USER = 'LABSRV\\ccs';

const storeOf = async (machine: Machine) => (await collect(liveReader(machine), 'state')).centralStore;

describe('the central certificate store is read', () => {
  it('by value, with the names of its files, and never its passwords', async () => {
    const { disk } = newLab({ config: CENTRAL });
    const store = await storeOf(machineOn(disk));
    expect(store).toMatchObject({ known: true, value: { enabled: true, location: CENTRAL_FOLDER, userName: USER } });
    expect(store.known && store.value.files).toMatchObject({ known: true, value: new Set(['shop.example.test.pfx']) });
    const files = await filesOf(disk);
    expect(
      Object.keys(files)
        .filter((name) => name.startsWith('central-store/'))
        .sort(),
    ).toEqual([
      'central-store/enabled.txt',
      'central-store/files.txt',
      'central-store/location.txt',
      'central-store/user-name.txt',
    ]);
    for (const [name, bytes] of Object.entries(files))
      expect([name, Buffer.from(bytes).includes(CENTRAL_SECRET)]).toEqual([name, false]);
    const again = await collect(await evidenceIn(folderFiles(temporaryFolder(files))), 'state');
    expect(again.centralStore).toMatchObject({ value: { enabled: true, location: CENTRAL_FOLDER, userName: USER } });
    expect(again.centralStore.known && again.centralStore.value.files).toMatchObject({
      value: new Set(['shop.example.test.pfx']),
    });
  });

  it('asks nobody for its files where no binding wants one, or it is off', async () => {
    const asked: string[] = [];
    const listing = (machine: Machine): Machine => ({
      ...machine,
      list: async (path) => {
        asked.push(path);
        return machine.list(path);
      },
    });
    const without = newLab();
    setCentralStore(without, true);
    without.save();
    expect(await storeOf(listing(machineOn(without.disk)))).toMatchObject({
      value: { enabled: true, files: { known: false } },
    });
    const off = newLab({ config: CENTRAL });
    setCentralStore(off, false);
    off.save();
    expect(await storeOf(listing(machineOn(off.disk)))).toMatchObject({
      value: { enabled: false, files: { known: false } },
    });
    expect(asked).not.toContain(CENTRAL_FOLDER);
  });

  it('as off where its key is not there, and as unknown where the key is closed', async () => {
    const { disk } = newLab();
    const machine = machineOn(disk);
    expect(await storeOf(machine)).toMatchObject({ known: true, value: { enabled: false } });
    const run: Machine['run'] = async (command, secrets) =>
      command.args.some((each) => String(each).includes('CentralCertProvider'))
        ? { started: true, exitCode: 1, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }
        : machine.run(command, secrets);
    const server = newLab({ config: CENTRAL });
    const other = machineOn(server.disk);
    const closed: Machine['run'] = async (command, secrets) =>
      command.args.includes('/v') && command.args.some((each) => String(each).includes('CentralCertProvider'))
        ? { started: true, exitCode: 1, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }
        : other.run(command, secrets);
    expect(await storeOf({ ...machine, run })).toMatchObject({ known: true, value: { enabled: false } });
    expect(await storeOf({ ...other, run: closed })).toMatchObject({ known: false });
  });

  it.each([
    ['a share that is closed', { result: 'denied', detail: 'access is denied' }],
    ['a folder that is not there', { result: 'absent' }],
  ] as const)('without its files where they lie in %s', async (_what, result) => {
    const machine = machineOn(newLab({ config: CENTRAL }).disk);
    const list: Machine['list'] = async (path) => (path === CENTRAL_FOLDER ? result : machine.list(path));
    const store = await storeOf({ ...machine, list });
    expect(store.known && store.value.files).toMatchObject({
      known: false,
      why: expect.stringContaining('cannot be listed'),
    });
  });

  it.each([
    ['central-store/enabled.txt', 'nothing that reg prints'],
    ['central-store/location.txt', 'nothing that reg prints'],
    ['central-store/files.txt', 'C:\\Windows\\System32\\cmd.exe'],
  ])('not at all where %s is damaged', async (name, text) => {
    const files = { ...(await filesOf(newLab({ config: CENTRAL }).disk)), [name]: Buffer.from(text) };
    const { evidence } = await folderDiagnosis(files);
    expect(evidence.centralStore).toMatchObject({ known: false, broken: true });
  });
});
