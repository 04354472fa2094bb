// Questions to certutil.

import { writePfx } from '../../../src/lab/programs/certutil/pfx.ts';
import type { Bench } from '../bench.ts';
import { PFX_PASSWORD } from '../made.ts';
import { type Question, question } from '../question.ts';

const repairOfALink = question('repair-of-a-link', async (bench) => {
  const made = bench.certificate();
  const right = await bench.imported(made);
  if (right === undefined) return { why: 'the entry of an imported certificate names no key' };
  const lines = [
    '[Properties]',
    '2 = "{text}"',
    '_continue_ = "Container=iis-ssl-heal-ask-nowhere&"',
    `_continue_ = "Provider=${right.provider}&"`,
    `_continue_ = "ProviderType=${right.type}&"`,
    '_continue_ = "Flags=32&"',
    '_continue_ = "KeySpec=1"',
    '',
  ];
  const inf = await bench.file('wrong-link.inf', Buffer.from(lines.join('\r\n')));
  await bench.must('certutil', ['-f', '-silent', '-repairstore', 'MY', made.thumbprint, inf]);
  if ((await bench.keyLink(made.thumbprint))?.container !== 'iis-ssl-heal-ask-nowhere')
    return { why: 'the entry could not be given a wrong link' };
  await bench.run('certutil', ['-f', '-silent', '-repairstore', 'MY', made.thumbprint]);
  const now = await bench.keyLink(made.thumbprint);
  return now?.container === 'iis-ssl-heal-ask-nowhere' ? 'left-alone' : 'rewritten';
});

const repairWithoutAKey = question('repair-without-a-key', async (bench) => {
  const made = bench.certificate();
  const file = await bench.file('without-a-key.cer', made.der);
  bench.afterwards(() => bench.run('certutil', ['-f', '-delstore', 'MY', made.thumbprint]));
  await bench.must('certutil', ['-f', '-addstore', 'MY', file]);
  const ran = await bench.run('certutil', ['-f', '-silent', '-repairstore', 'MY', made.thumbprint], { seconds: 60 });
  if (ran.late) return 'asks';
  return ran.code === undefined ? { why: 'certutil could not be started' } : 'fails';
});

const importSelfSigned = question('import-self-signed', async (bench) => {
  const made = bench.certificate({ selfSigned: true });
  const pfx = await bench.file('self-signed.pfx', made.pfx);
  bench.afterwards(() => bench.run('certutil', ['-f', '-delstore', 'MY', made.thumbprint]));
  await bench.run('certutil', ['-f', '-p', PFX_PASSWORD, '-importPFX', 'MY', pfx, 'NoChain,NoRoot']);
  const link = await bench.keyLink(made.thumbprint);
  if (link === undefined) return 'refused';
  bench.afterwards(() => bench.run('certutil', ['-csp', link.provider, '-delkey', link.container]));
  return 'imported';
});

const cryptoAlgorithm = question('crypto-algorithm', async (bench) => {
  const made = bench.certificate();
  await bench.imported(made);
  const exported = async (name: string, modifiers: string) => {
    const path = await bench.file(name, Buffer.alloc(0));
    await bench.run('certutil', ['-f', '-p', PFX_PASSWORD, '-exportPFX', 'MY', made.thumbprint, path, modifiers]);
    const read = await bench.host.machine.read(path);
    return read.result === 'ok' && read.bytes.length > 0;
  };
  if (!(await exported('plain.pfx', 'NoChain'))) return { why: 'certutil exports no PFX here at all' };
  return (await exported('aes.pfx', 'NoChain,CryptoAlgorithm=Aes256-Sha256')) ? 'known' : 'refused';
});

const aesPfx = question('aes-pfx', async (bench) => {
  const made = bench.certificate();
  const content = { certificates: [made.der], privateKey: made.privateKey, friendlyName: '' };
  const pfx = await bench.file('aes.pfx', writePfx(content, PFX_PASSWORD, 'aes256'));
  bench.afterwards(() => bench.run('certutil', ['-f', '-delstore', 'MY', made.thumbprint]));
  const args = ['-f', '-p', PFX_PASSWORD, '-importPFX', 'MY', pfx, 'NoChain,NoRoot'];
  const ran = await bench.run('certutil', args, { seconds: 60 });
  const link = await bench.keyLink(made.thumbprint);
  if (link !== undefined) {
    bench.afterwards(() => bench.run('certutil', ['-csp', link.provider, '-delkey', link.container]));
    return 'read';
  }
  return ran.late ? 'hangs' : { why: 'certutil ended, and imported nothing' };
});

const keyWithoutThePassword = question('key-without-the-password', async (bench) => {
  const made = bench.certificate();
  await bench.importedForUser(made);
  const path = await bench.file('without-the-password.pfx', Buffer.alloc(0));
  const args = ['-user', '-f', '-p', PFX_PASSWORD, '-exportPFX', 'MY', made.thumbprint, path, 'NoChain'];
  const text = await bench.host.withoutPassword('certutil', args);
  for (const line of text.split(/\r*\n/)) bench.note(`  ${line}`);
  const read = await bench.host.machine.read(path);
  if (read.result === 'ok' && read.bytes.length > 0) return 'opens';
  if (/0x8009000b/i.test(text)) return 'bad-key-state';
  return /0x80090010/.test(text) ? 'no-permission' : { why: 'the export ended in a third way' };
});

const importOverEntry = question('import-over-entry', async (bench) => {
  const made = bench.certificate();
  const first = await bench.imported(made);
  if (first === undefined) return { why: 'the entry of an imported certificate names no key' };
  const before = await keyFiles(bench);
  const pfx = await bench.file('again.pfx', made.pfx);
  const { text } = await bench.run('certutil', ['-f', '-p', PFX_PASSWORD, '-importPFX', 'MY', pfx, 'NoChain,NoRoot']);
  const next = await bench.keyLink(made.thumbprint);
  // The container of a second import, which nothing may name. A second one would be somebody else's.
  const added = (await keyFiles(bench)).filter((file) => !before.includes(file));
  if (added.length === 1) bench.afterwards(() => bench.host.machine.remove(added[0] ?? ''));
  if (/0x80092005/.test(text)) return 'refused';
  if (next === undefined) return { why: 'the entry names no key after the second import' };
  return next.container === first.container ? 'key-link-stays' : 'key-link-replaced';
});

async function keyFiles({ host: { machine } }: Bench): Promise<readonly string[]> {
  const folders = ['RSA\\MachineKeys', 'Keys'].map((name) => `${machine.programData}\\Microsoft\\Crypto\\${name}`);
  const lists = await Promise.all(folders.map((folder) => machine.list(folder)));
  return lists.flatMap((list, at) => (list.result === 'ok' ? list.files.map((name) => `${folders[at]}\\${name}`) : []));
}

const exitCodes = question('certutil-exit-codes', async (bench) => {
  const { code, text } = await bench.run('certutil', ['-store', 'MY', '0'.repeat(40)]);
  const printed = Number(/0x8[0-9a-f]{7}/i.exec(text)?.[0] ?? 0);
  if (code === undefined || printed === 0)
    return { why: 'certutil printed no code for a certificate that is not there' };
  if (code === printed) return 'hresult';
  if (code === 1) return 'one';
  return code === 0xffffffff ? 'minus-one' : { why: `certutil ended with ${code}` };
});

export const CERTUTIL_QUESTIONS: readonly Question[] = [
  repairOfALink,
  repairWithoutAKey,
  importSelfSigned,
  cryptoAlgorithm,
  aesPfx,
  keyWithoutThePassword,
  importOverEntry,
  exitCodes,
];
