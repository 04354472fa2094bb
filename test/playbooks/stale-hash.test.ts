import { describe, expect, it } from 'vitest';
import { staleHash as playbook } from '../../playbooks/stale-hash.ts';
import { digest } from '../../src/chain/memory/fingerprint.ts';
import { applyEdits } from '../../src/formats/iis/metadata-edit.ts';
import type { Choices, Plan } from '../../src/model/repair/plan.ts';
import type { EventRecord, Evidence } from '../../src/model/server/evidence.ts';
import { asked } from '../support/asked.ts';
import {
  base64,
  capiKey,
  certificate,
  config,
  configText,
  evidence,
  FRONT,
  FRONT_KEY,
  FRONT_RECORD,
  FRONT_SITE,
  handshake,
  have,
  keyFile,
  keyFiles,
  lack,
  met,
  metadataKey,
  planned,
  record,
  remembering,
  SHOP,
  SHOP_FILE,
  SHOP_KEY,
  SHOP_RECORD,
  SHOP_SITE,
  serves,
  site,
  stranded,
} from '../support/evidence-folder.ts';

const staleHash = asked(playbook);

const STALE = '442jqCFFZ77jBhZ7QYHKXuK9drc=';
const STRIP: Choices = { correct: false, certificates: new Map() };
const CORRECT: Choices = { correct: true, certificates: new Map() };

const entry = (value: string, path = 'LM/W3SVC/1', store?: string) =>
  metadataKey(
    path,
    store === undefined
      ? [[5506, value]]
      : [
          [5506, value],
          [5511, store],
        ],
  );

const found = (keys: readonly string[], changes: Partial<Evidence> = {}) =>
  staleHash.detect(evidence({ config: config(keys), ...changes }));

function planOf(given: Evidence, choices = STRIP) {
  const [first] = staleHash.detect(given);
  if (first === undefined) throw new Error('nothing was found');
  return staleHash.plan(first, given, choices);
}

/** The text of the file after the plan's edit. */
function editedBy(plan: Plan, given: Evidence): string {
  const edit = plan.steps.find(({ do: action }) => action.kind === 'edit-file')?.do;
  if (edit?.kind !== 'edit-file' || !given.config.known) throw new Error('no edit');
  const text = applyEdits(given.config.value.text, edit.edits);
  expect(edit.result).toBe(digest(Buffer.from(text)));
  return text;
}

const edited = (keys: readonly string[], changes: Partial<Evidence> = {}, choices = STRIP) => {
  const given = evidence({ config: config(keys), ...changes });
  return editedBy(planned(planOf(given, choices)), given);
};

