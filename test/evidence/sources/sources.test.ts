// The table of evidence, row by row: what a row says of its source is what happens to it.

import { describe, expect, it } from 'vitest';
import { playbooks } from '../../../playbooks/index.ts';
import { collectScript } from '../../../src/cmd-scripts/collect/script.ts';
import { redactFolder } from '../../../src/commands/look/redact-folder.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { collect } from '../../../src/evidence/collect.ts';
import { unreadParts } from '../../../src/evidence/missing.ts';
import { evidenceFiles } from '../../../src/evidence/readers/evidence-files.ts';
import type { EvidenceReader } from '../../../src/evidence/readers/evidence-reader.ts';
import type { Reading, Request } from '../../../src/evidence/readers/reading.ts';
import { recording } from '../../../src/evidence/readers/recording-reader.ts';
import { everyRequest, requestsOf } from '../../../src/evidence/sources/requests.ts';
import type { SourceName } from '../../../src/evidence/sources/source.ts';
import { sourceNames, sources } from '../../../src/evidence/sources/sources.ts';
import { setCentralStore } from '../../../src/lab/http/central-store.ts';
import { folderFiles } from '../../../src/machine/files/folder-files.ts';
import { unknown } from '../../../src/model/server/known.ts';
import { labReader } from '../../support/evidence-lab.ts';
import { newLab } from '../../support/new-lab.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const rows = sourceNames.map((name) => [name, sources[name]] as const);
const PLACES = { systemRoot: 'C:\\Windows', programData: 'C:\\ProgramData' };
const filesOf = (name: SourceName): readonly string[] => [
  ...requestsOf(sources[name], PLACES).map(({ folderFile }) => folderFile),
  ...(sources[name].standIn ? [sources[name].standIn.request.folderFile] : []),
  ...(sources[name].files ?? []),
];
const lab = newLab();
// A store that is off is asked one question in place of three.
setCentralStore(lab, true);
lab.save();
const SECRET = '<a password="opensesame" />';

/** A reader that answers every request alike, and remembers what it was asked. */
function answering(answer: (request: Request) => Reading): { reader: EvidenceReader; asked: string[] } {
  const asked: string[] = [];
  const live = labReader(lab.disk);
  const read = async (request: Request) => {
    asked.push(request.folderFile);
    return answer(request);
  };
  return { reader: { ...live, read }, asked };
}

const source = { kind: 'command', shown: 'x' } as const;
const refusing = () => answering(() => ({ result: 'denied', why: 'access denied', source }));

/** Nothing at all can be read. */
function closed(): EvidenceReader {
  const no = async () => unknown<never>('access denied', source);
  return { ...refusing().reader, keyFiles: no, addresses: no, identity: no, profileCertificates: no };
}

