// Questions to http.sys: which record answers whom, and with what.

import { createHash } from 'node:crypto';
import { dropCredentials } from '../acceptance/services.ts';
import { type Bench, PORT } from '../bench.ts';
import { type Question, question } from '../question.ts';

const RECORDS = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo';
const NAME = 'question.example.test';

const recordOrder = question('record-order', async (bench) => {
  const wild = bench.certificate();
  const named = bench.certificate();
  for (const made of [wild, named]) await bench.imported(made);
  await bench.site(PORT, [{}, { host: NAME, sslFlags: 1 }]);
  await bench.record(`ipport=0.0.0.0:${PORT}`, wild.thumbprint);
  await bench.served(wild, PORT);
  await bench.record(`hostnameport=${NAME}:${PORT}`, named.thumbprint);
  const got = await bench.greet(PORT, NAME);
  if (got === named.thumbprint) return 'sni-first';
  return got === wild.thumbprint ? 'wildcard-first' : { why: `the visitor got neither certificate: ${got}` };
});

const ipv6Wildcard = question('ipv6-wildcard', async (bench) => {
  const wild = bench.certificate();
  const six = bench.certificate();
  for (const made of [wild, six]) await bench.imported(made);
  await bench.site(PORT);
  await bench.record(`ipport=0.0.0.0:${PORT}`, wild.thumbprint);
  // Without it nobody would know whether the site was there at all.
  await bench.served(wild, PORT);
  await bench.must('netsh', ['http', 'delete', 'sslcert', `ipport=0.0.0.0:${PORT}`]);
  await bench.record(`ipport=[::]:${PORT}`, six.thumbprint);
  const got = await bench.greet(PORT);
  if (got === six.thumbprint) return 'both-families';
  return got === 'no-tls' ? 'ipv6-only' : { why: `an IPv4 visitor got ${got}` };
});

const centralStoreMiss = question('central-store-miss', async (bench) => {
  const wild = bench.certificate();
  await bench.imported(wild);
  await bench.site(PORT, [{}, { host: NAME }]);
  await bench.record(`ipport=0.0.0.0:${PORT}`, wild.thumbprint);
  await bench.served(wild, PORT);
  const named = bench.certificate();
  await bench.imported(named);
  await bench.record(`hostnameport=${NAME}:${PORT}`, named.thumbprint);
  const order = await bench.greet(PORT, NAME);
  if (order !== named.thumbprint)
    return { why: 'a wildcard address comes before all names here, so the central store is never asked' };
  await bench.must('netsh', ['http', 'delete', 'sslcert', `hostnameport=${NAME}:${PORT}`]);
  await bench.record(`ccs=${PORT}`, '');
  const got = await bench.greet(PORT, NAME);
  if (got === wild.thumbprint) return 'next-record';
  return got === 'no-tls' ? 'reset' : { why: `a visitor of a name without a file got ${got}` };
});

const renewalProperty = question('renewal-property', async (bench) => {
  const old = bench.certificate();
  const next = bench.certificate();
  for (const made of [old, next]) await bench.imported(made);
  await bench.site(PORT);
  await bench.record(`ipport=0.0.0.0:${PORT}`, old.thumbprint);
  await bench.served(old, PORT);
  const hex = next.thumbprint.toLowerCase().replace(/..(?=.)/g, '$& ');
  const inf = await bench.file('renewal.inf', Buffer.from(`[Properties]\r\n64 = "{hex}${hex}"\r\n`));
  await bench.must('certutil', ['-f', '-silent', '-repairstore', 'MY', old.thumbprint, inf]);
  // A record that was made before might keep what it had.
  await bench.must('netsh', ['http', 'delete', 'sslcert', `ipport=0.0.0.0:${PORT}`]);
  await bench.record(`ipport=0.0.0.0:${PORT}`, old.thumbprint);
  const got = await bench.greet(PORT);
  if (got === next.thumbprint) return 'followed';
  return got === old.thumbprint ? 'not-followed' : { why: `the visitor got neither certificate: ${got}` };
});

