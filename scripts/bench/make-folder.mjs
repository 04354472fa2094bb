// Writes an evidence folder of a large, healthy server: as many sites, SSL records and certificates as are asked for.
// Usage: node scripts/bench/make-folder.mjs FOLDER COUNT [--lost]   (--lost: no site has its SSL record any more)
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificate } from './certificate.mjs';
import { binaryValue, regFile, storeEntry } from './registry.mjs';
import { site } from './site.mjs';

const MACHINE_GUID = '6f1c2a34-5b7d-4e8f-9a0b-1c2d3e4f5a6b';
const STORE = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates';
const PARAMETERS = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters';
const PROFILES = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
const IIS_APP_ID = Buffer.from('81e1c34d4be1214ab02259fc669b0914', 'hex');
const PERMISSIONS =
  'D:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;S-1-5-80-1184457765-4068085190-3456807688-2200952327-3769537534)';

/** A GUID that follows from its subject. @param {string} subject */
const guid = (subject) =>
  createHash('md5')
    .update(subject)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

/** Site, certificate and key of one number; half of the keys are CryptoAPI's, half CNG's. @param {number} number */
function server(number) {
  const host = `shop-${String(number).padStart(5, '0')}.example.test`;
  const cng = number % 2 === 1;
  const container = cng ? `te-${guid(host)}` : `{${guid(host).toUpperCase()}}`;
  const provider = cng ? 'Microsoft Software Key Storage Provider' : 'Microsoft RSA SChannel Cryptographic Provider';
  const certificate = makeCertificate(number, host);
  const entry = storeEntry(certificate, [container, provider, cng ? 0 : 12]);
  const hash = createHash('sha1').update(certificate).digest();
  const hashed = Buffer.from(`${container.toLowerCase()}\0`, cng ? 'utf16le' : 'latin1');
  const file = `${createHash('md5').update(hashed).digest().swap32().toString('hex')}_${MACHINE_GUID}`;
  return { number, host, entry, hash, file: `${cng ? 'Keys' : 'MachineKeys'}\\${file}`, cng };
}

/** @typedef {ReturnType<typeof server>} Server */

/** @param {readonly Server[]} servers */
const configuration = (servers) => `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <system.applicationHost>
        <customMetadata />
        <sites>${servers.map(({ host, number }) => site(host, number + 1)).join('')}
        </sites>
    </system.applicationHost>
</configuration>
`;

/** @param {Server} server */
const sslRecord = ({ host, hash }) => [
  `[${PARAMETERS}\\SslSniBindingInfo\\{${guid(`record of ${host}`)}}]`,
  `"HostnamePort"="${host}:443"`,
  binaryValue('AppId', IIS_APP_ID),
  binaryValue('SslCertHash', hash),
  '"SslCertStoreName"="My"',
  '"DefaultSslCertCheckMode"=dword:00000000',
  '"DefaultSslRevocationFreshnessTime"=dword:00000000',
  '"DefaultSslRevocationUrlRetrievalTimeout"=dword:00000000',
  '"DefaultFlags"=dword:00000000',
  '',
];

/** @param {Server} server */
const storeKey = ({ hash, entry }) => [
  `[${STORE}\\MY\\Certificates\\${hash.toString('hex').toUpperCase()}]`,
  binaryValue('Blob', entry),
  '',
];

/** @param {Server} server */
const keyFile = ({ file, cng }) => `C:\\ProgramData\\Microsoft\\Crypto\\${cng ? '' : 'RSA\\'}${file}\r\n`;

/** What `icacls FOLDER /save` writes. @param {readonly Server[]} servers */
const permissions = (servers) =>
  Buffer.from(servers.map(({ file }) => `${file}\r\n${PERMISSIONS}\r\n`).join(''), 'utf16le');

/**
 * The files of the folder by path. The same for the same arguments, in every run.
 * @param {number} count
 * @param {boolean} lost
 */
function folderFiles(count, lost) {
  const servers = Array.from({ length: count }, (_each, number) => server(number));
  const profile = Buffer.from('C:\\Users\\olga\0', 'utf16le');
  const manifest = {
    formatVersion: 1,
    computer: 'BENCH',
    osBuild: 20348,
    collectedAt: '2026-03-01T12:00:00.000Z',
    identity: { sid: 'S-1-5-21-1-2-3-1001', name: 'BENCH\\olga', elevated: true },
  };
  /** @type {Record<string, string | Buffer>} */
  const files = {
    'manifest.json': JSON.stringify(manifest),
    'applicationHost.config': configuration(servers).replaceAll('\n', '\r\n'),
    'machine-guid.txt': `\r\n    MachineGuid    REG_SZ    ${MACHINE_GUID}\r\n`,
    'key-files.txt': servers.map(keyFile).join(''),
    'acls/machine-keys-capi.txt': permissions(servers.filter(({ cng }) => !cng)),
    'acls/machine-keys-cng.txt': permissions(servers.filter(({ cng }) => cng)),
    'registry/http-parameters.reg': regFile([`[${PARAMETERS}]`, '', ...(lost ? [] : servers.flatMap(sslRecord))]),
    'registry/store-MY.reg': regFile([`[${STORE}\\MY]`, '', ...servers.flatMap(storeKey)]),
    'registry/store-WebHosting.reg': regFile([`[${STORE}\\WebHosting]`, '']),
    'registry/profile-list.reg': regFile([
      `[${PROFILES}]`,
      '',
      `[${PROFILES}\\S-1-5-21-1-2-3-1001]`,
      binaryValue('ProfileImagePath', profile).replace('=hex:', '=hex(2):'),
      '',
    ]),
  };
  return files;
}

const [, , folder = '', count = '', flag] = process.argv;
for (const [path, content] of Object.entries(folderFiles(Number(count), flag === '--lost'))) {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
}
