// Questions to IIS and to appcmd.

import { hashEntry, withStaleEntry } from '../../../src/lab/config/config-entry.ts';
import { type Bench, flagsOf, PORT } from '../bench.ts';
import { type Question, question } from '../question.ts';

const NAME = 'question.example.test';
const RECORDS = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters';

const renewSameCertificate = question('renew-same-certificate', async (bench) => {
  const made = bench.certificate();
  const link = await bench.imported(made);
  await bench.site(PORT);
  await bench.record(`ipport=0.0.0.0:${PORT}`, made.thumbprint);
  await bench.served(made, PORT);
  if (link === undefined) return { why: 'the entry of an imported certificate names no key' };
  // Whoever opens the key again finds none.
  await bench.must('certutil', ['-csp', link.provider, '-delkey', link.container]);
  const cert = made.thumbprint.toLowerCase();
  const ran = await bench.run('appcmd', ['renew', 'binding', `/oldcert:${cert}`, `/newcert:${cert}`]);
  const record = await bench.run('reg', ['query', `${RECORDS}\\SslBindingInfo\\0.0.0.0:${PORT}`]);
  // ERROR_INVALID_PARAMETER: IIS before 8.5 knows no such verb.
  if (ran.code === 87) return { why: 'appcmd of this server has no renew binding' };
  return ran.code === 0 && record.code === 0 ? 'does-nothing' : 'binds-anew';
});

const renewRecordSettings = question('renew-record-settings', async (bench) => {
  const old = bench.certificate();
  const next = bench.certificate();
  for (const made of [old, next]) await bench.imported(made);
  await bench.site(PORT);
  await bench.record(`ipport=0.0.0.0:${PORT}`, old.thumbprint, 'clientcertnegotiation=enable');
  await bench.served(old, PORT);
  const [from, to] = [old.thumbprint.toLowerCase(), next.thumbprint.toLowerCase()];
  await bench.run('appcmd', ['renew', 'binding', `/oldcert:${from}`, `/newcert:${to}`]);
  const key = `${RECORDS}\\SslBindingInfo\\0.0.0.0:${PORT}`;
  const { text } = await bench.run('reg', ['query', key]);
  if (!text.includes(next.thumbprint)) return { why: 'appcmd renew binding did not renew the binding' };
  const flags = Number(/DefaultFlags\s+REG_DWORD\s+(0x[0-9a-f]+)/i.exec(text)?.[1] ?? 0);
  return (flags & 0x2) !== 0 ? 'kept' : 'dropped';
});

/** A time limit that nobody sets, in milliseconds, as reg.exe prints it. */
const TIMEOUT = { given: 'urlretrievaltimeout=12345', shown: '0x3039' };

const configFlags = question('config-flags', async (bench) => {
  const made = bench.certificate();
  await bench.imported(made);
  const site = await bench.site(PORT, [{ host: NAME, sslFlags: 1 }]);
  await bench.record(`hostnameport=${NAME}:${PORT}`, made.thumbprint, TIMEOUT.given);
  await bench.served(made, PORT, NAME);
  if (!(await hasTimeout(bench))) return { why: 'the record does not have the time limit that it was given' };
  // SNI as before, and HTTP/2 off.
  await bench.must('appcmd', ['set', 'site', site, flagsOf(PORT, NAME, 5)]);
  for (let tries = 0; tries < 10; tries += 1) {
    await bench.greet(PORT, NAME);
    if (!(await hasTimeout(bench))) return 'records-made-anew';
    await bench.host.machine.sleep(1000);
  }
  return 'records-left-alone';
});

async function hasTimeout(bench: Bench): Promise<boolean> {
  const { text } = await bench.run('reg', ['query', `${RECORDS}\\SslSniBindingInfo`, '/s'], { quiet: true });
  const record = text.split(/\r?\n\r?\n/).find((block) => block.includes(`${NAME}:${PORT}`));
  for (const line of record?.split(/\r?\n/) ?? []) bench.note(`  ${line}`);
  return record?.includes(TIMEOUT.shown) ?? false;
}

const mapperRecord = question('mapper-record', async (bench) => {
  const { machine } = bench.host;
  if ((await bench.run('sc', ['query', 'IISADMIN'])).code !== 0) return { why: 'IIS 6 compatibility is not installed' };
  const old = bench.certificate();
  const next = bench.certificate();
  for (const made of [old, next]) await bench.imported(made);
  const site = await bench.site(PORT);
  await bench.record(`ipport=0.0.0.0:${PORT}`, old.thumbprint, 'clientcertnegotiation=enable');
  const id = Number(/\(id:(\d+),/.exec((await bench.must('appcmd', ['list', 'site', site])).text)?.[1]);
  const path = `${machine.systemRoot}\\System32\\inetsrv\\config\\applicationHost.config`;
  const before = await machine.read(path);
  if (before.result !== 'ok' || !(id > 0)) return { why: 'the configuration could not be read' };
  bench.afterwards(() => machine.write(path, before.bytes));
  const entry = hashEntry(Buffer.from(next.thumbprint, 'hex').toString('base64'));
  const text = withStaleEntry(Buffer.from(before.bytes).toString('latin1'), id, entry);
  await machine.write(path, Buffer.from(text, 'latin1'));
  await bench.must('iisreset', []);
  for (let tries = 0; tries < 20; tries += 1) {
    const record = await bench.run('reg', ['query', `${RECORDS}\\SslBindingInfo\\0.0.0.0:${PORT}`]);
    if (record.text.includes(next.thumbprint)) return madeAs(record.text);
    await machine.sleep(1000);
  }
  return { why: 'nothing has used the ABO mapper' };
});

function madeAs(text: string) {
  const appId = /AppId\s+REG_BINARY\s+([0-9a-f]{32})/i.exec(text)?.[1]?.toLowerCase() ?? '';
  const flags = Number(/DefaultFlags\s+REG_DWORD\s+(0x[0-9a-f]+)/i.exec(text)?.[1] ?? 0);
  if ((flags & 0x2) !== 0) return 'settings-kept';
  if (/^0*$/.test(appId)) return 'nobody';
  return appId === '81e1c34d4be1214ab02259fc669b0914' ? 'iis' : 'another-id';
}

export const IIS_QUESTIONS: readonly Question[] = [
  mapperRecord,
  renewSameCertificate,
  renewRecordSettings,
  configFlags,
];
