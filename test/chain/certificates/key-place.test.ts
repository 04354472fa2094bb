import { describe, expect, it } from 'vitest';
import { keyPlace } from '../../../src/chain/certificates/key-place.ts';
import type { KeyProvider } from '../../../src/model/server/certificate.ts';
import type { Evidence } from '../../../src/model/server/evidence.ts';
import {
  capiKey,
  cngKey,
  evidence,
  have,
  KARL,
  keyFile,
  keyFiles,
  lack,
  OLGA,
  OTHER_GUID,
} from '../../support/evidence-folder.ts';

const MACHINE = capiKey();
const USER = capiKey({ machineKeyset: false });

const placeOf = (key: KeyProvider | undefined, paths: readonly string[], changes: Partial<Evidence> = {}) => {
  const place = keyPlace(key, evidence({ keyFiles: keyFiles(paths), ...changes }));
  return place.known ? place.value : place.why;
};

describe('the published pairs of container and file', () => {
  it.each([
    ['iisWasKey', 12, 'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\76944fb33636aeddb9590521c2e8815a'],
    ['Certificate-LTD-CA', 0, 'C:\\ProgramData\\Microsoft\\Crypto\\Keys\\26b68cbdfcd6f5e467996e3f3810f3ca'],
    [
      '31685cae-af6f-48fb-ac37-845c69b4c097',
      0,
      'C:\\ProgramData\\Microsoft\\Crypto\\Keys\\bf4097e20d4480b8d6ebc139c9360f02',
    ],
  ])('%s is found', (container, type, path) => {
    const file = `${path}_0f6d9f0a-3b1c-4e58-9a77-1c2d3e4f5a6b`;
    expect(placeOf({ ...MACHINE, container, type }, [file])).toEqual({ at: 'machine', file });
  });
});

describe('a key is read from', () => {
  const listed = (path: string, file: string) =>
    evidence({ keyFiles: { ...keyFiles([file]), source: { kind: 'file', path } } });
  const CRYPTO = 'C:\\ProgramData\\Microsoft\\Crypto';

  it.each([
    ['the folder of its owner’s profile', USER, 'olga-capi', /^C:\\Users\\olga\\.*\\Crypto\\RSA\\S-1-5-21-[\d-]+$/],
    [
      'the folder of the machine keys',
      MACHINE,
      'machine-capi',
      /^C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys$/,
    ],
  ] as const)('%s on a server whose folders were listed', (_name, key, place, folder) => {
    const file = keyFile(key, place);
    const { source } = keyPlace(key, listed(CRYPTO, file));
    expect(source).toEqual({ kind: 'file', path: expect.stringMatching(folder) });
  });

  it('the list of an evidence folder, which is all that anybody has read there', () => {
    const { source } = keyPlace(USER, listed('key-files.txt', keyFile(USER, 'olga-capi')));
    expect(source).toEqual({ kind: 'file', path: 'key-files.txt' });
  });

  it('no folder where it lies in none: what was listed is named', () => {
    const { source } = keyPlace(USER, listed(CRYPTO, keyFile(capiKey({ container: 'another' }), 'machine-capi')));
    expect(source).toEqual({ kind: 'file', path: CRYPTO });
  });
});

