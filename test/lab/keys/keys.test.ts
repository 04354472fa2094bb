import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { callerOf } from '../../../src/lab/callers.ts';
import { MACHINE_KEYSET } from '../../../src/lab/certificates/store.ts';
import { deleteKey, keyFileName, makeKey, openKey } from '../../../src/lab/keys/keys.ts';
import { setKeySddl } from '../../../src/lab/permissions/acls.ts';
import { sharedKey, smallLab } from '../../support/small-lab.ts';

const SCHANNEL = { provider: 'Microsoft RSA SChannel Cryptographic Provider', type: 12, keySpec: 1 };
const KSP = { provider: 'Microsoft Software Key Storage Provider', type: 0, keySpec: 0 };
const key = { exportable: true, privateKey: sharedKey() };

describe('key file names', () => {
  // Published pairs of container and file name.
  it.each([
    ['capi', 'iisConfigurationKey', '6de9cb26d2b98c01ec4e9e8b34824aa2'],
    ['capi', 'MS IIS DCOM Server', '7a436fe806e483969f48a894af2fe9a1'],
    ['capi', 'TSSecKeySet1', 'f686aace6942fb7f7ceb231212eef4a4'],
    ['cng', '31685cae-af6f-48fb-ac37-845c69b4c097', 'bf4097e20d4480b8d6ebc139c9360f02'],
    ['cng', 'CVI Issuing CA 1', 'b52f658bb3f263e6f529f3a0187c63bc'],
  ] as const)('%s %s', (storage, container, digits) => {
    expect(keyFileName(container, storage, 'guid')).toBe(`${digits}_guid`);
  });
});

describe('openKey', () => {
  it("opens a user's key for that user only", () => {
    const server = smallLab();
    const file = makeKey(server, { ...key, container: 'c', storage: 'capi', scope: server.facts.owner });
    expect(file).toMatch(
      /^C:\\Users\\olga\\AppData\\Roaming\\Microsoft\\Crypto\\RSA\\S-1-5-21-70-80-90-1001\\[0-9a-f]{32}_5c0f/,
    );
    const info = { ...SCHANNEL, container: 'C', flags: 0 };
    const opened = openKey(server, callerOf(server, 'owner'), info);
    expect(opened).toMatchObject({ ok: true, exportable: true, file });
    expect(opened.ok && createPublicKey(opened.privateKey)).toEqual(createPublicKey(sharedKey()));
    for (const caller of ['system', 'other-admin'] as const) {
      expect(openKey(server, callerOf(server, caller), info)).toEqual({ ok: false, hresult: 0x80090016 });
    }
    expect(openKey(server, callerOf(server, 'owner'), { ...info, flags: MACHINE_KEYSET })).toMatchObject({ ok: false });
  });

  it("does not unseal a user's key file that was copied to somebody else", () => {
    const server = smallLab();
    const { owner, otherAdmin } = server.facts;
    const file = makeKey(server, { ...key, container: 'c', storage: 'cng', scope: owner });
    const copy = file.replace(owner.profile, otherAdmin.profile);
    server.disk.makeFolder(copy.slice(0, copy.lastIndexOf('\\')));
    server.disk.write(copy, server.disk.read(file)!);
    const opened = openKey(server, callerOf(server, 'other-admin'), { ...KSP, container: 'c', flags: 0 });
    expect(opened).toEqual({ ok: false, hresult: 0x8009000b });
  });

  it("opens machine keys for SYSTEM and administrators, as the file's ACL says", () => {
    const server = smallLab();
    const file = makeKey(server, { ...key, container: 'c', storage: 'capi', scope: 'machine' });
    const info = { ...SCHANNEL, container: 'c', flags: MACHINE_KEYSET };
    expect(openKey(server, callerOf(server, 'system'), info).ok).toBe(true);
    expect(openKey(server, callerOf(server, 'other-admin'), info).ok).toBe(true);
    const unelevated = { ...callerOf(server, 'owner'), elevated: false };
    expect(openKey(server, unelevated, info)).toEqual({ ok: false, hresult: 0x80090010 });

    setKeySddl(server, file, 'O:BAG:SYD:PAI(A;;FA;;;BA)');
    // SYSTEM's token holds the administrators too: only a list without either shuts it out.
    expect(openKey(server, callerOf(server, 'system'), info).ok).toBe(true);
    setKeySddl(server, file, `O:BAG:SYD:PAI(A;;FA;;;${server.facts.owner.sid})`);
    expect(openKey(server, callerOf(server, 'system'), info)).toEqual({ ok: false, hresult: 0x80090010 });
    expect(openKey(server, callerOf(server, 'owner'), info).ok).toBe(true);
    setKeySddl(server, file, 'O:BAG:SYD:PAI(D;;FR;;;SY)(A;;FA;;;SY)(A;;0x1200a8;;;BA)');
    expect(openKey(server, callerOf(server, 'system'), info).ok).toBe(false);
    expect(openKey(server, callerOf(server, 'owner'), info).ok).toBe(false);
  });

  it('takes a CNG name to the CNG file, then to the CryptoAPI container; a file name to itself', () => {
    const server = smallLab();
    const system = callerOf(server, 'system');
    const legacy = makeKey(server, { ...key, container: 'c', storage: 'capi', scope: 'system' });
    expect(legacy).toMatch(/^C:\\ProgramData\\Microsoft\\Crypto\\RSA\\S-1-5-18\\/);
    const info = { ...KSP, container: 'c', flags: 0 };
    expect(openKey(server, system, info)).toMatchObject({ file: legacy });
    const native = makeKey(server, { ...key, container: 'c', storage: 'cng', scope: 'system' });
    expect(native).toMatch(/^C:\\ProgramData\\Microsoft\\Crypto\\SystemKeys\\/);
    expect(openKey(server, system, info)).toMatchObject({ file: native });
    expect(openKey(server, system, { ...SCHANNEL, container: 'c', flags: 0 })).toMatchObject({ file: legacy });
    const literal = legacy.slice(legacy.lastIndexOf('\\') + 1);
    expect(openKey(server, system, { ...SCHANNEL, container: literal, flags: 0 })).toMatchObject({ file: legacy });
  });

  it('knows no hardware', () => {
    const server = smallLab();
    makeKey(server, { ...key, container: 'c', storage: 'cng', scope: 'machine' });
    const info = { ...KSP, provider: 'Microsoft Platform Crypto Provider', container: 'c', flags: MACHINE_KEYSET };
    expect(openKey(server, callerOf(server, 'system'), info)).toEqual({ ok: false, hresult: 0x80090016 });
  });

  it('finds nothing after deleteKey, or after the machine got another GUID', () => {
    const server = smallLab();
    const owner = callerOf(server, 'owner');
    const info = { ...SCHANNEL, container: 'c', flags: MACHINE_KEYSET };
    const file = makeKey(server, { ...key, container: 'c', storage: 'capi', scope: 'machine' });
    const cloned = { ...server, facts: { ...server.facts, machineGuid: '11111111-2222-3333-4444-555555555555' } };
    expect(openKey(cloned, owner, info).ok).toBe(false);
    expect(deleteKey(server, owner, info)).toBe(file);
    expect(openKey(server, owner, info).ok).toBe(false);
    expect(deleteKey(server, owner, info)).toBeUndefined();
  });
});