const loopback = question('loopback-connections', async (bench) => {
  const made = bench.certificate();
  await bench.imported(made);
  await bench.site(PORT);
  await bench.record(`ipport=0.0.0.0:${PORT}`, made.thumbprint);
  if (bench.address === '127.0.0.1') return { why: 'this server has no other address to compare with' };
  await bench.served(made, PORT);
  const visit = await bench.host.visit({ address: '127.0.0.1', port: PORT, name: '' });
  bench.note(`a visitor of 127.0.0.1 who asks for a page gets ${visit}`);
  if (visit === 'page') return 'answered';
  if (visit === 'no-tls') return 'reset-in-handshake';
  return visit === 'ended-after-the-handshake' ? 'reset-after-handshake' : { why: 'nobody listens at 127.0.0.1' };
});

const failureEvents = question('failure-events', async (bench) => {
  const made = bench.certificate();
  const link = await bench.imported(made);
  if (link === undefined) return { why: 'the entry of an imported certificate names no key' };
  await bench.site(PORT);
  await bench.record(`ipport=0.0.0.0:${PORT}`, made.thumbprint);
  await bench.served(made, PORT);
  // The record comes back by way of the registry, as at a boot: http.sys has no credential for it, and there is no key any more.
  const record = await bench.file('record.reg', Buffer.alloc(0));
  await bench.must('reg', ['export', `${RECORDS}\\0.0.0.0:${PORT}`, record, '/y']);
  await bench.must('netsh', ['http', 'delete', 'sslcert', `ipport=0.0.0.0:${PORT}`]);
  await bench.must('certutil', ['-csp', link.provider, '-delkey', link.container]);
  await bench.must('reg', ['import', record]);
  await dropCredentials({ bench });
  const heard = await untilHeard(bench);
  if (!heard) return { why: 'http.sys did not listen again after it was stopped and started' };
  const before = await failures(bench);
  const got = await bench.greet(PORT);
  if (got !== 'no-tls') return { why: `a visitor of a record without a key got ${got}` };
  await bench.host.machine.sleep(5000);
  return (await failures(bench)) > before ? 'at-each-connection' : 'at-start';
});

/** Whether connections come about; sites need a while to start. */
async function untilHeard(bench: Bench): Promise<boolean> {
  for (let tries = 0; tries < 40; tries += 1) {
    if ((await bench.greet(PORT)) !== 'no-connection') return true;
    await bench.host.machine.sleep(500);
  }
  return false;
}

/** How often an endpoint of ours was logged as one whose certificate could not be used. */
async function failures(bench: Bench): Promise<number> {
  const query = "/q:*[System[Provider[@Name='Microsoft-Windows-HttpEvent'] and EventID=15021]]";
  const args = ['qe', 'System', query, '/c:1000', '/rd:true', '/f:xml', '/e:Events'];
  const { text } = await bench.run('wevtutil', args, { quiet: true });
  const count = text.split(`0.0.0.0:${PORT}<`).length - 1;
  bench.note(`  ${count} times 15021 for 0.0.0.0:${PORT}`);
  return count;
}

const sentChain = question('sent-chain', async (bench) => {
  const root = bench.certificate({ selfSigned: true, authority: true, names: ['Root of a question'] });
  const issuing = bench.certificate({ issuer: root, authority: true, names: ['Issuer of a question'] });
  const made = bench.certificate({ issuer: issuing });
  await bench.imported(made);
  await bench.site(PORT);
  await bench.record(`ipport=0.0.0.0:${PORT}`, made.thumbprint);
  await bench.served(made, PORT);
  const file = await bench.file('issuer.cer', issuing.der);
  bench.afterwards(() => bench.run('certutil', ['-f', '-delstore', 'CA', issuing.thumbprint]));
  await bench.must('certutil', ['-f', '-addstore', 'CA', file]);
  if (await sendsIssuer(bench, issuing.thumbprint)) return 'made-at-once';
  await bench.must('netsh', ['http', 'delete', 'sslcert', `ipport=0.0.0.0:${PORT}`]);
  await bench.record(`ipport=0.0.0.0:${PORT}`, made.thumbprint);
  return (await sendsIssuer(bench, issuing.thumbprint)) ? 'kept-with-the-binding' : 'kept-until-the-reboot';
});

