import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  differences,
  digest,
  fingerprint,
  leavesOther,
  sourcesOf,
  subjectsOf,
} from '../../../src/chain/memory/fingerprint.ts';
import type { Condition } from '../../../src/model/repair/plan.ts';
import {
  certificate,
  config,
  evidence,
  FRONT,
  FRONT_FILE,
  FRONT_RECORD,
  have,
  lack,
  SHOP,
  SHOP_RECORD,
} from '../../support/evidence-folder.ts';

const SUBJECTS = [
  { kind: 'config' },
  { kind: 'record', endpoint: FRONT_RECORD.endpoint },
  { kind: 'entry', store: '', thumbprint: FRONT.thumbprint },
] as const;

const earlier = () => fingerprint(evidence(), SUBJECTS);

describe('a fingerprint', () => {
  it('can be read back into its subjects', () => {
    expect(subjectsOf(earlier())).toEqual(SUBJECTS);
    expect(subjectsOf(JSON.parse(JSON.stringify(earlier())))).toEqual(SUBJECTS);
  });

  it('names the sources that tell how its subjects are now, each once', () => {
    const entry = { kind: 'entry', thumbprint: FRONT.thumbprint } as const;
    const subjects = [
      ...SUBJECTS,
      { ...entry, store: 'my' },
      { ...entry, store: 'WEBHOSTING' },
      { ...entry, store: 'Root' },
      { ...entry, store: 'CA' },
      { ...entry, store: 'Trust' },
    ];
    expect(sourcesOf(fingerprint(evidence(), subjects))).toEqual([
      'config',
      'records',
      'storeMy',
      'storeWebHosting',
      'storeRoot',
      'storeCa',
    ]);
  });

  it('of the same state does not differ', () => {
    expect(differences(earlier(), evidence())).toEqual([]);
    expect(differences({}, evidence())).toEqual([]);
  });

  it('does not mind what it does not speak of', () => {
    const other = evidence({ records: have([FRONT_RECORD]), storeMy: have([FRONT]) });
    expect(differences(earlier(), other)).toEqual([]);
  });

  it('tells the configuration, the record and the entry apart when they change', () => {
    expect(differences(earlier(), evidence({ config: config(['<!-- -->']) }))).toEqual([
      'applicationHost.config has changed',
    ]);
    const record = 'the SSL record of 0.0.0.0:443 has changed';
    expect(differences(earlier(), evidence({ records: have([SHOP_RECORD]) }))).toEqual([record]);
    expect(differences(earlier(), evidence({ records: have([{ ...FRONT_RECORD, flags: 0 }]) }))).toEqual([record]);
    const entry = `the store entry LocalMachine\\MY ${FRONT.thumbprint} has changed`;
    expect(differences(earlier(), evidence({ storeMy: have([SHOP]) }))).toEqual([entry]);
    expect(
      differences(earlier(), evidence({ storeMy: have([{ ...FRONT, blob: Buffer.from('other') }, SHOP]) })),
    ).toEqual([entry]);
  });

  it('knows who may do what with a key file', () => {
    const subject = { kind: 'acl', path: FRONT_FILE } as const;
    const before = fingerprint(evidence(), [subject]);
    expect(sourcesOf(before)).toEqual(['acls']);
    expect(differences(before, evidence())).toEqual([]);
    for (const acls of [have(new Map([[FRONT_FILE.toLowerCase(), 'D:PAI']])), have(new Map()), lack<never>()])
      expect(differences(before, evidence({ acls }))).toEqual([`who may do what with ${FRONT_FILE} has changed`]);
  });

  it('names the store that it speaks of', () => {
    const hosted = certificate('hosted', { store: 'WebHosting' });
    const subject = { kind: 'entry', store: 'WebHosting', thumbprint: hosted.thumbprint } as const;
    const before = fingerprint(evidence({ storeWebHosting: have([hosted]) }), [subject]);
    expect(differences(before, evidence())).toEqual([
      `the store entry LocalMachine\\WebHosting ${hosted.thumbprint} has changed`,
    ]);
  });

  it('of what was absent differs only when something is there', () => {
    const absent = fingerprint(evidence({ records: have([]), storeMy: have([]) }), SUBJECTS);
    expect(differences(absent, evidence({ records: have([]), storeMy: have([]) }))).toEqual([]);
    expect(differences(absent, evidence())).toHaveLength(2);
  });

  it('of what is not read differs, even from one that was not read either', () => {
    const blind = evidence({ config: lack(), records: lack(), storeMy: lack() });
    expect(differences(earlier(), blind)).toHaveLength(3);
    expect(differences(fingerprint(blind, SUBJECTS), blind)).toHaveLength(3);
    expect(differences(fingerprint(blind, SUBJECTS), evidence())).toHaveLength(3);
  });
});

describe('digest', () => {
  it('is SHA-256 in lower-case hex', () => {
    expect(digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(digest(Buffer.from([0xff]))).toBe(
      createHash('sha256')
        .update(Buffer.from([0xff]))
        .digest('hex'),
    );
  });
});

describe('what steps leave', () => {
  const { endpoint } = FRONT_RECORD;
  const rebind = [{ kind: 'record-absent', endpoint } as const, { kind: 'record-is', record: FRONT_RECORD } as const];
  const config_ = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
  it.each<readonly [string, boolean, readonly Condition[]]>([
    ['nothing', false, []],
    ['a record that is made again as it was', false, rebind],
    ['another record', true, [{ kind: 'record-is', record: { ...FRONT_RECORD, flags: 0 } }]],
    ['no record', true, rebind.slice(0, 1)],
    ['a record of another endpoint', false, [{ kind: 'record-is', record: SHOP_RECORD }]],
    ['another configuration', true, [{ kind: 'file-is', path: config_, sha256: digest('other') }]],
    [
      'a copy of it',
      false,
      [{ kind: 'file-is', path: 'C:\\x\\backups\\applicationHost.config', sha256: digest('other') }],
    ],
    ['another entry', false, [{ kind: 'store-lacks', store: 'MY', thumbprint: FRONT.thumbprint }]],
  ])('%s is another state than a plan was made for: %s', (_what, other, left) => {
    expect(
      leavesOther(
        left.map((holds) => ({ holds })),
        earlier(),
      ),
    ).toBe(other);
  });
});
