// Questions to netsh http: its commands, its help, what it shows.

import { type Bench, PORT } from '../bench.ts';
import { type Question, question } from '../question.ts';

const ENDPOINT = `ipport=0.0.0.0:${PORT}`;
const SERVER_2022 = 20348;

async function knowsUpdate(bench: Bench): Promise<boolean> {
  const { text } = await bench.run('netsh', ['http', 'update', 'sslcert', 'help']);
  return /\bcerthash=/i.test(text);
}

const updateSslcert = question('update-sslcert', async (bench) => {
  const { text } = await bench.must('reg', ['query', WINDOWS_NT, '/v', 'CurrentBuildNumber']);
  const build = Number(/REG_SZ\s+(\d+)/.exec(text)?.[1]);
  return (await knowsUpdate(bench)) === build >= SERVER_2022 ? 'by-build' : 'the-other-way';
});

const WINDOWS_NT = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

const updateLeftOut = question('update-left-out', async (bench) => {
  if (!(await knowsUpdate(bench))) return { why: 'its netsh knows no update' };
  const made = bench.certificate();
  await bench.imported(made);
  await bench.record(ENDPOINT, made.thumbprint, 'clientcertnegotiation=enable');
  if ((await flagsOf(bench)) !== 2) return { why: 'a record was not made with the flag that was asked for' };
  const hash = `certhash=${made.thumbprint.toLowerCase()}`;
  const appId = 'appid={4dc3e181-e14b-4a21-b022-59fc669b0914}';
  await bench.must('netsh', ['http', 'update', 'sslcert', ENDPOINT, hash, appId, 'certstorename=MY']);
  return (await flagsOf(bench)) === 2 ? 'kept' : 'set-back';
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

export const NETSH_QUESTIONS: readonly Question[] = [updateSslcert, updateLeftOut, netshHelp];