describe('an entry that says a user key', () => {
  const at = (...places: Parameters<typeof keyFile>[1][]) => places.map((place) => keyFile(USER, place));

  it('with its file in a profile is that user’s', () => {
    const [file = ''] = at('olga-capi');
    expect(placeOf(USER, [file])).toEqual({ at: 'user', file, profile: OLGA, storage: 'capi', mislabelled: false });
  });

  it('with a CNG file in a profile is found by its path, which names no SID', () => {
    const key = cngKey({ machineKeyset: false });
    const file = keyFile(key, 'olga-cng');
    expect(placeOf(key, [file])).toEqual({ at: 'user', file, profile: OLGA, storage: 'cng', mislabelled: false });
  });

  it('is the owner’s by profile path too when the profile list writes it in capitals', () => {
    const key = cngKey({ machineKeyset: false });
    const file = keyFile(key, 'olga-cng');
    const shouted = { ...OLGA, path: 'C:\\USERS\\OLGA' };
    expect(placeOf(key, [file], { profiles: have([KARL, shouted]) })).toMatchObject({ profile: shouted });
  });

  it('is nobody’s whose path only begins alike', () => {
    const key = cngKey({ machineKeyset: false });
    const file = keyFile(key, 'olga-cng');
    const ol = { ...KARL, path: 'C:\\Users\\ol' };
    expect(placeOf(key, [file], { profiles: have([ol]) })).toMatchObject({ at: 'user', profile: undefined });
  });

  it('with its file under SYSTEM is one that http.sys can use', () => {
    const [system = '', user = ''] = at('system-capi', 'olga-capi');
    expect(placeOf(USER, [user, system])).toEqual({ at: 'system', file: system });
    const key = cngKey({ machineKeyset: false });
    const file = keyFile(key, 'system-keys');
    expect(placeOf(key, [file])).toEqual({ at: 'system', file });
  });

  it('with its file among the machine keys is a wrong entry, whatever lies in a profile', () => {
    const [machine = '', user = ''] = at('machine-capi', 'olga-capi');
    expect(placeOf(USER, [user, machine])).toEqual({ at: 'machine-mislabelled', file: machine });
  });

  it('under SYSTEM goes before the machine keys (dotnet/runtime 97121)', () => {
    const [machine = '', system = ''] = at('machine-capi', 'system-capi');
    expect(placeOf(USER, [machine, system])).toEqual({ at: 'system', file: system });
  });

  it('without any file is lost', () => {
    expect(placeOf(USER, [])).toEqual({ at: 'lost-user-key' });
    expect(placeOf(USER, [keyFile(capiKey({ container: 'other' }), 'olga-capi')])).toEqual({ at: 'lost-user-key' });
  });

  it('in a profile that the list lacks has the owner that its path names', () => {
    const [file = ''] = at('gone-capi');
    expect(placeOf(USER, [file])).toEqual({
      at: 'user',
      file,
      profile: { sid: 'S-1-5-21-1-2-3-1999', path: 'C:\\Users\\gone', name: 'gone' },
      storage: 'capi',
      mislabelled: false,
    });
  });

  it('in such a profile as a CNG key has no owner that we know', () => {
    const key = cngKey({ machineKeyset: false });
    expect(placeOf(key, [keyFile(key, 'gone-cng')])).toMatchObject({ at: 'user', profile: undefined });
  });

  it('has an owner by its path where the profile list was not read', () => {
    expect(placeOf(USER, at('olga-capi'), { profiles: lack() })).toMatchObject({ at: 'user', profile: OLGA });
  });

  it('of a service lies in no profile of the list', () => {
    const [file = ''] = at('network-service-capi');
    expect(placeOf(USER, [file])).toEqual({
      at: 'user',
      file,
      profile: undefined,
      storage: 'capi',
      mislabelled: false,
    });
  });
});

describe('an entry that says a machine key', () => {
  const at = (...places: Parameters<typeof keyFile>[1][]) => places.map((place) => keyFile(MACHINE, place));

  it('with its file among the machine keys is fine', () => {
    const [machine = '', user = ''] = at('machine-capi', 'olga-capi');
    expect(placeOf(MACHINE, [user, machine])).toEqual({ at: 'machine', file: machine });
  });

  it('with its file in a profile alone is repaired like a dragged one', () => {
    const [file = ''] = at('olga-capi');
    expect(placeOf(MACHINE, [file])).toEqual({ at: 'user', file, profile: OLGA, storage: 'capi', mislabelled: true });
  });

  it('without any file is lost', () => {
    expect(placeOf(MACHINE, [])).toEqual({ at: 'lost-machine-key' });
  });

  it('with a file of another MachineGuid belongs to another machine', () => {
    const foreign = keyFile(MACHINE, 'machine-capi', OTHER_GUID);
    expect(placeOf(MACHINE, [foreign])).toEqual({ at: 'other-machine-guid', file: foreign });
    const own = keyFile(MACHINE, 'machine-capi');
    expect(placeOf(MACHINE, [foreign, own])).toEqual({ at: 'machine', file: own });
  });

  it('with a foreign file in a profile alone is lost, not another machine’s', () => {
    expect(placeOf(MACHINE, [keyFile(MACHINE, 'olga-capi', OTHER_GUID)])).toEqual({ at: 'lost-machine-key' });
  });

  it('of CNG is found in the CryptoAPI folder too (Key Storage and Retrieval), CryptoAPI never in the CNG one', () => {
    const key = cngKey();
    const legacy = keyFile(key, 'machine-capi');
    expect(placeOf(key, [legacy])).toEqual({ at: 'machine', file: legacy });
    expect(placeOf(MACHINE, [keyFile(MACHINE, 'machine-cng')])).toEqual({ at: 'lost-machine-key' });
  });

  it('under a container that is a file name already is found literally', () => {
    const container = `${'ab'.repeat(16)}_${OTHER_GUID}`;
    const file = `C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\${'AB'.repeat(16)}_0F6D9F0A-3B1C-4E58-9A77-1C2D3E4F5A6B`;
    expect(placeOf(capiKey({ container }), [file])).toEqual({ at: 'machine', file });
  });

  it('is compared with the MachineGuid without regard to case', () => {
    const [file = ''] = at('machine-capi');
    const shouted = have('0F6D9F0A-3B1C-4E58-9A77-1C2D3E4F5A6B');
    expect(placeOf(MACHINE, [file], { machineGuid: shouted })).toEqual({ at: 'machine', file });
  });
});

