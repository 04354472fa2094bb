// Every bad input: one clear sentence, the right exit code, and nothing changed.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configOf, heal, healWith, newFolder, newLab, registryOf, snapshot } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const fixture = (name: string): string => join(import.meta.dirname, '..', 'fixtures', 'pfx', name);

describe('the command line', () => {
  it.each([
    [['check', '--jsn'], '--json'],
    [['chek'], 'check'],
    [['fix', '--yes=maybe'], 'safe, disruptive'],
    [['check', '--only', 'stale'], 'stale-hash'],
    [['check', '--lab'], '--lab'],
    [['check', '--as', 'nobody', '--lab', 'x'], 'owner, system, other-admin'],
    [['check', '--as', 'system'], '--lab'],
    [['check', '--lab', 'a', '--from', 'b'], 'not both'],
    [['--lab', 'a', 'check', '--lab', 'b'], '--lab'],
    [['--from', 'a', 'plan', '--from', 'b'], '--from'],
    [['check', '--from', 'src'], 'there is no evidence in it'],
    [['check', '--from', 'package.json'], 'neither a folder nor a .zip'],
    [['check', '--from', 'a', '--from', 'b', '--json'], 'several --from'],
    [['check', '--unattended', '--from', 'a', '--from', 'b'], 'read only'],
    [['--lab', '/no/such/lab', 'fix', '--yes'], 'lab create'],
    [['--lab', 'x', 'list'], '--lab'],
    [['collect', '--out', ''], '--out'],
    [['fix', '--plan', 'x', '--only', 'stale-hash'], '--only'],
    [['check', '--from', '/no/such/folder'], 'no folder'],
    [['check', '--lab', '/no/such/lab'], 'lab create'],
    [['fix', '--from', '.'], 'read only'],
    [['fix', '--pfx-password-file', 'x'], '--pfx'],
    [['check', '--json', '--prometheus'], 'prometheus'],
    [['check', '--line', '--prometheus'], 'prometheus'],
    [['check', '--line', '--json'], '--json'],
    [['check', '--line', '--verbose'], '--verbose'],
    [['check', '--line', '--unattended'], '--unattended'],
    [['check', '--line', '--from', 'a', '--from', 'b'], 'several --from'],
    [['check', '--line', '--lab', '/no/such/lab'], 'lab create'],
    [['fix', '--line'], '--dry-run'],
    [['fix', '--line', '--yes', '--json'], '--json'],
    [['fix', '--line', '--yes', '--unattended'], '--unattended'],
    [['lab', 'create'], 'dir'],
    [['lab', 'creat', 'x'], 'create'],
    [['explain', 'stale-hsh'], 'stale-hash'],
    [['explain', 'no-such-thing'], '15005'],
    [['undo', 'no-such-run', '--lab', 'x'], 'lab'],
  ])('%j ends with 2 and names %s', async (args, hint) => {
    const { code, out, err } = await heal(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(hint);
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(2);
  });

  it('refuses a lab in a folder that is not empty, and an unknown fault, and makes nothing', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    expect((await heal('lab', 'create', folder)).code).toBe(2);
    expect(Object.keys(snapshot(folder))).toEqual([join(folder, 'mine.txt')]);
    const other = join(newFolder(), 'lab');
    const unknown = await heal('lab', 'create', other, '--fault', 'no-such');
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('stranded-key');
    expect(() => snapshot(other)).toThrow();
  });

  it('refuses answers of Windows that cannot be taken over, in one sentence, and makes nothing', async () => {
    const answers = (text: string) => join(temporaryFolder({ 'answers.json': text }), 'answers.json');
    const good = '{"formatVersion":1,"build":26100,"answers":{"record-order":{"answer":"wildcard-first","raw":[]}}}';
    for (const [args, why] of [
      [['--windows-answers', answers('{')], 'is not JSON'],
      [['--windows-answers', answers(good.replace('wildcard-first', 'random'))], 'sni-first or wildcard-first'],
      [['--windows-answers', answers(good.replace('record-order', 'no-such'))], '"no-such"'],
      [['--windows-answers', answers(good.replace('1', '2'))], 'formatVersion 2'],
      [['--windows-answers', newFolder()], 'cannot be read'],
      [['--windows-answers', join(newFolder(), 'absent.json')], 'there is no file'],
      [['--windows-answers', answers(good), '--windows', 'record-order=sni-first'], 'record-order is sni-first'],
    ] as const) {
      const lab = join(newFolder(), 'lab');
      const { code, out, err } = await heal('lab', 'create', lab, ...args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain(why);
      expect(err.trim().split('\n')).toHaveLength(1);
      expect(() => snapshot(lab)).toThrow();
    }
    const lab = join(newFolder(), 'lab');
    const more = ['--windows', 'record-order=wildcard-first,ipv6-wildcard=both-families'];
    expect(await heal('lab', 'create', lab, '--windows-answers', answers(good), ...more)).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(lab, 'lab.json'), 'utf8'))).toMatchObject({
      osBuild: 26100,
      unknowns: { 'record-order': 'wildcard-first', 'ipv6-wildcard': 'both-families' },
    });
  });

  it('prints version and help on stdout with 0', async () => {
    expect((await heal('--version')).out).toMatch(/^iis-ssl-heal \d+\.\d+\.\d+ /);
    const help = await heal('fix', '--help');
    expect(help.code).toBe(0);
    expect(help.out).toContain('--dry-run');
  });
});