async function sendsIssuer(bench: Bench, issuer: string): Promise<boolean> {
  const got = await bench.host.machine.handshake({ address: bench.address, port: PORT, name: '' });
  const sent = got.known && got.value.outcome === 'certificate' ? (got.value.sent ?? []) : [];
  const sums = sent.map((der) => createHash('sha1').update(der).digest('hex').toUpperCase());
  bench.note(`a visitor is sent ${sums.join(', ') || 'nothing'}`);
  return sums.includes(issuer);
}

const signatureOnlyKey = question('signature-only-key', async (bench) => {
  const made = bench.certificate();
  const other = bench.certificate();
  await bench.imported(other);
  await bench.imported(made, 'AT_SIGNATURE,NoChain,NoRoot');
  await bench.site(PORT);
  await bench.record(`ipport=0.0.0.0:${PORT}`, other.thumbprint);
  await bench.served(other, PORT);
  await bench.must('netsh', ['http', 'delete', 'sslcert', `ipport=0.0.0.0:${PORT}`]);
  await bench.record(`ipport=0.0.0.0:${PORT}`, made.thumbprint);
  const got = await bench.greet(PORT);
  if (got === made.thumbprint) return 'served';
  return got === 'no-tls' ? 'turned-away' : { why: `the visitor got ${got}` };
});

/** The names of a record's values that are established. */
const KNOWN_VALUES =
  /^(AppId|SslCertHash|SslCertStoreName|HostnamePort|DefaultFlags|DefaultSsl(CertCheckMode|RevocationFreshnessTime|RevocationUrlRetrievalTimeout|CtlIdentifier|CtlStoreName))$/;

const recordValues = question('record-values', async (bench) => {
  const made = bench.certificate();
  await bench.imported(made);
  await bench.record(`ipport=0.0.0.0:${PORT}`, made.thumbprint);
  const table = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo';
  const own = strangeValues((await bench.must('reg', ['query', `${table}\\0.0.0.0:${PORT}`])).text);
  if (own.length === 0) return 'none';
  // What the server's own records hold is nobody's business but its own, so it is not noted.
  const all = await bench.host.run({ program: 'reg', args: ['query', table, '/s'] });
  const others = strangeValues(all.started ? Buffer.from(all.stdout).toString('latin1') : '');
  return others.every((value) => own.includes(value)) ? 'as-http-sys-writes-it' : 'changed';
});

/** `name type data` of the values that are not known. */
const strangeValues = (text: string): readonly string[] =>
  [...text.matchAll(/^ {4}(\S.*?) {4}(REG_\w+) {4}(.*?)\r*$/gm)]
    .filter(([, name = '']) => !KNOWN_VALUES.test(name))
    .map(([, name, type, data]) => `${name} ${type} ${data}`);

const draggedCredential = question('dragged-credential', async (bench) => {
  const made = bench.certificate();
  const other = bench.certificate();
  const link = await bench.imported(made);
  await bench.imported(other);
  await bench.site(PORT, [{}]);
  await bench.site(PORT + 1, [{}]);
  await bench.record(`ipport=0.0.0.0:${PORT}`, made.thumbprint);
  await bench.record(`ipport=0.0.0.0:${PORT + 1}`, other.thumbprint);
  await bench.served(made, PORT);
  await bench.served(other, PORT + 1);
  if (link === undefined) return { why: 'the entry of an imported certificate names no key' };
  // As after a drag nobody can open the key again.
  await bench.must('certutil', ['-csp', link.provider, '-delkey', link.container]);
  const kept = await bench.greet(PORT);
  if (kept !== made.thumbprint) return { why: `http.sys keeps no key open: ${kept}` };
  await dropCredentials({ bench });
  await bench.served(other, PORT + 1);
  const got = await bench.greet(PORT);
  if (got === made.thumbprint) return 'until-the-reboot';
  return got === 'no-tls' ? 'until-http-starts' : { why: `the visitor got ${got}` };
});