describe('what was not read is never guessed', () => {
  it('an entry without a key property has no link, whatever else is known', () => {
    expect(placeOf(undefined, [], { keyFiles: lack() })).toEqual({ at: 'no-link' });
  });

  it('a provider that we do not know is never touched', () => {
    for (const provider of ['Microsoft Platform Crypto Provider', 'nCipher Security World Key Storage Provider']) {
      expect(placeOf({ ...cngKey(), provider }, [], { keyFiles: lack() })).toEqual({ at: 'hardware', provider });
    }
    expect(placeOf({ ...cngKey(), provider: '' }, [])).toEqual({ at: 'hardware', provider: 'no provider named' });
    const [file = ''] = [keyFile(MACHINE, 'machine-capi')];
    expect(placeOf({ ...MACHINE, provider: MACHINE.provider.toUpperCase() }, [file])).toEqual({ at: 'machine', file });
  });

  it.each([
    'Microsoft Base Cryptographic Provider v1.0',
    'Microsoft Enhanced Cryptographic Provider v1.0',
    'Microsoft Strong Cryptographic Provider',
    'Microsoft RSA SChannel Cryptographic Provider',
    'Microsoft DH SChannel Cryptographic Provider',
    'Microsoft Enhanced RSA and AES Cryptographic Provider',
    'Microsoft Enhanced RSA and AES Cryptographic Provider (Prototype)',
    'Microsoft Base DSS Cryptographic Provider',
    'Microsoft Base DSS and Diffie-Hellman Cryptographic Provider',
    'Microsoft Enhanced DSS and Diffie-Hellman Cryptographic Provider',
    'Microsoft Software Key Storage Provider',
  ])('%s keeps its keys in files', (provider) => {
    expect(placeOf({ ...MACHINE, provider }, [])).toEqual({ at: 'lost-machine-key' });
  });

  it('key files that were not listed leave the place unknown', () => {
    expect(placeOf(MACHINE, [], { keyFiles: lack('access denied to MachineKeys') })).toBe(
      'access denied to MachineKeys',
    );
  });

  it('without the MachineGuid a file that is there may be another machine’s', () => {
    expect(placeOf(MACHINE, [keyFile(MACHINE, 'machine-capi')], { machineGuid: lack('no guid') })).toBe('no guid');
    expect(placeOf(MACHINE, [], { machineGuid: lack('no guid') })).toEqual({ at: 'lost-machine-key' });
  });

  it('a folder that could not be listed may hold the key', () => {
    const unread = 'C:\\Users\\karl\\AppData\\Roaming\\Microsoft\\Crypto\\Keys';
    expect(placeOf(USER, [], { keyFiles: keyFiles([], [unread]) })).toBe(
      `${unread} could not be listed, so the key may lie there`,
    );
    const file = keyFile(MACHINE, 'machine-capi');
    expect(placeOf(MACHINE, [], { keyFiles: keyFiles([file], [unread]) })).toEqual({ at: 'machine', file });
  });

  const CRYPTO = 'C:\\ProgramData\\Microsoft\\Crypto';
  const mayLie = (folder: string) => `${folder} could not be listed, so the key may lie there`;

  it.each(['RSA\\S-1-5-18', 'DSS\\S-1-5-18', 'SystemKeys'])(
    '%s, where SYSTEM has its own keys, hides what can only lie there',
    (name) => {
      const closed = `${CRYPTO}\\${name}`;
      expect(placeOf(USER, [], { keyFiles: keyFiles([], [closed]) })).toBe(mayLie(closed));
      expect(placeOf(MACHINE, [], { keyFiles: keyFiles([], [closed]) })).toEqual({ at: 'lost-machine-key' });
      for (const [key, place] of [
        [MACHINE, 'machine-capi'],
        [USER, 'olga-capi'],
        [USER, 'machine-capi'],
      ] as const) {
        const file = keyFile(key, place);
        expect(placeOf(key, [], { keyFiles: keyFiles([file], [closed]) })).toEqual(placeOf(key, [file]));
      }
    },
  );

  it('a foreign file among the machine keys says nothing while a folder that may hold the own one is closed', () => {
    const foreign = keyFile(USER, 'machine-capi', OTHER_GUID);
    const closed = `${CRYPTO}\\RSA\\S-1-5-18`;
    expect(placeOf(USER, [], { keyFiles: keyFiles([foreign], [closed]) })).toBe(mayLie(closed));
  });

  it.each(['RSA\\MachineKeys', 'DSS\\MachineKeys', 'Keys'])(
    '%s of the machine hides whether a key in a profile is the one that Windows opens',
    (name) => {
      const closed = `${CRYPTO}\\${name}`;
      for (const key of [USER, MACHINE]) {
        expect(placeOf(key, [], { keyFiles: keyFiles([keyFile(key, 'olga-capi')], [closed]) })).toBe(mayLie(closed));
        expect(placeOf(key, [], { keyFiles: keyFiles([], [closed]) })).toBe(mayLie(closed));
      }
      const file = keyFile(USER, 'system-capi');
      expect(placeOf(USER, [], { keyFiles: keyFiles([file], [closed]) })).toEqual({ at: 'system', file });
    },
  );

  it('a container with letters outside ASCII may have a file that we do not find', () => {
    const key = capiKey({ container: 'Schlüssel' });
    expect(placeOf(key, [])).toBe('the file name of a container with letters outside ASCII is not certain');
    const file = keyFile(key, 'machine-capi');
    expect(placeOf(key, [file])).toEqual({ at: 'machine', file });
  });
});
