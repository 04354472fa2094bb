import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectScript } from '../../../src/cmd-scripts/collect/script.ts';
import { evidenceIn } from '../../../src/evidence/readers/folder-reader.ts';
import { keyFolders, profileStoreFolder } from '../../../src/evidence/sources/key-folders.ts';
import { everyRequest } from '../../../src/evidence/sources/requests.ts';
import { folderDisk } from '../../../src/lab/disk/folder-disk.ts';
import { folderFiles } from '../../../src/machine/files/folder-files.ts';
import { comparable, diagnosisOf, filesOf, folderDiagnosis } from '../../support/evidence-lab.ts';
import { newLab } from '../../support/new-lab.ts';
import { addHarmlessProgram, type WinePrefix, wine64, winePrefix } from '../../support/wine.ts';

const script = collectScript();
const lines = script.split('\r\n');
const PLACES = { systemRoot: '%SystemRoot%', programData: '%ProgramData%' };

/** Lines that are neither words for people nor a remark. */
const working = lines.filter((line) => !/^rem\b/.test(line));

/** The parts of a line outside quotes, each quoted part as one mark. */
const unquoted = (line: string): string => line.replace(/"[^"]*"/g, '""');

describe('the script', () => {
  it('is ASCII with CRLF, and has no line that cmd would cut', () => {
    expect(script).toMatch(/^[\x20-\x7e\r\n]*$/);
    expect(script.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(2000);
    expect(script).not.toMatch(/powershell|wscript|cscript|node\.exe/i);
  });

  it('has an even number of quotes in every line', () => {
    for (const line of working) expect([line, line.split('"').length % 2]).toEqual([line, 1]);
  });

  it('starts every program by its full path, in quotes', () => {
    const programs = working.flatMap((line) => [...line.matchAll(/[^"\s]*\.exe/gi)].map(([path]) => path));
    expect(programs.length).toBeGreaterThan(20);
    for (const path of programs) expect(path).toMatch(/^%SystemRoot%\\(?:System32|Sysnative)\\\w+\.exe$/);
    for (const line of working) expect(unquoted(line)).not.toMatch(/\.exe/i);
    const builtIn =
      /^(?:@echo|echo|set|setlocal|if|goto|call|exit|mkdir|rmdir|del|dir|copy|type|for|pushd|popd)\b|^(?:echo\.|:\w+)?$/;
    for (const line of working) {
      const first = unquoted(line).replace(/^>+""\s*/, '');
      if (!first.startsWith('""')) expect([line, builtIn.test(first)]).toEqual([line, true]);
    }
  });

  it('quotes every path, and every argument of what it asks', () => {
    for (const line of working.filter((each) => !/^(?:if .*)?echo /.test(each))) {
      const rest = unquoted(line);
      expect([line, /\\|%(?:OUT|DIR|STORE|PROFILE|SID|SystemRoot|ProgramData)\b|(?<!%)%~(?!2)/.test(rest)]).toEqual([
        line,
        false,
      ]);
    }
    const asked = everyRequest(PLACES).filter(({ request }) => request.kind === 'command');
    const started = working.filter((line) =>
      /^"%SystemRoot%\\System32\\(?:reg|netsh|netstat|sc|tasklist|wevtutil|icacls)\.exe"/.test(line),
    );
    expect(started.length).toBe(asked.length + 3);
    for (const line of started) expect(unquoted(line)).toMatch(/^""( "")+ >(nul|"") 2>(&1|nul)$/);
  });

  it('jumps only to labels that it has', () => {
    const labels = new Set(lines.flatMap((line) => /^:(\w+)$/.exec(line)?.[1] ?? []));
    const jumps = [...script.matchAll(/(?:call|goto) :(\w+)/g)].map(([, label]) => label!);
    expect(new Set(jumps)).toEqual(labels);
  });

  it('asks exactly what a check asks, into the same files', () => {
    const started = working.filter((line) => /"%OUT%\\[^"]*\.(?:reg|txt|xml|config|json)"/.test(line)).join('\n');
    for (const { request } of everyRequest(PLACES)) {
      expect(started).toContain(`"%OUT%\\${request.folderFile.replaceAll('/', '\\')}"`);
      expect(script).toContain(`"%OUT%\\${request.folderFile.replaceAll('/', '\\')}"`);
      if (request.kind === 'file') expect(script).toContain(`copy /b /y "${request.path}" "%OUT%\\`);
      else {
        const args = request.command.args.map((argument) =>
          typeof argument === 'string' ? `"${argument}"` : '"[^"]*"',
        );
        const pattern = args.map((each) => (each === '"[^"]*"' ? each : each.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
        expect(script).toMatch(new RegExp(`${request.command.program}\\.exe" ${pattern.join(' ')} >`));
      }
    }
  });

  it('A26: keeps what icacls has saved, whatever it ends with', () => {
    const saving = lines.flatMap((line, index) => (/icacls\.exe/.test(line) ? [index] : []));
    expect(saving.map((index) => lines[index + 1])).toEqual([
      'call :check "%OUT%\\acls\\machine-keys-capi.txt" supporting',
      'call :check "%OUT%\\acls\\machine-keys-cng.txt" supporting',
    ]);
  });

  it('lists the same folders of key files, and the same store of every profile', () => {
    const profile = { sid: '%SID%', path: '%PROFILE%', name: '' };
    for (const path of keyFolders(PLACES, [profile])) expect(lines).toContain(`set "DIR=${path}"`);
    expect(lines).toContain(`set "STORE=${profileStoreFolder(profile)}"`);
  });
});

if (wine64 === undefined)
  console.warn('SKIPPED: the collecting script is not run: Wine (wine64) is not installed here');

describe.skipIf(wine64 === undefined)("the script under Wine's cmd", () => {
  const SID = 'S-1-5-21-2817403921-1946620715-3310977264';
  const PROFILE_LIST = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
  const lab = newLab({ faults: ['stranded-key', 'stale-hash', 'lost-binding'] });
  let wine: WinePrefix;
  let notElevated: ReturnType<WinePrefix['run']>;
  let files: Record<string, Uint8Array>;

  beforeAll(async () => {
    wine = winePrefix(wine64!);
    writeFileSync(join(wine.drive, 'collect it.cmd'), script);
    await furnish();
    notElevated = collectInto('not elevated');
    addHarmlessProgram(wine, 'fltmc.exe');
  });
  afterAll(() => wine?.remove());

  /** Gives Wine's Windows the registry and the files of the lab. */
  async function furnish(): Promise<void> {
    files = await filesOf(lab.disk);
    const disk = folderDisk(wine.drive);
    for (const [path, bytes] of lab.disk.files()) {
      if (!/\\inetsrv\\config\\|\\Microsoft\\(?:Crypto|SystemCertificates)\\/.test(path)) continue;
      disk.makeFolder(path.slice(0, path.lastIndexOf('\\')));
      disk.write(path, bytes);
    }
    for (const [name, bytes] of Object.entries(files).filter(([each]) => each.endsWith('.reg'))) {
      writeFileSync(join(wine.drive, 'part.reg'), bytes);
      expect([name, wine.run('reg', 'import', 'C:\\part.reg').code]).toEqual([name, 0]);
    }
    const cryptography = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography';
    wine.run('reg', 'add', cryptography, '/v', 'MachineGuid', '/d', lab.facts.machineGuid, '/f');
    for (const [rid, name] of [
      ['2001', 'Jürgen Größe & Söhne'],
      ['2002', '山田 太郎'],
      ['2003', 'gone'],
      ['2004', 'eve'],
    ] as const) {
      wine.run(
        'reg',
        'add',
        `${PROFILE_LIST}\\${SID}-${rid}`,
        '/v',
        'ProfileImagePath',
        '/d',
        `C:\\users\\${name}`,
        '/f',
      );
      if (name !== 'gone') furnishProfile(join(wine.drive, 'users', name), `${SID}-${rid}`);
      if (name === 'eve') linkStore(join(wine.drive, 'users', name));
    }
  }

  function furnishProfile(profile: string, sid: string): void {
    const microsoft = join(profile, 'AppData', 'Roaming', 'Microsoft');
    const folders = [
      join('Crypto', 'RSA', sid),
      join('Protect', sid),
      join('SystemCertificates', 'My', 'Certificates'),
    ];
    for (const folder of folders) mkdirSync(join(microsoft, folder), { recursive: true });
    writeFileSync(join(microsoft, folders[0]!, `${sid.slice(-4)}-key`), 'PRIVATE');
    const store = join(microsoft, folders[2]!);
    writeFileSync(join(store, 'A'.repeat(40)), sid);
    for (const name of NO_ENTRIES) writeFileSync(join(store, name), 'PRIVATE');
    writeFileSync(join(store, 'C'.repeat(40)), '');
    truncateSync(join(store, 'C'.repeat(40)), 2 ** 30);
  }

  /** The user's folder My becomes a link to certificates that are not hers. */
  function linkStore(profile: string): void {
    const my = join(profile, 'AppData', 'Roaming', 'Microsoft', 'SystemCertificates', 'My');
    const others = join(wine.drive, 'others');
    renameSync(my, others);
    symlinkSync(others, my);
  }

  /** What a user can lay into his store beside certificates. */
  const NO_ENTRIES = [
    'key.pem',
    'A'.repeat(41),
    `${'A'.repeat(39)}G`,
    `-${'A'.repeat(39)}`,
    `${'A'.repeat(32)}_9-9-9-9`,
  ];

  /** Started from a batch file, so that Wine's own reading of quotes on a command line plays no part. */
  function collectInto(folder: string) {
    writeFileSync(join(wine.drive, 'start.cmd'), `@"C:\\collect it.cmd" "C:\\${folder}"\r\n`);
    return wine.run('cmd', '/d', '/c', 'C:\\start.cmd');
  }

  it('does nothing without an elevated administrator', () => {
    expect(notElevated.code).toBe(3);
    expect(notElevated.stdout).toContain('Run as administrator');
    expect(existsSync(join(wine.drive, 'not elevated'))).toBe(false);
  });

  it('makes a folder from which check says the same as from the one of collect', async () => {
    const { code, stdout } = collectInto('evidence (1) & more');
    const made = join(wine.drive, 'evidence (1) & more');
    const names = readdirSync(made, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(made.length + 1));
    expect(stdout).toContain('collect --redact');
    expect(stdout).not.toContain('(required)');
    expect(code).toBe(0);
    expect(names.filter((name) => /tmp$/.test(name))).toEqual([]);
    const comparableFiles = Object.keys(files).filter((name) => names.includes(name));
    expect(comparableFiles).toEqual(
      expect.arrayContaining(['applicationHost.config', 'key-files.txt', 'machine-guid.txt', 'registry/store-MY.reg']),
    );
    const same = Object.fromEntries(Object.entries(files).filter(([name]) => comparableFiles.includes(name)));
    const diagnosis = await diagnosisOf(await evidenceIn(folderFiles(made)));
    expect(comparable(diagnosis)).toEqual(comparable(await folderDiagnosis(same)));
    expect(diagnosis.findings).toHaveLength(3);
  });

  it('finds the profiles of people whose names no code page holds, and copies certificates alone', async () => {
    const made = join(wine.drive, 'evidence (1) & more');
    const { evidence } = await diagnosisOf(await evidenceIn(folderFiles(made)));
    const paths = evidence.keyFiles.known ? evidence.keyFiles.value.paths : [];
    for (const [rid, name] of [
      ['2001', 'Jürgen Größe & Söhne'],
      ['2002', '山田 太郎'],
    ]) {
      const key = `\\users\\${name}\\AppData\\Roaming\\Microsoft\\Crypto\\RSA\\${SID}-${rid}\\${rid}-key`;
      expect(paths.filter((path) => path.endsWith(key))).toHaveLength(1);
      const store = join(made, 'profiles', `${SID}-${rid}`, 'My');
      expect(readFileSync(join(store, 'A'.repeat(40)), 'utf8')).toBe(`${SID}-${rid}`);
      // No other name, nothing larger than 1 MB. A link to a file cannot be told under Wine, which shows none as one.
      expect(readdirSync(store)).toEqual(['A'.repeat(40)]);
    }
    expect(evidence.keyFiles.known && evidence.keyFiles.value.unread).toEqual([]);
    const everything = readdirSync(made, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(everything.some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes('PRIVATE'))).toBe(
      false,
    );
  });

  it('follows no junction in place of a store: what it leads to is not mailed', () => {
    expect(existsSync(join(wine.drive, 'evidence (1) & more', 'profiles', `${SID}-2004`))).toBe(false);
  });

  it('refuses a folder that exists, and leaves it alone', () => {
    mkdirSync(join(wine.drive, 'taken'));
    expect(collectInto('taken').code).toBe(2);
    expect(readdirSync(join(wine.drive, 'taken'))).toEqual([]);
  });

  it('says that there is no WebHosting store only where the list of stores lacks it', () => {
    const key = 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\WebHosting';
    const store = (folder: string) => join(wine.drive, folder, 'registry', 'store-WebHosting.reg');
    writeFileSync(join(wine.drive, 'collect it.cmd'), script.replace(`"export" "${key}"`, `"export" "${key}\\Closed"`));
    expect([collectInto('closed').code, existsSync(store('closed'))]).toEqual([4, false]);
    writeFileSync(join(wine.drive, 'collect it.cmd'), script);
    wine.run('reg', 'delete', key, '/f');
    expect(collectInto('no store').code).toBe(0);
    expect(readFileSync(store('no store'), 'utf8').trim()).toBe('Windows Registry Editor Version 5.00');
  }, 180_000);

  it('never takes the local configuration for one that is shared', () => {
    const path = 'C:\\Windows\\System32\\inetsrv\\config\\redirection.config';
    const disk = folderDisk(wine.drive);
    const text = disk.read(path)!.toString('utf8');
    disk.write(
      path,
      Buffer.from(
        text.replace(
          '<configurationRedirection />',
          '<configurationRedirection enabled="true" path="\\\\farm\\iis" />',
        ),
      ),
    );
    const { code, stdout } = collectInto('shared');
    expect([code, existsSync(join(wine.drive, 'shared', 'applicationHost.config'))]).toEqual([4, false]);
    expect(stdout).toContain('The configuration is shared');
  });
});
