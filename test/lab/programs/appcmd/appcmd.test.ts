import { describe, expect, it } from 'vitest';
import { readStore } from '../../../../src/lab/certificates/store.ts';
import { CONFIG_PATH } from '../../../../src/lab/config/applied-config.ts';
import { putRecord, readRecord } from '../../../../src/lab/http/http-sys.ts';
import { appcmd as appcmdProgram } from '../../../../src/lab/programs/appcmd/appcmd.ts';
import type { Answers } from '../../../../src/lab/unknowns.ts';
import { newLab } from '../../../support/new-lab.ts';
import { callers, ended, lines, transcript } from '../../../support/say.ts';
import { smallLab } from '../../../support/small-lab.ts';

const appcmd = ended(appcmdProgram);

// Held against transcripts for backups, the site list and four errors. The text of `add backup` with a name that is taken
// and of a duplicate binding follow build logs; `delete backup` and `list config` have no transcript.

const CONFIG = `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <!-- mine & thine -->
  <system.applicationHost>
    <customMetadata>
      <key path="LM/W3SVC/1">
        <property id="5506" dataType="Binary" userType="1" attributes="None" value="oXiHOzFAMOF0YxIuI7soWvDFEzg=" />
        <property id="1018" dataType="DWord" userType="1" attributes="Inherit" value="23" />
      </key>
      <key path="LM/W3SVC/2/ROOT/My App" />
    </customMetadata>
    <sites>
      <site name="Shop" id="1">
        <bindings>
          <binding protocol="http" bindingInformation="*:80:" />
          <binding protocol="https" bindingInformation="*:443:" />
        </bindings>
      </site>
      <site name="Intranet" id="2">
        <bindings><binding protocol="https" bindingInformation="*:443:intra.corp.example" sslFlags="1" /></bindings>
      </site>
    </sites>
  </system.applicationHost>
</configuration>
`.replaceAll('\n', '\r\n');

function lab(config = `\uFEFF${CONFIG}`) {
  const server = smallLab();
  server.registry.makeKey('HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\W3SVC');
  server.disk.makeFolder('C:\\Windows\\System32\\inetsrv\\config');
  server.disk.write(CONFIG_PATH, Buffer.from(config));
  const { owner, plain } = callers(server);
  return {
    server,
    run: (...args: string[]) => appcmd(args, server, owner),
    runPlain: (...args: string[]) => appcmd(args, server, plain),
    config: () => server.disk.read(CONFIG_PATH)!.toString(),
  };
}

const said = transcript('appcmd-answers');

describe('appcmd backups', () => {
  it('adds, lists and restores as the transcript shows', () => {
    const { run, server, config } = lab();
    expect(run('list', 'backups').exitCode).toBe(1);
    expect(lines(run('add', 'backup', 'before-heal'))).toEqual([said[0]]);
    expect(lines(run('list', 'backups'))).toEqual([said[1]]);
    const before = config();
    server.disk.write(CONFIG_PATH, Buffer.from('<configuration />'));
    expect(lines(run('restore', 'backup', 'BEFORE-HEAL'))[0]?.toLowerCase()).toBe(said[2]?.toLowerCase());
    expect(config()).toBe(before);
    expect(lines(run('delete', 'backup', 'before-heal'))).toEqual(['BACKUP object "before-heal" deleted']);
    expect(server.disk.list('C:\\Windows\\System32\\inetsrv\\backup')?.folders).toEqual([]);
  });

  it('refuses a name that is taken, and one that is not there', () => {
    const { run } = lab();
    run('add', 'backup', 'a');
    const taken = run('add', 'backup', 'a');
    expect([taken.exitCode, lines(taken)[0]]).toEqual([
      183,
      'ERROR ( hresult:800700b7, message:Command execution failed.  ',
    ]);
    const absent = run('restore', 'backup', 'b');
    expect([absent.exitCode, lines(absent)]).toEqual([
      1168,
      ['ERROR ( message:Cannot find BACKUP object with identifier "b". )'],
    ]);
    expect(lines(run('add', 'backup'))).toEqual(['BACKUP object "20260110T080000" added']);
  });
});

