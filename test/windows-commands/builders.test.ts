import { expect, it } from 'vitest';
import type { Command } from '../../src/model/repair/command.ts';
import {
  addBackup,
  deleteBackup,
  listBackups,
  listSites,
  renewBinding,
  setBindingFlags,
} from '../../src/windows-commands/appcmd.ts';
import { addIssuer, deleteStoreEntry, exportPfx, importPfx, repairStore } from '../../src/windows-commands/certutil.ts';
import {
  copyInherited,
  giveToSystem,
  keepAcl,
  makePrivate,
  onlyRead,
  resetAcl,
  saveAcls,
  stopRefusingSystem,
} from '../../src/windows-commands/icacls.ts';
import { showSslRecord } from '../../src/windows-commands/netsh.ts';
import { exportKey, importFile, queryValue, setString } from '../../src/windows-commands/reg.ts';
import { showCommand } from '../../src/windows-commands/shown-command.ts';
import { takeForAdministrators } from '../../src/windows-commands/takeown.ts';
import { queryEvents } from '../../src/windows-commands/wevtutil.ts';
import { userAndGroups, userAndPrivileges } from '../../src/windows-commands/whoami.ts';

const THUMB = '00112233445566778899AABBCCDDEEFF00112233';
const PFX = 'C:\\ProgramData\\iis-ssl-heal\\key.pfx';
const password = { secret: 'pfx' } as const;
const keys = 'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys';

const table: readonly (readonly [Command, string])[] = [
  [exportPfx('MY', THUMB, PFX, password), `certutil.exe -f -p ******** -exportPFX MY ${THUMB} ${PFX} NoChain`],
  [importPfx(PFX, password), `certutil.exe -f -p ******** -importPFX MY ${PFX} NoRoot`],
  [importPfx(PFX, password, 'WebHosting', []), `certutil.exe -f -p ******** -importPFX WebHosting ${PFX}`],
  [
    importPfx(PFX, password, 'MY', ['AT_KEYEXCHANGE', 'NoRoot']),
    `certutil.exe -f -p ******** -importPFX MY ${PFX} AT_KEYEXCHANGE,NoRoot`,
  ],
  [deleteStoreEntry('MY', THUMB), `certutil.exe -delstore MY ${THUMB}`],
  [addIssuer('C:\\x.cer'), 'certutil.exe -addstore CA C:\\x.cer'],
  [repairStore('MY', THUMB), `certutil.exe -silent -repairstore MY ${THUMB}`],
  [repairStore('MY', THUMB, 'C:\\x.inf'), `certutil.exe -silent -repairstore MY ${THUMB} C:\\x.inf`],
  [exportKey('HKLM\\SOFTWARE\\X'), 'reg.exe export HKLM\\SOFTWARE\\X %TEMP%\\iis-ssl-heal.tmp /y'],
  [
    queryValue('HKLM\\SOFTWARE\\Microsoft\\Cryptography', 'MachineGuid'),
    'reg.exe query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid',
  ],
  [importFile('C:\\x.reg'), 'reg.exe import C:\\x.reg'],
  [addBackup('iis-ssl-heal-1'), 'inetsrv\\appcmd.exe add backup iis-ssl-heal-1'],
  [deleteBackup('iis-ssl-heal-1'), 'inetsrv\\appcmd.exe delete backup iis-ssl-heal-1'],
  [listBackups(), 'inetsrv\\appcmd.exe list backup'],
  [listSites(), 'inetsrv\\appcmd.exe list config -section:system.applicationHost/sites'],
  [
    setBindingFlags('My Shop', '*:443:a.test', 33),
    `inetsrv\\appcmd.exe set site "/site.name:My Shop" /bindings.[protocol='https',bindingInformation='*:443:a.test'].sslFlags:33`,
  ],
  [renewBinding(THUMB, THUMB), `inetsrv\\appcmd.exe renew binding /oldcert:${THUMB} /newcert:${THUMB}`],
  [showSslRecord({ table: 'ip', name: '[::]:443' }), 'netsh.exe http show sslcert ipport=[::]:443'],
  [showSslRecord({ table: 'sni', name: 'a.test:443' }), 'netsh.exe http show sslcert hostnameport=a.test:443'],
  [saveAcls(keys), `icacls.exe ${keys} /save %TEMP%\\iis-ssl-heal.tmp /t /c`],
  [makePrivate('C:\\p'), 'icacls.exe C:\\p /inheritance:r /grant:r *S-1-5-32-544:(OI)(CI)F *S-1-5-18:(OI)(CI)F'],
  [keepAcl('C:\\k', 'C:\\k.acl'), 'icacls.exe C:\\k /save C:\\k.acl'],
  [giveToSystem('C:\\k'), 'icacls.exe C:\\k /grant *S-1-5-18:F'],
  [stopRefusingSystem('C:\\k'), 'icacls.exe C:\\k /remove:d *S-1-5-18'],
  [takeForAdministrators('C:\\k'), 'takeown.exe /F C:\\k /A'],
  [resetAcl('C:\\p'), 'icacls.exe C:\\p /reset'],
  [copyInherited('C:\\p'), 'icacls.exe C:\\p /inheritance:d'],
  [onlyRead('C:\\p', ['S-1-1-0']), 'icacls.exe C:\\p /grant:r *S-1-1-0:(OI)(CI)RX'],
  [setString('HKLM\\SOFTWARE\\x', 'a', 'C:\\p'), 'reg.exe add HKLM\\SOFTWARE\\x /v a /t REG_SZ /d C:\\p /f'],
  [
    queryEvents('System', "*[System[Provider[@Name='Schannel'] and EventID=36870]]", 50),
    `wevtutil.exe qe System "/q:*[System[Provider[@Name='Schannel'] and EventID=36870]]" /c:50 /rd:true /f:xml /e:Events`,
  ],
  [userAndGroups(), 'whoami.exe /user /groups /fo csv /nh'],
  [userAndPrivileges(), 'whoami.exe /user /priv /fo csv /nh'],
];

it.each(table)('%#: %o', (command, expected) => {
  expect(showCommand(command, 'C:\\Windows')).toBe(`C:\\Windows\\System32\\${expected}`);
});

it('keeps the password of a PFX out of the command', () => {
  expect(importPfx(PFX, password).args).toEqual(['-f', '-p', { secret: 'pfx' }, '-importPFX', 'MY', PFX, 'NoRoot']);
});
