import { describe, expect, it } from 'vitest';
import { hostOf, NO_CHOICES } from '../../../src/model/repair/planning.ts';
import type { Evidence } from '../../../src/model/server/evidence.ts';
import { rebindCertificate } from '../../../src/steps/records/rebind-certificate.ts';
import { rebindThroughAppcmd } from '../../../src/steps/records/rebind-through-appcmd.ts';
import {
  config,
  evidence,
  FRONT,
  FRONT_RECORD,
  FRONT_SITE,
  have,
  lack,
  record,
  SHOP_RECORD,
  SHOP_SITE,
  site,
} from '../../support/evidence-folder.ts';

const T = FRONT.thumbprint;
const renew = { program: 'appcmd', args: ['renew', 'binding', `/oldcert:${T}`, `/newcert:${T}`] };
const SHARED_SHOP = { ...SHOP_RECORD, thumbprint: T };
const netsh = (...args: string[]) => ({ program: 'netsh', args: ['http', ...args] });

const through = (given: Evidence) => rebindThroughAppcmd(T, given, hostOf(given));

function stepsOf(given: Evidence) {
  const made = through(given);
  if ('blocked' in made) throw new Error(made.why);
  return made.steps;
}

describe('a binding that is run again through appcmd', () => {
  const add = {
    program: 'netsh',
    args: expect.arrayContaining([
      'add',
      'ipport=0.0.0.0:443',
      'clientcertnegotiation=enable',
      'urlretrievaltimeout=15000',
    ]),
  };
  const remove = netsh('delete', 'sslcert', 'ipport=0.0.0.0:443');

  it('is read before, run once, and made again by netsh where it is not as it was or serves nobody', () => {
    const [read, run, again, ...more] = stepsOf(evidence());
    expect(read).toEqual({
      title: 'Read the SSL record of 0.0.0.0:443, to be put back where IIS changes it',
      do: { kind: 'run', command: netsh('show', 'sslcert', 'ipport=0.0.0.0:443') },
      undo: {
        do: { kind: 'run', command: add, patient: true, first: remove },
        holds: { kind: 'record-is', record: FRONT_RECORD },
      },
      holds: { kind: 'record-is', record: FRONT_RECORD, midway: [record('ip', '0.0.0.0:443', { thumbprint: T })] },
      always: true,
    });
    expect(run).toEqual({
      title: 'Run the binding of the certificate again through IIS',
      do: { kind: 'run', command: renew },
      undo: 'none',
      holds: { kind: 'action-succeeds' },
    });
    expect(again).toEqual({
      title:
        'Where IIS has changed the SSL record of 0.0.0.0:443, or clients do not get its certificate: add it again, every setting kept',
      do: { kind: 'run', command: add, patient: true, first: remove },
      undo: 'none',
      holds: { kind: 'record-is', record: FRONT_RECORD },
      unless: { kind: 'serves', record: FRONT_RECORD },
      always: true,
    });
    expect(more).toEqual([]);
  });

  it('takes every other binding of the certificate along, in whichever store; what has no binding is left to netsh', () => {
    const hosted = { ...SHARED_SHOP, store: 'WebHosting' };
    const alone = record('ip', '0.0.0.0:8443', { thumbprint: T });
    const given = evidence({ records: have([FRONT_RECORD, hosted, alone]) });
    const how = {
      session: given.identity,
      host: hostOf(given),
      choices: { ...NO_CHOICES, through: 'appcmd' as const },
    };
    const made = rebindCertificate(FRONT, given, how);
    if ('blocked' in made) throw new Error(made.why);
    expect([made.through, made.risk]).toEqual(['appcmd', 'disruptive']);
    expect(made.records).toEqual([FRONT_RECORD, hosted, alone]);
    expect(made.effects).toEqual([
      'IIS runs every binding of the certificate again: 0.0.0.0:443 (Front); shop.example.test:443 (Shop). What it changes of their SSL records is put back through netsh.',
    ]);
    expect(made.steps.map(({ title }) => title.replace(/ again,.*/, ''))).toEqual([
      'Read the SSL record of 0.0.0.0:443, to be put back where IIS changes it',
      'Read the SSL record of shop.example.test:443, to be put back where IIS changes it',
      'Run all 2 bindings of the certificate again through IIS',
      'Where IIS has changed the SSL record of 0.0.0.0:443, or clients do not get its certificate: add it',
      'Where IIS has changed the SSL record of shop.example.test:443, or clients do not get its certificate: add it',
      'Delete the SSL record of 0.0.0.0:8443',
      'Add the SSL record of 0.0.0.0:8443',
    ]);
    // Without a binding there is nothing for IIS to do.
    const none = rebindCertificate(FRONT, evidence({ ...given, config: config([], []) }), how);
    expect(none).toMatchObject({ through: 'netsh', risk: 'safe', effects: [] });
  });

  it('is refused where appcmd has no such verb, or the bindings are not known', () => {
    const refused = (changes: Partial<Evidence>) => {
      const made = through(evidence(changes));
      return 'blocked' in made
        ? [made.refused, made.why.replace('the binding cannot be run again through appcmd: ', '')]
        : made;
    };
    expect(refused({ osBuild: have(9200) })).toEqual([
      true,
      'its renew binding came with IIS 8.5 (build 9600), and this is build 9200',
    ]);
    expect(refused({ osBuild: lack() })).toEqual([true, 'the build of Windows was not read']);
    expect(refused({ config: lack('denied') })).toEqual([true, 'the configuration was not read: denied']);
    expect(refused({ redirection: lack('denied') })).toEqual([true, 'redirection.config was not read: denied']);
    expect(refused({ redirection: have({ enabled: true, path: '\\\\s\\c' }) })).toEqual([
      true,
      'the configuration is shared, and its bindings are not known here',
    ]);
    expect('steps' in through(evidence({ osBuild: have(9600) }))).toBe(true);
  });
});

