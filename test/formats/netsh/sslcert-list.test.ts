import { describe, expect, it } from 'vitest';
import { readNetshOptions } from '../../../src/formats/netsh/options.ts';
import { readNetshSslcert } from '../../../src/formats/netsh/sslcert-list.ts';
import { IIS_APP_ID } from '../../../src/model/server/ssl-record.ts';
import { neverThrows } from '../../support/fuzz.ts';

const HASH = 'c0ffee0102030405060708090a0b0c0d0e0f1011';
const OTHER = 'c0ffee0102030405060708090a0b0c0d0e0f1012';

/** Labels as each language has them; the German and Portuguese ones lost their accents on the way. */
const ENGLISH = [
  'Certificate Hash             ',
  'Application ID               ',
  'Certificate Store Name       ',
  'Verify Client Certificate Revocation ',
  'Verify Revocation Using Cached Client Certificate Only ',
  'Usage Check                  ',
  'Revocation Freshness Time    ',
  'URL Retrieval Timeout        ',
  'Ctl Identifier               ',
  'Ctl Store Name               ',
  'DS Mapper Usage              ',
  'Negotiate Client Certificate ',
];
const DEFAULTS = ['Enabled', 'Disabled', 'Enabled', '0', '0', '(null)', '(null)', 'Disabled', 'Disabled'];
const SWITCHES = [
  'Reject Connections           ',
  'Disable HTTP2                ',
  'Disable QUIC                 ',
  'Disable TLS1.2               ',
  'Disable TLS1.3               ',
  'Disable OCSP Stapling        ',
  'Enable Token Binding         ',
  'Log Extended Events          ',
  'Disable Legacy TLS Versions  ',
  'Enable Session Ticket        ',
];

const block = (first: string, values: readonly string[], labels: readonly string[] = ENGLISH) =>
  [`    ${first}`, ...values.map((value, index) => `    ${labels[index]}: ${value}`)].join('\r\n');
const output = (...blocks: string[]) =>
  `\r\nSSL Certificate bindings:\r\n-------------------------\r\n\r\n${blocks.join('\r\n\r\n')}\r\n\r\n`;