const netshKeyContext = question('netsh-key-context', async (bench) => {
  const made = bench.certificate();
  await bench.importedForUser(made);
  bench.afterwards(() => bench.run('certutil', ['-f', '-delstore', 'MY', made.thumbprint]));
  await bench.host.drag(made.thumbprint);
  if ((await bench.keyLink(made.thumbprint)) === undefined)
    return { why: 'the certificate did not arrive with its key link' };
  const at = `ipport=0.0.0.0:${PORT}`;
  bench.afterwards(() => bench.run('netsh', ['http', 'delete', 'sslcert', at]));
  const hash = `certhash=${made.thumbprint.toLowerCase()}`;
  const { code, text } = await bench.run('netsh', ['http', 'add', 'sslcert', at, hash, 'certstorename=MY', APP_ID]);
  if (code === 0) return 'of-the-caller';
  return /\b1312\b/.test(text) ? 'of-the-service' : { why: 'netsh refused the certificate for another reason' };
});

const APP_ID = 'appid={4dc3e181-e14b-4a21-b022-59fc669b0914}';

const updateCredential = question('update-credential', async (bench) => {
  const made = bench.certificate();
  const link = await bench.imported(made);
  const at = `ipport=0.0.0.0:${PORT}`;
  await bench.record(at, made.thumbprint);
  if (link === undefined) return { why: 'the entry of an imported certificate names no key' };
  const args = [
    'http',
    'update',
    'sslcert',
    at,
    `certhash=${made.thumbprint.toLowerCase()}`,
    'certstorename=MY',
    APP_ID,
  ];
  if ((await bench.run('netsh', args)).code !== 0) return { why: 'netsh of this server has no update sslcert' };
  // Whoever opens the key again finds none.
  await bench.must('certutil', ['-csp', link.provider, '-delkey', link.container]);
  const { code, text } = await bench.run('netsh', args);
  if (code === 0) return 'as-it-was';
  return /\b1312\b/.test(text) ? 'anew' : { why: 'netsh refused the update for another reason' };
});

const listenListChange = question('listen-list-change', async (bench) => {
  if (bench.address === '127.0.0.1') return { why: 'this server has no other address to leave out' };
  const parameters = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters';
  if ((await bench.run('reg', ['query', parameters, '/v', 'ListenOnlyList'])).code === 0)
    return { why: 'there is a listen list here already' };
  const made = bench.certificate();
  await bench.imported(made);
  await bench.site(PORT);
  await bench.record(`ipport=0.0.0.0:${PORT}`, made.thumbprint);
  await bench.served(made, PORT);
  bench.afterwards(() => bench.run('netsh', ['http', 'delete', 'iplisten', 'ipaddress=127.0.0.1']));
  await bench.must('netsh', ['http', 'add', 'iplisten', 'ipaddress=127.0.0.1']);
  await bench.host.machine.sleep(2000);
  const got = await bench.greet(PORT);
  return got === made.thumbprint ? 'after-a-restart' : 'at-once';
});

export const HTTP_SYS_QUESTIONS: readonly Question[] = [
  recordOrder,
  ipv6Wildcard,
  centralStoreMiss,
  renewalProperty,
  loopback,
  failureEvents,
  sentChain,
  signatureOnlyKey,
  recordValues,
  draggedCredential,
  netshKeyContext,
  updateCredential,
  listenListChange,
];