describe('a record that netsh here cannot give back', () => {
  // Disable TLS 1.3 as IIS Manager sets it: 32 in the binding, 0x40 in the record.
  const NO_TLS13 = record('ip', '0.0.0.0:443', { thumbprint: T, flags: 0x40 });
  const bindingWith = (...flags: number[]) =>
    config(
      [],
      [
        site(
          1,
          'Front',
          flags.map((each, index) => `https *:443:${index === 0 ? '' : 'b.test'} ${each}`),
        ),
        SHOP_SITE,
      ],
    );
  const planned = (changes: Partial<Evidence>, choice?: 'netsh' | 'appcmd') => {
    const given = evidence({ records: have([NO_TLS13, SHOP_RECORD]), config: bindingWith(32), ...changes });
    const choices = { ...NO_CHOICES, ...(choice && { through: choice }) };
    return rebindCertificate(FRONT, given, { session: given.identity, host: hostOf(given), choices });
  };

  it('is run again by IIS, which makes it just so, without having been asked for; the greeting must show it', () => {
    const made = planned({});
    if ('blocked' in made) throw new Error(made.why);
    expect([made.through, made.risk, made.steps.length]).toEqual(['appcmd', 'safe', 3]);
    expect(made.steps[0]?.undo).toEqual({
      do: { kind: 'run', command: renew },
      holds: { kind: 'record-is', record: NO_TLS13 },
    });
    expect(made.steps[2]).toEqual({
      title: 'See that clients of 0.0.0.0:443 get the certificate',
      do: { kind: 'run', command: netsh('show', 'sslcert', 'ipport=0.0.0.0:443') },
      undo: 'none',
      holds: { kind: 'serves', record: NO_TLS13 },
      always: true,
    });
  });

  it.each([
    ['the binding does not say so', { config: config([], [FRONT_SITE, SHOP_SITE]) }, 'disabletls13'],
    ['another binding of it says otherwise', { config: bindingWith(32, 0) }, 'disabletls13'],
    ['client certificates', { records: have([{ ...NO_TLS13, flags: 0x42 }]) }, 'clientcertnegotiation'],
    ['the DS mapper', { records: have([{ ...NO_TLS13, flags: 0x41 }]) }, 'dsmapperusage'],
    ['a CTL store', { records: have([{ ...NO_TLS13, ctlStore: 'ClientAuthIssuer' }]) }, 'sslctlstorename'],
    ['revocation', { records: have([{ ...NO_TLS13, checkMode: 1 }]) }, 'verifyclientcertrevocation'],
    [
      'no owner',
      { records: have([{ ...NO_TLS13, appId: `{${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}}` }]) },
      'appid',
    ],
  ])('is refused with what IIS would lose of it: %s', (_name, changes, lost) => {
    const why = `the SSL record cannot be made again exactly: netsh on this server does not know disabletls13, and IIS would lose ${lost}`;
    for (const choice of [undefined, 'appcmd'] as const)
      expect(planned(changes, choice)).toEqual({ blocked: true, why });
  });

  it('is refused where nobody may ask IIS: by choice, or before IIS 8.5', () => {
    const why = 'the SSL record cannot be made again exactly: netsh on this server does not know disabletls13';
    expect(planned({}, 'netsh')).toEqual({ blocked: true, why });
    expect(planned({ osBuild: have(9200) })).toEqual({ blocked: true, why });
  });

  it('is refused where IIS would set more than it has, or nobody understands it', () => {
    expect(planned({ config: bindingWith(32 | 16) })).toMatchObject({ blocked: true });
    expect(planned({ records: have([{ ...NO_TLS13, notUnderstood: ['Odd'] }]) })).toMatchObject({ blocked: true });
    expect(planned({ records: have([{ ...NO_TLS13, checkMode: 0x100 }]) })).toMatchObject({ blocked: true });
  });
});