function records(text: string | Uint8Array) {
  const read = readNetshSslcert(typeof text === 'string' ? Buffer.from(text) : text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

const FULL = [HASH, IIS_APP_ID, 'MY', ...DEFAULTS];
const PLAIN = {
  thumbprint: HASH.toUpperCase(),
  appId: IIS_APP_ID,
  store: 'MY',
  checkMode: 0,
  freshnessTime: 0,
  urlTimeout: 0,
  ctlIdentifier: '',
  ctlStore: '',
  flags: 0,
  notUnderstood: [],
};

describe('readNetshSslcert', () => {
  it('reads the oldest set of lines', () => {
    expect(records(output(block('IP:port                      : 0.0.0.0:443', FULL)))).toEqual([
      { ...PLAIN, endpoint: { table: 'ip', name: '0.0.0.0:443' } },
    ]);
  });

  it('reads every setting by its place', () => {
    const values = [
      HASH,
      IIS_APP_ID,
      'WebHosting',
      'Disabled',
      'Enabled',
      'Disabled',
      '10',
      '5000',
      'id',
      'CTL',
      'Enabled',
      'Enabled',
      'Enabled',
    ];
    expect(records(output(block('Hostname:port : WWW.example.test:443', values, [...ENGLISH, ...SWITCHES])))).toEqual([
      {
        ...PLAIN,
        endpoint: { table: 'sni', name: 'www.example.test:443' },
        store: 'WebHosting',
        checkMode: 0x10007,
        freshnessTime: 10,
        urlTimeout: 5000,
        ctlIdentifier: 'id',
        ctlStore: 'CTL',
        flags: 0x1 | 0x2 | 0x8,
      },
    ]);
  });

  it.each([
    ['Disable HTTP2', 0x10],
    ['Disable QUIC', 0x20],
    ['Disable TLS1.2', 0x1000],
    ['Disable TLS1.3', 0x40],
    ['Disable OCSP', 0x80],
  ])('reads the switch %s, wherever a build places it', (label, flags) => {
    const values = SWITCHES.map((name, index) =>
      name.startsWith(label) ? 'Set' : index === 0 ? 'Disabled' : 'Not Set',
    );
    const text = output(block('IP:port : [::]:443', [...FULL, ...values], [...ENGLISH, ...SWITCHES]));
    expect(records(text)).toEqual([{ ...PLAIN, endpoint: { table: 'ip', name: '[::]:443' }, flags }]);
    const without = (list: readonly string[]) => list.filter((_, index) => index !== 1);
    const other = label === 'Disable HTTP2' ? [values, SWITCHES] : [without(values), without(SWITCHES)];
    const [states = [], names = []] = other;
    const moved = output(block('IP:port : [::]:443', [...FULL, ...states], [...ENGLISH, ...names]));
    expect(records(moved)[0]).toMatchObject({ flags, notUnderstood: [] });
  });

  // A build exists whose OCSP line is followed by the legacy versions, where others have token binding.
  it.each(['Enable Token', 'Log Extended', 'Disable Legacy', 'Enable Session'])(
    'A15: does not take the switch %s for another one: its label has nothing that stays in every language',
    (label) => {
      const values = SWITCHES.map((name, index) =>
        name.startsWith(label) ? 'Set' : index === 0 ? 'Disabled' : 'Not Set',
      );
      const [record] = records(output(block('IP:port : [::]:443', [...FULL, ...values], [...ENGLISH, ...SWITCHES])));
      expect(record?.flags).toBe(0);
      expect(record?.notUnderstood).toEqual([expect.stringContaining(`setting: ${label}`)]);
    },
  );

  it('notes a switch that is set and that builds place differently, and passes over the extended properties', () => {
    const newest = [...SWITCHES, 'Disable Session ID           ', 'Enable Caching Client Hello  '];
    const extended =
      '\r\n Extended Properties:\r\n    PropertyId                   : 0\r\n    Receive Window               : 1048576';
    const off = SWITCHES.map((_, index) => (index === 0 ? 'Disabled' : 'Not Set'));
    const read = (...last: string[]) =>
      records(
        output(block('IP:port : 0.0.0.0:443', [...FULL, ...off, ...last], [...ENGLISH, ...newest]) + extended),
      )[0];
    expect(read('Not Set', 'Not Set')).toMatchObject({ flags: 0, notUnderstood: [] });
    expect(read('Set', 'Not Set')).toMatchObject({ flags: 0, notUnderstood: ['setting: Disable Session ID : Set'] });
  });

  it.each([
    [
      'German',
      [
        'IP:Port                      ',
        'Zertifikathash               ',
        'Anwendungs-ID                ',
        'Zertifikatspeichername       ',
      ],
    ],
    [
      'French',
      [
        'Adresse IP:port                      ',
        'Hachage du certificat             ',
        "ID de l'application               ",
        'Nom du magasin de certificats :       ',
      ],
    ],
    [
      'Chinese',
      [
        'IP:\u7aef\u53e3                      ',
        '\u8bc1\u4e66\u54c8\u5e0c                     ',
        '\u5e94\u7528\u7a0b\u5e8f ID                  ',
        '\u8bc1\u4e66\u5b58\u50a8\u540d\u79f0                 ',
      ],
    ],
    [
      'Portuguese',
      [
        'IP:porta                            ',
        'Hash do Certificado                 ',
        'ID do Aplicativo                    ',
        'Nome do Repositorio de Certificados ',
      ],
    ],
  ])('reads %s, in Unicode and in an OEM code page', (_, labels) => {
    const text = output(
      block(
        `${labels[0]}: 0.0.0.0:443`,
        [HASH.toUpperCase(), IIS_APP_ID, '(null)', ...DEFAULTS],
        [...labels.slice(1), ...ENGLISH.slice(3)],
      ),
    );
    const expected = [{ ...PLAIN, store: '', endpoint: { table: 'ip', name: '0.0.0.0:443' } }];
    expect(records(text)).toEqual(expected);
    expect(records(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual(expected);
    expect(records(Buffer.from(text.replaceAll(/[^\0-\x7f]/g, '\x81'), 'latin1'))).toEqual(expected);
  });

  it('reads French switches, with no blank after a colon', () => {
    const switches = [
      'Refuser les connexions : Disabled',
      'D\x82sactiver HTTP2 :Set',
      'D\x82sactiver QUIC :Not Set',
      'D\x82sactiver TLS1.2               : Not Set',
      'D\x82sactiver TLS1.3               : Set',
    ].map((line) => `    ${line}`);
    const text = output([block('Adresse IP:port :0.0.0.0:443', FULL), ...switches].join('\r\n'));
    expect(records(Buffer.from(text, 'latin1'))[0]).toMatchObject({
      endpoint: { name: '0.0.0.0:443' },
      flags: 0x50,
      notUnderstood: [],
    });
  });

  it('reads blocks that follow without an empty line, behind a prefix of a log', () => {
    const lines = [
      block('IP:port : 0.0.0.0:443', FULL),
      block('IP:port : 10.0.0.1:443', [OTHER, ...FULL.slice(1)]),
    ].join('\r\n');
    const text = `VERBOSE: --------------\n${lines.replaceAll('\r\n', '\r\nVERBOSE: ')}`;
    expect(records(text).map(({ endpoint, thumbprint }) => [endpoint.name, thumbprint])).toEqual([
      ['0.0.0.0:443', HASH.toUpperCase()],
      ['10.0.0.1:443', OTHER.toUpperCase()],
    ]);
  });

  it('reads a block of the central store, which has a bare port and no hash', () => {
    const text = output(block('Central Certificate Store    : 443', ['(null)', IIS_APP_ID, '(null)', ...DEFAULTS]));
    expect(records(text)).toEqual([{ ...PLAIN, endpoint: { table: 'ccs', name: '443' }, thumbprint: '', store: '' }]);
  });

  it('says what a block without an application id leaves open', () => {
    const values = FULL.map((value, index) => (index === 1 ? 'lost' : value));
    expect(records(output(block('Hostname:port : a.test:443', values)))).toEqual([
      {
        ...PLAIN,
        endpoint: { table: 'sni', name: 'a.test:443' },
        appId: '',
        notUnderstood: ['application id: not in the text'],
      },
    ]);
  });

  it.each([
    ['translated states', { 3: 'Aktiviert' }, 'setting: Verify Client Certificate Revocation : Aktiviert'],
    ['a time that is none', { 6: 'soon' }, 'setting: Revocation Freshness Time : soon'],
    [
      'a store name outside ASCII',
      { 2: 'Speicher ü' },
      'setting: Certificate Store Name : Speicher ü, letters that the code page lost',
    ],
  ])('notes %s', (_, changed: Record<number, string>, noted) => {
    const values = FULL.map((value, index) => changed[index] ?? value);
    expect(records(output(block('IP:port : 0.0.0.0:443', values)))[0]?.notUnderstood).toEqual([noted]);
  });

  it('knows a list without records', () => {
    expect(records(`${output()}\r\nThe system cannot find the file specified.\r\n`)).toEqual([]);
    expect(records(`${output()}\r\nDas System kann die angegebene Datei nicht finden.\r\n`)).toEqual([]);
  });

  const whole = output(block('IP:port : 0.0.0.0:443', FULL));
  it.each([
    [
      'a list with each line in back ticks, as a forum shows it',
      whole.replaceAll(/^(.+?)\r$/gm, '`$1`'),
      'line 5 of the list was not understood',
    ],
    [
      'a list that was asked for one endpoint, which says nothing of others',
      `C:\\>netsh http show sslcert ipport=0.0.0.0:443\r\n${whole}`,
      'line 1: the list was asked for one endpoint and says nothing of the others',
    ],
    [
      'a list that was asked for one host name, with a blank in the command',
      `> netsh http show sslcert hostnameport = a.test:443\r\n${whole}`,
      'line 1: the list was asked for one endpoint and says nothing of the others',
    ],
    [
      'a list that is cut in a record',
      output(block('Hostname:port : a.test:443', FULL.slice(0, 8))),
      'line 5: the record of a.test:443 ends before its last setting',
    ],
    [
      'a list that is cut behind its heading',
      '\r\nSSL Certificate bindings:\r\n-------------------------\r\n',
      'the list ends below its heading',
    ],
    ['a list whose one line is no message', `${output()}    IP:po : 1`, 'line 7 of the list was not understood'],
    ['a list with a line of something else', `${whole}junk\r\n`, 'line 19 of the list was not understood'],
    [
      'a record with a line that is no setting',
      output(block('IP:port : 0.0.0.0:443', FULL).replace(/\r\n(?=.*Ctl Store)/, '\r\njunk\r\n')),
      'line 5: the record of 0.0.0.0:443 holds a line that is no setting',
    ],
    [
      'a record within another one',
      output(`${block('IP:port : 0.0.0.0:443', FULL)}\r\n    IP:port? 10.0.0.1\r\n    Hash : ${OTHER}`),
      'line 5: the record of 0.0.0.0:443 holds a line that is no setting',
    ],
    [
      'a hash that is none',
      output(block('IP:port : 0.0.0.0:443', ['g0ffee', ...FULL.slice(1)])),
      'line 5: the certificate hash of 0.0.0.0:443 was not understood',
    ],
  ])('refuses %s', (_, text, error) => {
    expect(readNetshSslcert(Buffer.from(text))).toEqual({ ok: false, error });
  });

  it.each([
    ['nothing', '', 'not a list of SSL records'],
    ['another answer', 'The following command was not found: http.', 'not a list of SSL records'],
    [
      'a block without its endpoint',
      output(block('IP:port :', FULL)),
      'line 6: a certificate hash or application id without an endpoint before it',
    ],
  ])('refuses %s', (_, text, error) => {
    expect(readNetshSslcert(Buffer.from(text))).toEqual({ ok: false, error });
  });

  it('refuses a list that is cut behind an endpoint', () => {
    const text = output(block('IP:port : 0.0.0.0:443', FULL), block('Hostname:port : a.test:443', []));
    expect(readNetshSslcert(Buffer.from(text))).toEqual({
      ok: false,
      error: 'line 19: an endpoint without its record',
    });
  });

  it('answers any bytes', () => {
    const text = output(
      block('IP:port : 0.0.0.0:443', FULL),
      block('Central Certificate Store : 443', ['(null)', IIS_APP_ID, '(null)', ...DEFAULTS]),
    );
    neverThrows(readNetshSslcert, Buffer.from(text), Buffer.from(`\ufeff${text}`, 'utf16le'));
  });
});

describe('readNetshOptions', () => {
  it('lists the options of a usage text', () => {
    const usage = [
      'Usage: add sslcert hostnameport=<name:port> | ipport=<ipaddr:port> | ccs=<port>',
      '        appid=<GUID>',
      '        [certhash=<string>]',
      '        [sslctlstorename=<cha\x8cne>]',
      '        [Reject=enable|disable]',
      '       json=<file>',
      'Remarks: x = y, size=5',
    ].join('\r\n');
    const options = readNetshOptions(Buffer.from(usage, 'latin1'));
    expect(options.ok && [...options.value]).toEqual([
      'hostnameport',
      'ipport',
      'ccs',
      'appid',
      'certhash',
      'sslctlstorename',
      'reject',
      'json',
    ]);
  });

  it('is not read, and never an empty list, where it names neither certhash nor appid', () => {
    for (const text of ['', 'The following command was not found: http update sslcert.', '[reject=enable|disable]'])
      expect(readNetshOptions(Buffer.from(text))).toEqual({ ok: false, error: 'no options of netsh in it' });
    for (const text of ['certhash=<string>', 'appid=<GUID>']) expect(readNetshOptions(Buffer.from(text)).ok).toBe(true);
  });

  it('answers any bytes', () => {
    neverThrows(readNetshOptions, Buffer.from('[certhash=<string>]\n[reject=enable|disable]'));
  });
});