describe('stale-hash detects', () => {
  it('an entry of a site, with what it does and where it stands', () => {
    expect(found([entry(STALE, 'LM/W3SVC/1', 'WebHosting')])).toEqual([
      {
        playbook: 'stale-hash',
        id: 'stale-hash:LM/W3SVC/1',
        subject: 'customMetadata LM/W3SVC/1',
        severity: 'warning',
        breaks: 'at the next start of IISADMIN or another IIS 6 service',
        message:
          'Front will lose HTTPS when the ABO mapper next runs: the certificate hash in customMetadata LM/W3SVC/1 is wrong (no certificate in LocalMachine\\WebHosting has it).',
        facts: [
          {
            name: 'keyPath',
            value: 'LM/W3SVC/1',
            source: 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config',
          },
          { name: 'value', value: STALE, source: 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config' },
          {
            name: 'store',
            value: 'WebHosting',
            source: 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config',
          },
          {
            name: 'fault',
            value: 'no-such-certificate',
            source: 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config',
          },
          {
            name: 'thumbprint',
            value: 'E38DA3A8214567BEE306167B4181CA5EE2BD76B7',
            source: 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config',
          },
        ],
        endpoints: ['ip 0.0.0.0:443'],
      },
    ]);
  });

  it.each([
    [entry('!!!!'), 'not-base64'],
    [entry('AAAA'), 'not-20-bytes'],
    [entry(STALE), 'no-such-certificate'],
    [entry(base64(SHOP.thumbprint)), 'other-than-record'],
    [entry(STALE, 'LM/W3SVC/7'), 'no-such-site'],
  ])('%#', (key, fault) => {
    expect(found([key]).map(({ facts }) => facts.find(({ name }) => name === 'fault')?.value)).toEqual([fault]);
  });

  it('a note where the ABO mapper is not installed, and nothing is written; a warning where nobody knows', () => {
    const given = (services: Evidence['services']) =>
      evidence({ config: config([entry(STALE), entry(STALE, 'LM/W3SVC/7')]), services });
    const absent = given(have(new Map([['IISADMIN', { installed: false }]])));
    const found = staleHash.detect(absent);
    expect(found.map(({ severity }) => severity)).toEqual(['note', 'note']);
    expect(found[0]?.message).toBe(
      'The certificate hash in customMetadata LM/W3SVC/1 is wrong (no certificate in LocalMachine\\MY has it), and nothing here uses it: IIS 6 compatibility (service IISADMIN) is not installed.',
    );
    expect(staleHash.plan(found[0]!, absent, STRIP)).toMatchObject({ blocked: true });
    for (const services of [lack<never>(), have(new Map([['IISADMIN', { installed: true, start: 2 }]]))])
      expect(staleHash.detect(given(services)).map(({ severity }) => severity)).toEqual(['warning', 'warning']);
  });

  it('that clients get the other certificate, where the hash is that of one that can serve', () => {
    const [finding] = found([entry(base64(SHOP.thumbprint))]);
    expect(finding?.message).toBe(
      `Visitors of Front will get another certificate, shop.example.test (${SHOP.thumbprint.slice(0, 8)}), when the ABO mapper next runs: customMetadata LM/W3SVC/1 names it.`,
    );
  });

  it('a key that SYSTEM cannot use', () => {
    const given = stranded({ config: config([entry(base64(FRONT.thumbprint))]) });
    expect(staleHash.detect(given)[0]?.message).toContain(
      'Front will lose HTTPS when the ABO mapper next runs: the certificate hash in customMetadata LM/W3SVC/1 is wrong (SYSTEM cannot use the private key of its certificate).',
    );
  });

  it('an entry of a site that is gone, which harms only a new one', () => {
    const [finding] = found([entry('!!!!', 'LM/W3SVC/7')]);
    expect(finding?.message).toBe(
      'The next new site gets a wrong SSL record: the certificate hash in customMetadata LM/W3SVC/7 is wrong (its site does not exist any more), and a new site can get the id 7 again.',
    );
    expect(finding?.endpoints).toEqual([]);
    expect(finding?.facts.map(({ name }) => name)).toEqual(['keyPath', 'value', 'store', 'fault']);
  });

  it('an inherited entry, for all sites that inherit it', () => {
    const [finding] = found([entry(STALE, 'LM/W3SVC')]);
    expect(finding?.id).toBe('stale-hash:LM/W3SVC');
    expect(finding?.message).toContain(
      'Front, Shop will lose HTTPS when the ABO mapper next runs: the certificate hash in customMetadata LM/W3SVC is wrong (no certificate in LocalMachine\\MY has it).',
    );
    expect(finding?.endpoints).toEqual(['ip 0.0.0.0:443', 'sni shop.example.test:443']);
  });

  it('an inherited entry that every site overrides, which harms only a new one', () => {
    const own = [entry(base64(FRONT.thumbprint)), entry(base64(SHOP.thumbprint), 'LM/W3SVC/2')];
    const [finding, ...others] = found([entry(STALE, 'LM/W3SVC'), ...own]);
    expect(others).toEqual([]);
    expect(finding?.message).toBe(
      'The next new site gets a wrong SSL record: the certificate hash in customMetadata LM/W3SVC is wrong (no certificate in LocalMachine\\MY has it).',
    );
    expect(finding?.endpoints).toEqual([]);
  });

  const at = (minute: number) => `2026-03-01T11:0${minute}:00.000Z`;
  const deleted = (minute: number, Endpoint: string): EventRecord => ({
    provider: 'Microsoft-Windows-HttpEvent',
    id: 15300,
    time: at(minute),
    data: { Endpoint },
  });
  const noTls = handshake({ outcome: 'no-tls', detail: 'reset' });
  /** The mapper has deleted the records of all sites, which inherit one entry: Front's last. */
  const allStruck = {
    config: config([entry(STALE, 'LM/W3SVC')], [FRONT_SITE, SHOP_SITE, site(3, 'Alt', ['https *:444:'])]),
    records: have([]),
    systemEvents: have([deleted(5, '0.0.0.0:443'), deleted(3, 'shop.example.test:443'), deleted(4, '0.0.0.0:444')]),
  };
  const ALT_KEY = 'ip 0.0.0.0:444';
  it.each<readonly [string, Partial<Evidence>, string, string]>([
    [
      'is down, where one of its endpoints is cut off and another is not',
      {
        handshakes: met([
          [FRONT_KEY, serves(SHOP.thumbprint)],
          [SHOP_KEY, noTls],
          [ALT_KEY, serves(SHOP.thumbprint)],
        ]),
      },
      'broken',
      'HTTPS of Front, Shop, Alt is down:',
    ],
    [
      'goes through another record, where all get a certificate, though not each the right one',
      {
        handshakes: met([
          [FRONT_KEY, serves(SHOP.thumbprint)],
          [SHOP_KEY, serves(FRONT.thumbprint)],
          [ALT_KEY, serves(SHOP.thumbprint)],
        ]),
      },
      'warning',
      'Another SSL record answers visitors of Front, Shop, Alt:',
    ],
    ['is down, where nobody was greeted', { handshakes: new Map() }, 'broken', 'HTTPS of Front, Shop, Alt is down:'],
  ])('that the mapper has struck, when last, and that HTTPS %s', (_what, changes, severity, state) => {
    const [finding] = found([], { ...allStruck, ...changes });
    expect([finding?.severity, finding?.message]).toEqual([
      severity,
      `${state} the ABO mapper deleted the SSL record at 2026-03-01 11:05 UTC and will do so again, because the certificate hash in customMetadata LM/W3SVC is wrong (no certificate in LocalMachine\\MY has it).`,
    ]);
  });

  it('each endpoint once', () => {
    const sites = [site(1, 'Front', ['https *:443:', 'https :443:'])];
    expect(found([], { config: config([entry(STALE)], sites) })[0]?.endpoints).toEqual(['ip 0.0.0.0:443']);
  });

  it('nothing in a good entry, in a sub-path, or in what cannot be judged', () => {
    expect(found([entry(base64(FRONT.thumbprint)), entry(STALE, 'LM/W3SVC/1/ROOT')])).toEqual([]);
    expect(found([entry(STALE)], { storeMy: lack() })).toEqual([]);
    expect(found([metadataKey('LM/W3SVC/1', [[5511, 'MY']])])).toEqual([]);
  });
});

describe('stale-hash strips', () => {
  it('the property with the key that is then empty, and leaves every other byte', () => {
    expect(edited([entry(STALE)])).toBe(configText());
    expect(edited([entry(STALE, 'LM/W3SVC/1', 'MY')])).toBe(configText());
    expect(edited([entry('!!!!', '/lm/w3svc/1')])).toBe(configText());
  });

  it('and leaves what else the key holds', () => {
    const other = metadataKey('LM/W3SVC/1', [
      [5506, STALE],
      [5511, 'MY'],
      [1234, 'x'],
    ]);
    expect(edited([other])).toBe(configText([metadataKey('LM/W3SVC/1', [[1234, 'x']])]));
  });

  it('several entries in one plan, which covers all of them', () => {
    const keys = [
      entry(STALE),
      entry('!!!!', 'LM/W3SVC/2'),
      entry(STALE, 'LM/W3SVC/9'),
      entry(STALE, 'LM/W3SVC/1/ROOT'),
    ];
    const given = evidence({ config: config(keys) });
    const plan = planned(planOf(given));
    expect(plan.covers).toEqual(['stale-hash:LM/W3SVC/1', 'stale-hash:LM/W3SVC/2', 'stale-hash:LM/W3SVC/9']);
    expect(plan.finding.id).toBe('stale-hash:LM/W3SVC/1');
    expect(editedBy(plan, given)).toBe(configText([entry(STALE, 'LM/W3SVC/1/ROOT')]));
    expect(plan.steps.map(({ title }) => title)[2]).toBe('Strip property 5506 of LM/W3SVC/1, LM/W3SVC/2, LM/W3SVC/9');
  });

  it('on a verified copy and a named backup, with the undo planned', () => {
    const given = evidence({ config: config([entry(STALE)]) });
    const plan = planned(planOf(given));
    const sha = given.config.known ? given.config.value.sha256 : '';
    const path = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
    const copy = `C:\\ProgramData\\iis-ssl-heal\\backups\\applicationHost.${sha.slice(0, 12)}.config`;
    const name = `iis-ssl-heal-${sha.slice(0, 12)}`;
    const result = digest(Buffer.from(configText()));
    expect(plan).toMatchObject({
      title: 'Strip the certificate hash from customMetadata',
      risk: 'safe',
      cleanup: ['', '.acl'].map((ending) => ({
        kind: 'remove-file',
        path: `C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config.iis-ssl-heal.tmp${ending}`,
      })),
      endpoints: [],
      after: [],
      before: { '{"kind":"config"}': sha },
    });
    expect(plan.effects).toHaveLength(2);
    expect(plan.steps).toMatchObject([
      {
        title: `Copy the configuration to ${copy}`,
        do: { kind: 'copy-file', from: path, to: copy, sha256: sha },
        undo: 'none',
        holds: { kind: 'file-is', path: copy, sha256: sha },
      },
      {
        title: `Make the named backup ${name}`,
        do: { kind: 'run', command: { program: 'appcmd', args: ['add', 'backup', name] } },
        undo: 'none',
        remains: {
          do: { kind: 'run', command: { program: 'appcmd', args: ['delete', 'backup', name] } },
          holds: { kind: 'folder-absent', path: `C:\\Windows\\System32\\inetsrv\\backup\\${name}` },
        },
        holds: {
          kind: 'file-is',
          path: `C:\\Windows\\System32\\inetsrv\\backup\\${name}\\applicationHost.config`,
          sha256: sha,
        },
      },
      {
        title: 'Strip property 5506 of LM/W3SVC/1',
        do: { kind: 'edit-file', path, expect: sha, result },
        undo: {
          do: { kind: 'restore-file', path, from: copy, expect: result, result: sha },
          holds: { kind: 'file-is', path, sha256: sha },
        },
        holds: { kind: 'file-is', path, sha256: result },
      },
    ]);
  });
});

describe('stale-hash corrects where one valid hash is certain', () => {
  const good = base64(FRONT.thumbprint);
  const corrected = (keys: readonly string[], changes: Partial<Evidence> = {}) => edited(keys, changes, CORRECT);
  const blocked = (keys: readonly string[], changes: Partial<Evidence> = {}) =>
    planOf(evidence({ config: config(keys), ...changes }), CORRECT);
  const uncertain = (path: string) => ({
    blocked: true,
    why: `no one valid hash is certain for ${path}: leave --correct out, and the entry is stripped`,
  });

  it('by the live record', () => {
    for (const value of [STALE, '!!!!', base64(SHOP.thumbprint)])
      expect(corrected([entry(value)])).toBe(configText([entry(good)]));
    const plan = planned(blocked([entry(STALE)]));
    expect(plan.title).toBe('Correct the certificate hash in customMetadata');
    expect(plan.steps[2]?.title).toBe('Correct property 5506 of LM/W3SVC/1');
  });

  it('by the only certificate that fits a lost record', () => {
    const lost = { records: have([SHOP_RECORD]) };
    expect(corrected([entry(STALE)], lost)).toBe(configText([entry(good)]));
  });

  it('by the record of the last healthy state', () => {
    const third = certificate('third', { key: capiKey({ container: '{third}' }) });
    const files = keyFiles([keyFile(FRONT.key!, 'machine-capi'), keyFile(third.key!, 'machine-capi'), SHOP_FILE]);
    const two = { records: have([SHOP_RECORD]), storeMy: have([FRONT, third, SHOP]), keyFiles: files };
    expect(blocked([entry(STALE)], two)).toEqual(uncertain('LM/W3SVC/1'));
    const baseline = remembering({ ...FRONT_RECORD, thumbprint: third.thumbprint });
    expect(corrected([entry(STALE)], { ...two, baseline })).toBe(configText([entry(base64(third.thumbprint))]));
  });

  it('strips the entries of sites that are gone beside it', () => {
    expect(corrected([entry(STALE), entry(STALE, 'LM/W3SVC/9', 'MY')])).toBe(configText([entry(good)]));
    expect(corrected([entry(STALE, 'LM/W3SVC/9', 'MY')])).toBe(configText());
  });

  it('not in a store that lacks the certificate', () => {
    expect(blocked([entry(STALE, 'LM/W3SVC/1', 'WebHosting')])).toEqual(uncertain('LM/W3SVC/1'));
  });

  it('not where the site’s bindings have different certificates', () => {
    const sites = [site(1, 'Front', ['https *:443:', 'https *:444:']), SHOP_SITE];
    const records = have([FRONT_RECORD, SHOP_RECORD, record('ip', '0.0.0.0:444', { thumbprint: SHOP.thumbprint })]);
    const given = evidence({ config: config([entry(STALE)], sites), records });
    expect(planOf(given, CORRECT)).toEqual(uncertain('LM/W3SVC/1'));
    const same = have([
      FRONT_RECORD,
      SHOP_RECORD,
      { ...FRONT_RECORD, endpoint: { table: 'ip', name: '0.0.0.0:444' } } as const,
    ]);
    const agreed = evidence({ config: config([entry(STALE)], sites), records: same });
    expect(editedBy(planned(planOf(agreed, CORRECT)), agreed)).toBe(configText([entry(good)], sites));
  });

  it('not for an entry that several sites inherit, but for one that a single site does', () => {
    expect(blocked([entry(STALE, 'LM/W3SVC')])).toEqual(uncertain('LM/W3SVC'));
    const alone = evidence({ config: config([entry(STALE, 'LM/W3SVC')], [FRONT_SITE]) });
    expect(editedBy(planned(planOf(alone, CORRECT)), alone)).toBe(configText([entry(good, 'LM/W3SVC')], [FRONT_SITE]));
  });

  it('not where the record’s certificate is gone, its key unusable, or the records were not read', () => {
    expect(blocked([entry(STALE)], { storeMy: have([SHOP]) })).toEqual(uncertain('LM/W3SVC/1'));
    expect(planOf(stranded({ config: config([entry(STALE)]) }), CORRECT)).toEqual(uncertain('LM/W3SVC/1'));
    expect(blocked([entry(STALE)], { records: lack() })).toEqual(uncertain('LM/W3SVC/1'));
    expect(blocked([entry(STALE)], { keyFiles: lack() })).toEqual(uncertain('LM/W3SVC/1'));
  });

  it('not where a site has no https binding that could have one', () => {
    const sites = [site(1, 'Front', ['http *:80:']), SHOP_SITE];
    expect(planOf(evidence({ config: config([entry(STALE)], sites) }), CORRECT)).toEqual(uncertain('LM/W3SVC/1'));
  });

  it('whatever a malformed binding of the site may have meant', () => {
    const sites = [site(1, 'Front', ['https *:443:', 'https 443']), SHOP_SITE];
    const given = evidence({ config: config([entry(STALE)], sites) });
    expect(editedBy(planned(planOf(given, CORRECT)), given)).toBe(configText([entry(good)], sites));
  });

  it('blocks the whole plan for one entry that is not certain', () => {
    expect(blocked([entry(STALE), entry(STALE, 'LM/W3SVC/2', 'WebHosting')])).toEqual(uncertain('LM/W3SVC/2'));
  });
});

describe('stale-hash puts back', () => {
  it('with the strip of an entry the record that the mapper has made plain, under the id that overwritten-record gives it', () => {
    const plain = { ...FRONT_RECORD, checkMode: 0, urlTimeout: 0, flags: 0 };
    const given = evidence({
      config: config([entry(base64(FRONT.thumbprint)), entry(STALE, 'LM/W3SVC/2')]),
      records: have([plain, SHOP_RECORD]),
      baseline: remembering(FRONT_RECORD, SHOP_RECORD),
    });
    const plan = planned(planOf(given));
    expect(plan.covers).toEqual(['stale-hash:LM/W3SVC/2', 'overwritten-record:0.0.0.0:443']);
    expect(plan.endpoints).toEqual([FRONT_RECORD.endpoint]);
  });
});

describe('stale-hash refuses', () => {
  const keys = [entry(STALE)];

  it('a shared configuration', () => {
    const redirection = have({ enabled: true, path: '\\\\filer\\iis' });
    expect(planOf(evidence({ config: config(keys), redirection }))).toEqual({
      blocked: true,
      refused: true,
      why: 'the configuration is shared (\\\\filer\\iis) and serves other servers too: it is not edited from here',
      who: 'the administrator of the shared configuration',
    });
  });

  it('where it is not known whether the configuration is shared', () => {
    const redirection = lack<{ enabled: boolean; path: string }>('closed');
    expect(planOf(evidence({ config: config(keys), redirection }))).toEqual({
      blocked: true,
      refused: true,
      why: 'redirection.config was not read: closed',
    });
  });
});
