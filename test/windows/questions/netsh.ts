// Questions to netsh http: its commands, its help, what it shows.

import { type Bench, PORT } from '../bench.ts';
import { type Question, question } from '../question.ts';

const ENDPOINT = `ipport=0.0.0.0:${PORT}`;
const SERVER_2022 = 20348;

/** An update with these settings; whether one happens is told by the record, for a help may name no command at all. */
async function update(bench: Bench, thumbprint: string, ...more: readonly string[]): Promise<number> {
  const hash = [`certhash=${thumbprint.toLowerCase()}`, 'certstorename=MY'];
  const appId = 'appid={4dc3e181-e14b-4a21-b022-59fc669b0914}';
  await bench.run('netsh', ['http', 'update', 'sslcert', ENDPOINT, ...hash, appId, ...more]);
  return flagsOf(bench);
}

const updateSslcert = question('update-sslcert', async (bench) => {
  const { text } = await bench.must('reg', ['query', WINDOWS_NT, '/v', 'CurrentBuildNumber']);
  const build = Number(/REG_SZ\s+(\d+)/.exec(text)?.[1]);
  const made = bench.certificate();
  await bench.imported(made);
  await bench.record(ENDPOINT, made.thumbprint);
  if ((await flagsOf(bench)) !== 0) return { why: 'a record was made with a flag that nobody asked for' };
  const updates = (await update(bench, made.thumbprint, 'clientcertnegotiation=enable')) === 2;
  return updates === build >= SERVER_2022 ? 'by-build' : 'the-other-way';
});

const WINDOWS_NT = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

const updateLeftOut = question('update-left-out', async (bench) => {
  const made = bench.certificate();
  await bench.imported(made);
  await bench.record(ENDPOINT, made.thumbprint);
  if ((await update(bench, made.thumbprint, 'clientcertnegotiation=enable')) !== 2)
    return { why: 'its netsh knows no update' };
  return (await update(bench, made.thumbprint)) === 2 ? 'kept' : 'set-back';
});

async function flagsOf(bench: Bench): Promise<number> {
  const key = `HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo\\0.0.0.0:${PORT}`;
  const { text } = await bench.must('reg', ['query', key, '/v', 'DefaultFlags']);
  return Number(/REG_DWORD\s+(0x[0-9a-f]+)/i.exec(text)?.[1]);
}

const netshHelp = question('netsh-help', async (bench) => {
  const { text } = await bench.run('netsh', ['http', 'add', 'sslcert', 'help']);
  if (/\bcerthash=\]/i.test(text)) return 'bracketed';
  return /\bcerthash=</i.test(text) ? 'plain' : 'nothing';
});

const showSwitchLines = question('show-switch-lines', async (bench) => {
  const made = bench.certificate();
  await bench.imported(made);
  await bench.record(ENDPOINT, made.thumbprint);
  const { text } = await bench.must('netsh', ['http', 'show', 'sslcert', ENDPOINT]);
  const labels = text.split(/\r*\n/).map((line) => line.slice(0, line.lastIndexOf(':')));
  const ocsp = labels.findIndex((label) => /OCSP/.test(label));
  // The one line that names TLS and no version.
  const legacy = labels.findIndex((label) => /TLS/.test(label) && !/\d/.test(label));
  if (ocsp < 0 || legacy < 0) return { why: 'its netsh shows no such lines' };
  return legacy === ocsp + 1 ? 'legacy-tls-after-ocsp' : 'legacy-tls-late';
});

export const NETSH_QUESTIONS: readonly Question[] = [updateSslcert, updateLeftOut, netshHelp, showSwitchLines];