describe('appcmd sites', () => {
  it('lists them as the transcripts show', () => {
    const { run } = lab();
    expect(lines(run('list', 'site'))).toEqual(said.slice(3, 5));
    expect(lines(run('list', 'site', 'intranet'))).toEqual([said[4]]);
    expect(lines(run('list', 'sites', '/xml'))).toEqual(transcript('appcmd-list-site-xml'));
    const absent = run('list', 'site', 'Nowhere');
    expect([absent.exitCode, lines(absent)]).toEqual([1168, [said[5]]]);
    expect([run('set', 'site').exitCode, lines(run('set', 'site'))]).toEqual([87, [said[6]]]);
  });

  it('prints the configuration of one', () => {
    expect(lines(lab().run('list', 'site', 'Intranet', '/config'))).toEqual([
      '<site name="Intranet" id="2">',
      '  <bindings>',
      '    <binding protocol="https" bindingInformation="*:443:intra.corp.example" sslFlags="1" />',
      '  </bindings>',
      '</site>',
    ]);
  });

  it('takes a binding out and puts it back, with no other byte touched', () => {
    const { run, config } = lab();
    const before = config();
    const binding = "bindings.[protocol='https',bindingInformation='*:443:']";
    const out = run('set', 'site', '/site.name:"Shop"', `/-${binding}`);
    expect([out.exitCode, lines(out)]).toEqual([0, ['SITE object "Shop" changed']]);
    expect(config()).toBe(before.replace('\r\n          <binding protocol="https" bindingInformation="*:443:" />', ''));
    expect(run('set', 'site', '/site.name:Shop', `/+${binding}`).exitCode).toBe(0);
    expect(config()).toBe(before);
    const again = run('set', 'site', '/site.name:Shop', `/+${binding}`);
    expect([again.exitCode, config()]).toEqual([183, before]);
  });

  it('changes nothing at all when one of several changes fails', () => {
    const { run, config } = lab();
    const before = config();
    const result = run(
      'set',
      'site',
      '/site.name:Intranet',
      "/-bindings.[protocol='https',bindingInformation='*:443:intra.corp.example']",
      "/-bindings.[protocol='https',bindingInformation='[::]:443:']",
    );
    expect([result.exitCode, lines(result), config()]).toEqual([4312, [said[7]], before]);
  });

  it('fills an empty list, and makes one', () => {
    const { run, config } = lab(
      '<configuration>\n <system.applicationHost>\n  <sites>\n   <site name="A" id="1">\n    <bindings />\n   </site>\n   <site name="B" id="2" />\n  </sites>\n </system.applicationHost>\n</configuration>',
    );
    const add = "/+bindings.[protocol='https',bindingInformation='[::]:443:a.example',sslFlags='1']";
    expect(run('set', 'site', 'A', add).exitCode).toBe(0);
    expect(config()).toContain(
      '\n    <bindings>\n        <binding protocol="https" bindingInformation="[::]:443:a.example" sslFlags="1" />\n    </bindings>\n',
    );
    expect(run('set', 'site', 'B', add).exitCode).toBe(0);
    expect(lines(run('list', 'site', 'B'))[0]).toContain('bindings:https/[::]:443:a.example');
  });
});

// From Microsoft's page about creating a site; no transcript has it.
describe('appcmd add site and delete site', () => {
  it('adds one with its bindings and takes it away again, with no other byte touched', () => {
    const { run, config } = lab();
    const before = config();
    const added = run(
      'add',
      'site',
      '/name:New',
      '/physicalPath:C:\\new',
      '/bindings:https/*:444:a.example,http/*:81:',
    );
    expect(lines(added)).toEqual(['SITE object "New" added', 'APP object "New/" added', 'VDIR object "New/" added']);
    expect(config()).toContain(
      [
        '      <site name="New" id="3">',
        '          <application path="/">',
        '              <virtualDirectory path="/" physicalPath="C:\\new" />',
        '          </application>',
        '          <bindings>',
        '              <binding protocol="https" bindingInformation="*:444:a.example" />',
        '              <binding protocol="http" bindingInformation="*:81:" />',
        '          </bindings>',
        '      </site>',
        '',
      ].join('\r\n'),
    );
    expect(lines(run('delete', 'site', 'new'))).toEqual(['SITE object "new" deleted']);
    expect(config()).toBe(before);
  });

  it('refuses a name that is taken, one that is not there, and what it does not know', () => {
    const { run, config } = lab();
    const before = config();
    expect(run('add', 'site', '/name:shop').exitCode).toBe(183);
    expect(run('add', 'site', '/id:7').exitCode).toBe(87);
    expect(run('add', 'site', '/name:New', '/colour:red').exitCode).toBe(87);
    expect(run('add', 'site', '/name:New', '/bindings:https').exitCode).toBe(87);
    expect(run('delete', 'site', 'New').exitCode).toBe(1168);
    expect(run('delete', 'site').exitCode).toBe(87);
    expect(config()).toBe(before);
  });
});