describe('applicationHost.config', () => {
  const bad: readonly (readonly [string, (text: string) => string | Buffer, string])[] = [
    ['empty', () => '', 'empty'],
    ['not XML', () => 'hello', 'XML'],
    ['truncated', (text) => text.slice(0, text.length / 2), 'cut short'],
    ['in another encoding', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'), 'UTF-16'],
    ['with a DOCTYPE', (text) => text.replace('<configuration>', '<!DOCTYPE a><configuration>'), 'DOCTYPE'],
    ['with two roots', (text) => `${text}<configuration />`, 'root'],
    ['with a repeated attribute', (text) => text.replace('id="1"', 'id="1" id="1"'), 'id'],
  ];

  it.each(bad)('that is %s cannot be checked (4) and is not touched', async (_name, spoil, word) => {
    const lab = await newLab('stranded-key');
    writeFileSync(configOf(lab), spoil(readFileSync(configOf(lab), 'utf8')));
    const before = snapshot(lab);
    for (const args of [['check'], ['fix', '--yes']]) {
      const { code, out } = await heal(...args, '--lab', lab, '--only', 'stale-hash');
      expect({ args, code }).toEqual({ args, code: 4 });
      expect(out).toContain(word);
    }
    expect(snapshot(lab)).toEqual(before);
  });

  it('that is missing cannot be checked', async () => {
    const lab = await newLab();
    rmSync(configOf(lab));
    const { code, out } = await heal('check', '--lab', lab);
    expect(code).toBe(4);
    expect(out).toContain('does not exist');
  });

  it('of somebody, when it is not XML, makes no lab', async () => {
    const file = join(newFolder(), 'applicationHost.config');
    writeFileSync(file, 'hello');
    const lab = join(newFolder(), 'lab');
    expect((await heal('lab', 'create', lab, '--config', file)).code).toBe(2);
    expect(() => snapshot(lab)).toThrow();
  });

  it.each([
    ['a site without bindings', '<site name="Empty" id="9"><bindings /></site>'],
    ['a binding without an address', bindingOf(':8443:')],
    ['an IPv6 binding', bindingOf('[::]:8443:')],
    ['a wildcard host', bindingOf('*:443:*.example.com', 1)],
    ['a net.tcp binding', bindingOf('808:*', 0, 'net.tcp')],
  ])('with %s makes a lab that checks healthy', async (_name, site) => {
    const file = join(newFolder(), 'applicationHost.config');
    writeFileSync(file, readFileSync(configOf(await newLab()), 'utf8').replace('</sites>', `${site}</sites>`));
    const lab = join(newFolder(), 'lab');
    expect((await heal('lab', 'create', lab, '--config', file)).code).toBe(0);
    expect((await heal('check', '--lab', lab)).code).toBe(0);
  });
});

function bindingOf(information: string, sslFlags = 0, protocol = 'https'): string {
  const flags = sslFlags === 0 ? '' : ` sslFlags="${sslFlags}"`;
  const binding = `<binding protocol="${protocol}" bindingInformation="${information}"${flags} />`;
  return `<site name="Extra" id="9"><bindings>${binding}</bindings></site>`;
}

describe('a PFX file', () => {
  it.each([
    ['that is not there', '/no/such.pfx', 2],
    ['that is not one', fixture('junk.pfx'), 2],
    ['that has no key', fixture('no-key.pfx'), 2],
    ["that has another certificate's key", fixture('other-key.pfx'), 2],
    ['of another certificate', fixture('aes.pfx'), 2],
  ])('%s is refused and nothing is changed', async (_name, file, code) => {
    const lab = await newLab('stranded-key');
    const before = snapshot(lab);
    const args = ['fix', '--lab', lab, '--yes', '--pfx', file, '--pfx-password-file', '-'];
    const ended = await healWith('test\n', ...args);
    expect(ended.code).toBe(code);
    expect(ended.err.trim().split('\n')).toHaveLength(1);
    expect(snapshot(lab)).toEqual(before);
  });

  it('with a wrong password is tried once without a terminal', async () => {
    const lab = await newLab('stranded-key');
    const before = snapshot(lab);
    const args = ['fix', '--lab', lab, '--yes', '--pfx', fixture('aes.pfx'), '--pfx-password-file', '-'];
    const ended = await healWith('wrong\n', ...args);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain('password');
    expect(snapshot(lab)).toEqual(before);
  });

  it('that nothing here needs is named as such', async () => {
    const args = ['fix', '--yes', '--pfx', fixture('aes.pfx'), '--pfx-password-file', '-'];
    const { code, err } = await healWith('test\n', ...args, '--lab', await newLab());
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/ was not needed: no stranded key was found\.\n$/),
    });
  });

  it('whose password nobody gives needs a person', async () => {
    const lab = await newLab('stranded-key');
    const ended = await heal('fix', '--lab', lab, '--yes', '--pfx', fixture('aes.pfx'));
    expect(ended.code).toBe(3);
    expect(ended.err).toContain('--pfx-password-file');
  });
});