describe.each(rows)('%s', (name, row) => {
  it('has files of its own in the folder', () => {
    const others = sourceNames.filter((other) => other !== name).flatMap(filesOf);
    expect(filesOf(name).length > 0).toBe(row.within === undefined);
    for (const file of filesOf(name)) expect(others).not.toContain(file);
  });

  it('is asked for once, and only where as much is wanted; a stand-in only where the first was not read', async () => {
    const live = labReader(lab.disk);
    for (const extent of ['state', 'everything'] as const) {
      const asked: string[] = [];
      const read = (request: Request) => {
        asked.push(request.folderFile);
        return live.read(request);
      };
      const evidence = await collect({ ...live, read }, extent);
      const isWanted = row.extent === undefined || (extent === 'everything' && row.extent === extent);
      const own = requestsOf(row, PLACES).map(({ folderFile }) => folderFile);
      expect(asked.filter((file) => filesOf(name).includes(file)).sort()).toEqual(isWanted ? [...own].sort() : []);
      if (!isWanted) expect(evidence[name]).toMatchObject({ known: false, why: 'it was not asked for' });
    }
    const { reader, asked } = refusing();
    await collect(reader);
    if (row.standIn) expect(asked).toContain(row.standIn.request.folderFile);
  });

  it('is kept under its own name, its secrets overwritten as its row says', async () => {
    const { reader } = answering(() => ({ result: 'ok', bytes: Buffer.from(SECRET), source }));
    const kept = recording(reader);
    const requests = [...requestsOf(row, PLACES), ...(row.standIn ? [row.standIn.request] : [])];
    for (const request of requests) await kept.reader.read(request);
    expect([...kept.files().keys()].sort()).toEqual(requests.map(({ folderFile }) => folderFile).sort());
    const whole = row.secrets === undefined ? SECRET : SECRET.replace('opensesame', '*'.repeat(10));
    const expected = Buffer.from(row.keeps?.(Buffer.from(whole)) ?? whole).toString();
    for (const bytes of kept.files().values()) expect(Buffer.from(bytes).toString()).toBe(expected);
  });

  it('loses its secrets in the folder of a script as well, and nothing else', async () => {
    const paths = requestsOf(row, PLACES).map(({ folderFile }) => folderFile);
    const folder = temporaryFolder({
      'machine-guid.txt': '',
      ...Object.fromEntries(paths.map((path) => [path, SECRET])),
    });
    await redactFolder(folder, { out: () => {}, err: () => {} } as never);
    for (const path of paths) {
      const read = await folderFiles(folder).read(path);
      expect(read.result === 'ok' && Buffer.from(read.bytes).includes('opensesame')).toBe(row.secrets === undefined);
    }
  });

  it('leaves a file that says so where the server has none, or no file', async () => {
    const kept = recording(answering(() => ({ result: 'absent', why: 'there is none', source })).reader);
    for (const request of requestsOf(row, PLACES)) await kept.reader.read(request);
    expect(kept.files().size).toBe(row.absence === 'said' ? requestsOf(row, PLACES).length : 0);
  });

  it('is named when it is missing, in its words and with its weight', async () => {
    const evidence = await collect(closed());
    expect(evidence[name].known).toBe(false);
    const unread = unreadParts((await evidenceFiles(closed())).evidence);
    const required = row.needed === 'verdict' || row.needed === 'links';
    const told = { what: row.what, why: 'access denied', required };
    const isTold = row.needed !== 'aid';
    expect(unread.filter(({ what }) => what === row.what)).toEqual(
      isTold ? [name === 'services' ? { ...told, why: expect.any(String) } : told] : [],
    );
    const healthy = await collect(labReader(lab.disk));
    const { verdict, notChecked } = diagnose({ ...healthy, [name]: unknown('access denied', source) }, playbooks);
    const isChecked = isTold && row.needed !== 'origin' && name !== 'addresses';
    expect(notChecked.some(({ what }) => what === row.what)).toBe(isChecked);
    expect(verdict === 'healthy').toBe(!required || name === 'storeWebHosting');
  });

  it('is in the collecting script, with its weight', () => {
    const script = collectScript();
    const required = row.needed === 'verdict' || row.needed === 'links';
    for (const { request, isStandIn } of everyRequest(PLACES).filter((each) => each.row === row)) {
      const file = `"%OUT%\\${request.folderFile.replaceAll('/', '\\')}"`;
      expect(script).toContain(file);
      const weight = required && !isStandIn ? 'required' : 'supporting';
      expect(script.includes(`call :check ${file} ${weight}`)).toBe(row.absence !== 'answer');
    }
  });
});

it('keeps nothing that no row speaks of: nobody has said which secrets it can hold', async () => {
  const { reader } = answering(() => ({ result: 'ok', bytes: Buffer.from(SECRET), source }));
  const kept = recording(reader);
  await kept.reader.read({ kind: 'file', path: 'C:\\x', folderFile: 'x.txt' });
  expect([...kept.files().keys()]).toEqual([]);
});

it('the event logs are asked for every event that is told beside a finding', () => {
  const asked = JSON.stringify(everyRequest(PLACES));
  for (const id of [36870, 36869, 15021, 15300, 15301, 15005, 5061, 5058]) expect(asked).toContain(`EventID=${id}`);
});