describe('appcmd configuration', () => {
  it('removes a whole key, in both forms', () => {
    for (const form of [
      ['clear', 'config', '-section:customMetadata', "-[path='LM/W3SVC/1']"],
      ['set', 'config', '-section:system.applicationHost/customMetadata', '/-"[path=\'lm/w3svc/1\']"'],
    ]) {
      const { run, config } = lab();
      const before = config();
      const result = run(...form);
      expect([result.exitCode, lines(result)]).toEqual([0, [said[8]]]);
      expect(config()).toBe(before.replace(/\r\n {6}<key path="LM\/W3SVC\/1">[\s\S]*?<\/key>/, ''));
    }
  });

  it('removes one property', () => {
    const { run, config } = lab();
    const before = config();
    run('set', 'config', '/section:customMetadata', "/-[path='LM/W3SVC/1'].[id='5506']", '/commit:apphost');
    expect(config()).toBe(before.replace(/\r\n {8}<property id="5506"[^>]*>/, ''));
  });

  it('sets an attribute of an element, or adds it, and says where there is no such element', () => {
    const { run, config } = lab();
    const before = config();
    const set = (change: string) => run('set', 'config', '-section:customMetadata', change);
    set("/[path='LM/W3SVC/1'].[id='5506'].value:AA+/=");
    expect(config()).toBe(before.replace('oXiHOzFAMOF0YxIuI7soWvDFEzg=', 'AA+/='));
    set("/[path='LM/W3SVC/2/ROOT/My App'].note:a<b");
    expect(config()).toContain('<key path="LM/W3SVC/2/ROOT/My App" note="a&lt;b" />');
    expect(set("/[path='LM/W3SVC/7'].[id='5506'].value:x").exitCode).toBe(4312);
  });

  it('lists a section', () => {
    expect(lines(lab().run('list', 'config', '-section:customMetadata'))).toEqual([
      '<system.applicationHost>',
      '  <customMetadata>',
      '    <key path="LM/W3SVC/1">',
      '      <property id="5506" dataType="Binary" userType="1" attributes="None" value="oXiHOzFAMOF0YxIuI7soWvDFEzg=" />',
      '      <property id="1018" dataType="DWord" userType="1" attributes="Inherit" value="23" />',
      '    </key>',
      '    <key path="LM/W3SVC/2/ROOT/My App" />',
      '  </customMetadata>',
      '</system.applicationHost>',
    ]);
  });

  it.each([
    [['set', 'config', '/section:customMetadata', "/-[path='LM/W3SVC/9']"], 4312],
    [['set', 'config', '/section:customMetadata', '/-[path=LM]'], 87],
    [['set', 'config', '/section:customMetadata', '/path:x'], 87],
    [['set', 'config', '/section:nothing', "/-[path='x']"], 87],
    [['start', 'site', 'Shop'], 87],
  ])('%j changes nothing and ends in %i', (args, code) => {
    const { run, config } = lab();
    const before = config();
    const result = run(...args);
    expect([result.exitCode, config()]).toEqual([code, before]);
    expect(lines(result)[0]).toMatch(/^ERROR \( message:/);
  });

  it('reports a file that is not XML, one that is held, and a caller without rights', () => {
    const broken = lab('<configuration><sites></configuration>').run('list', 'site');
    expect(broken.exitCode).toBe(13);
    expect(lines(broken)).toContain('Line Number: 1');
    const { run, runPlain, server, config } = lab();
    const before = config();
    expect(runPlain('list', 'site').exitCode).toBe(5);
    server.disk.write('C:\\held.json', Buffer.from(JSON.stringify({ held: [CONFIG_PATH] })));
    const held = run('set', 'config', '/section:customMetadata', "/-[path='LM/W3SVC/1']");
    expect([held.exitCode, config()]).toEqual([32, before]);
    expect(lines(held)[0]).toBe('ERROR ( hresult:80070020, message:Failed to commit configuration changes.  ');
  });
});

describe('appcmd set site with the flags of a binding', () => {
  const set = (run: (...args: string[]) => unknown, binding: string, value = 'sslFlags:1', site = 'Shop') =>
    run('set', 'site', `/site.name:${site}`, `/bindings.[${binding}].${value}`);
  const HTTPS = "protocol='https',bindingInformation='*:443:'";

  it('writes them where there are none, and over others', () => {
    const { run, config } = lab();
    expect(set(run, HTTPS)).toMatchObject({ exitCode: 0 });
    expect(config()).toBe(`\uFEFF${CONFIG.replace('*:443:" />', '*:443:" sslFlags="1" />')}`);
    set(run, HTTPS, 'sslFlags:33');
    expect(config()).toContain('bindingInformation="*:443:" sslFlags="33" />');
  });

  it.each([
    ["protocol='https',bindingInformation='*:444:'", 'sslFlags:1', 'Shop', 4312],
    [HTTPS, 'nothing:1', 'Shop', 87],
    [HTTPS, 'sslFlags:1', 'Nowhere', 1168],
    ['https', 'sslFlags:1', 'Shop', 87],
  ])('refuses [%s].%s of %s', (binding, value, site, exitCode) => {
    const { run, config } = lab();
    expect(set(run, binding, value, site)).toMatchObject({ exitCode });
    expect(config()).toBe(`\uFEFF${CONFIG}`);
  });
});

describe('appcmd renew binding', () => {
  const WILD = '0.0.0.0:443';
  const SHOP = 'shop.example.test:443';
  const asking = { flags: 2 | 0x40, checkMode: 1, urlTimeout: 15000 };

  /** Both bindings of the default lab use the certificate of the first, and so does a record that no binding has. */
  function bound(unknowns: Answers = {}, osBuild = 17763) {
    const server = newLab({ unknowns, osBuild });
    const record = { ...readRecord(server, 'ip', WILD)!, ...asking };
    for (const endpoint of [WILD, '0.0.0.0:8443']) putRecord(server, { ...record, endpoint });
    putRecord(server, { ...record, table: 'sni', endpoint: SHOP });
    const text = server.disk.read(CONFIG_PATH)!.toString().replace('sslFlags="1"', 'sslFlags="33"');
    server.disk.write(CONFIG_PATH, Buffer.from(text));
    const [, other] = readStore(server, 'MY')!;
    const renew = (from: string, to: string, as = callers(server).owner) =>
      appcmd(['renew', 'binding', `/oldcert:${from}`, `/newcert:${to}`], server, as);
    return { server, record, other: other!.thumbprint, renew };
  }

  it('moves every binding of a certificate to another, and no record that has no binding', () => {
    const { server, record, other, renew } = bound();
    expect(renew(record.thumbprint.toLowerCase(), other).exitCode).toBe(0);
    expect(readRecord(server, 'ip', WILD)).toEqual({ ...record, thumbprint: other });
    expect(readRecord(server, 'sni', SHOP)?.thumbprint).toBe(other);
    expect(readRecord(server, 'ip', '0.0.0.0:8443')?.thumbprint).toBe(record.thumbprint);
  });

  it.each([
    ['kept', asking, asking],
    ['dropped', { flags: 0, checkMode: 0, urlTimeout: 0 }, { flags: 0x40, checkMode: 0, urlTimeout: 0 }],
  ] as const)('with settings that only http.sys knows %s; what the binding says is kept', (answer, wild, shop) => {
    const { server, record, renew } = bound({ 'renew-record-settings': answer });
    expect(renew(record.thumbprint, record.thumbprint).exitCode).toBe(0);
    expect(readRecord(server, 'ip', WILD)).toEqual({ ...record, ...wild });
    expect(readRecord(server, 'sni', SHOP)).toMatchObject(shop);
  });

  it('with the same certificate opens its key as the caller, or does nothing', () => {
    for (const [answer, kept] of [
      ['binds-anew', 2],
      ['does-nothing', 0],
    ] as const) {
      const { server, record, renew } = bound({ 'renew-same-certificate': answer });
      expect(renew(record.thumbprint, record.thumbprint).exitCode).toBe(0);
      expect(server.facts.cachedCredentials.filter((name) => name.endsWith(record.thumbprint))).toHaveLength(kept);
    }
  });

  it('ends without an error for thumbprints that are none, and has unbound what it cannot bind', () => {
    const { server, record, renew } = bound();
    expect(renew('asdf', 'qwer').exitCode).toBe(0);
    expect(readRecord(server, 'ip', WILD)).toEqual(record);
    expect(renew(record.thumbprint, 'qwer').exitCode).toBe(1312);
    expect(readRecord(server, 'ip', WILD)).toBeUndefined();
  });

  it('is not known before IIS 8.5', () => {
    const { server, record, renew } = bound({}, 9200);
    expect(renew(record.thumbprint, record.thumbprint).exitCode).toBe(87);
    expect(readRecord(server, 'ip', WILD)).toEqual(record);
  });
});