describe('the server', () => {
  /** Tells the lab to act out a failure once: see ToldFailure in src/lab/server.ts. */
  function tell(lab: string, told: object): void {
    const path = join(lab, 'lab.json');
    const facts = JSON.parse(readFileSync(path, 'utf8')) as { told: object[] };
    facts.told.push({ argument: '', nth: 1, ...told });
    writeFileSync(path, JSON.stringify(facts));
  }

  it.each([
    ['is missing', { program: 'certutil', act: 'missing' }],
    ['hangs', { program: 'certutil', act: 'hang' }],
    ['exits 0 and did nothing', { program: 'certutil', argument: '-importPFX', act: 'nothing' }],
    ['fails', { program: 'certutil', argument: '-delstore', act: 'fail', exitCode: 0x80070005 }],
  ])('whose program %s in the middle of a fix is put back as it was (5)', async (_name, told) => {
    const lab = await newLab('stranded-key');
    await heal('lab', 'reboot', lab);
    tell(lab, told);
    const registry = registryOf(lab);
    const fix = await heal('fix', '--lab', lab, '--yes');
    expect(fix.code).toBe(5);
    expect(registryOf(lab)).toEqual(registry);
    expect(Object.keys(snapshot(lab)).some((path) => path.endsWith('.pfx'))).toBe(false);
  });

  it('whose query programs are gone cannot be checked', async () => {
    const lab = await newLab();
    rmSync(join(lab, 'Windows', 'System32', 'reg.exe'));
    const { code, out } = await heal('check', '--lab', lab);
    expect(code).toBe(4);
    expect(out).toContain('reg.exe');
  });

  it('whose configuration is held by another process is not changed (5)', async () => {
    const lab = await newLab('stale-hash');
    const held = { held: ['C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config'] };
    writeFileSync(join(lab, 'held.json'), JSON.stringify(held));
    const before = readFileSync(configOf(lab));
    const fix = await heal('fix', '--lab', lab, '--yes');
    expect(fix.code).toBe(5);
    expect(readFileSync(configOf(lab)).equals(before)).toBe(true);
  });

  it('whose configuration is shared is never edited (7)', async () => {
    const lab = await newLab('stale-hash');
    const folder = join(lab, 'Windows', 'System32', 'inetsrv', 'config');
    mkdirSync(join(lab, 'share'));
    writeFileSync(join(lab, 'share', 'applicationHost.config'), readFileSync(configOf(lab)));
    const redirection = '<configuration><configurationRedirection enabled="true" path="C:\\share" /></configuration>';
    writeFileSync(join(folder, 'redirection.config'), redirection);
    const before = snapshot(lab);
    expect((await heal('check', '--lab', lab)).code).toBe(1);
    expect((await heal('fix', '--lab', lab, '--yes')).code).toBe(7);
    expect(snapshot(lab)).toEqual(before);
  });
});
