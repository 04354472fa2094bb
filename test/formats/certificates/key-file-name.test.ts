import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyFileNames, splitKeyFile } from '../../../src/formats/certificates/key-file-name.ts';
import { FUZZ_RUNS } from '../../support/fuzz.ts';

const GUID = '0b5a8f3e-1c2d-4e5f-8a9b-112233445566';
const DIGITS = '76944fb33636aeddb9590521c2e8815a';
const FILE = `${DIGITS}_${GUID}`;

const names = (container: string, type: number) => keyFileNames({ container, type });

// Names and file names that were published together: Microsoft's lists of well-known containers, its conditional access
// and event 5058 documents, and outputs of certutil and other tools.
const CAPI = [
  ['iisWasKey', '76944fb33636aeddb9590521c2e8815a'],
  ['iisConfigurationKey', '6de9cb26d2b98c01ec4e9e8b34824aa2'],
  ['MS IIS DCOM Server', '7a436fe806e483969f48a894af2fe9a1'],
  ['NetFrameworkConfigurationKey', 'd6d986f09a1ee04e24c949879fdb506c'],
  ['Microsoft Internet Information Server', 'c2319c42033a5ca7f44e731bfd3fa2b5'],
  ['TSSecKeySet1', 'f686aace6942fb7f7ceb231212eef4a4'],
  ['WMSvc Certificate Key Container', 'bedbf0b4da5f8061b6444baedf4c00b1'],
  ['MyCoolContainer', '52ab417621a9d74c73e3e0f1bc374e0a'],
  ['te-DomainControllerAuthentication-5ed52c94-34e8-4450-a751-a57ac55a110f', 'dbe5782f91ce09a2ebc8e3bde464cc9b'],
  ['a15895e1-770f-4c8d-a68b-38f5ea56845a', 'a64dd3977c69cf9c982773e8bcd041b5'],
  ['te-CVI-WebServer-1f785bf2-fd35-4c19-9ff4-f24af89a19e4', '4cd8107392a5f6b158afc023fac7c473'],
  ['PvkTmp:4ad6844b-2e1e-4ecb-9b04-b42e81d7ded2', 'ca46e0b8fd93edc96f075e19a2a1c9f9'],
  ['JoeSoft', '7b90a71bfc56f2582e916a51aed6df9a'],
  ['te-User-c7bcc4bd-0498-4411-af44-da2257f54387', 'a890fd7fbbfc072f8fe045e680c501cf'],
] as const;
const CNG = [
  ['Certificate-LTD-CA', '26b68cbdfcd6f5e467996e3f3810f3ca'],
  ['certificate-DC01-CA', '6f761f351ca79dc7b0ee6f07b40ae906'],
  ['CVI Issuing CA 1', 'b52f658bb3f263e6f529f3a0187c63bc'],
  ['31685cae-af6f-48fb-ac37-845c69b4c097', 'bf4097e20d4480b8d6ebc139c9360f02'],
  ['le-SuperAdmin-5e350d8e-ae46-458c-bac0-d8f3279c944e', 'c0a496c6786f0d25e8624fee96e4e580'],
] as const;

describe('keyFileNames', () => {
  it.each(CAPI)('CryptoAPI container %s lies in %s', (container, digits) => {
    expect(names(container, 24)).toEqual({ capi: [digits], cng: [], certain: true });
    expect(names(container.toUpperCase(), 1).capi).toEqual([digits]);
  });

  it.each(CNG)('CNG container %s lies in %s', (container, digits) => {
    expect(names(container, 0).cng).toEqual([digits]);
  });

  it('gives a CNG key both kinds of name: its provider falls back to CryptoAPI', () => {
    expect(names('iisWasKey', 0).capi).toEqual([DIGITS]);
    expect(names('iisWasKey', 0).cng).not.toEqual([DIGITS]);
  });

  it('tries a container that is a file name literally first', () => {
    const { capi, cng } = names(FILE.toUpperCase(), 0);
    expect([capi[0], capi.length, cng[0], cng.length]).toEqual([DIGITS, 2, DIGITS, 2]);
    expect(names(`x${FILE}`, 0).capi).toHaveLength(1);
  });

  it('is not certain of CryptoAPI names outside ASCII', () => {
    expect([names('Schlüssel', 24).certain, names('日本', 24).certain]).toEqual([false, false]);
  });
});

const OLGA = 'S-1-5-21-1004336348-1177238915-682003330-1013';

describe('splitKeyFile', () => {
  it.each([
    ['C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys', { directoryKind: 'machine', storage: 'capi' }],
    ['d:\\programdata\\microsoft\\crypto\\dss\\machinekeys', { directoryKind: 'machine', storage: 'capi' }],
    ['C:\\Users\\All Users\\Microsoft\\Crypto\\RSA\\MachineKeys', { directoryKind: 'machine', storage: 'capi' }],
    ['C:\\ProgramData\\Microsoft\\Crypto\\Keys', { directoryKind: 'machine', storage: 'cng' }],
    [
      'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\S-1-5-18',
      { directoryKind: 'system', storage: 'capi', sid: 'S-1-5-18' },
    ],
    ['C:\\ProgramData\\Microsoft\\Crypto\\SystemKeys', { directoryKind: 'system', storage: 'cng' }],
    [
      'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\s-1-5-20',
      { directoryKind: 'service', storage: 'capi', sid: 'S-1-5-20' },
    ],
    [
      'C:\\Windows\\ServiceProfiles\\NetworkService\\AppData\\Roaming\\Microsoft\\Crypto\\RSA\\S-1-5-20',
      {
        directoryKind: 'service',
        storage: 'capi',
        sid: 'S-1-5-20',
        profilePath: 'C:\\Windows\\ServiceProfiles\\NetworkService',
      },
    ],
    [
      'C:\\Windows\\ServiceProfiles\\LocalService\\AppData\\Roaming\\Microsoft\\Crypto\\Keys',
      { directoryKind: 'service', storage: 'cng', profilePath: 'C:\\Windows\\ServiceProfiles\\LocalService' },
    ],
    [
      'C:\\Windows\\System32\\config\\systemprofile\\AppData\\Roaming\\Microsoft\\Crypto\\Keys',
      { directoryKind: 'system', storage: 'cng', profilePath: 'C:\\Windows\\System32\\config\\systemprofile' },
    ],
    [
      `E:\\Users\\Jürgen Größe\\AppData\\Roaming\\Microsoft\\Crypto\\RSA\\${OLGA}`,
      { directoryKind: 'user', storage: 'capi', sid: OLGA, profilePath: 'E:\\Users\\Jürgen Größe' },
    ],
    [
      `C:\\Users\\olga\\AppData\\Roaming\\Microsoft\\Crypto\\DSS\\${OLGA}`,
      { directoryKind: 'user', storage: 'capi', sid: OLGA, profilePath: 'C:\\Users\\olga' },
    ],
    [
      'C:\\Users\\olga\\AppData\\Roaming\\Microsoft\\Crypto\\Keys',
      { directoryKind: 'user', storage: 'cng', profilePath: 'C:\\Users\\olga' },
    ],
    [`C:\\Backup\\Microsoft\\Crypto\\RSA\\${OLGA}`, { directoryKind: 'other', storage: 'capi', sid: OLGA }],
    [`C:\\ProgramData\\Microsoft\\Crypto\\RSA\\${OLGA}`, { directoryKind: 'other', storage: 'capi', sid: OLGA }],
  ])('reads %s', (directory, expected) => {
    expect(splitKeyFile(`${directory}\\${FILE.toUpperCase()}`)).toEqual({ digits: DIGITS, guid: GUID, ...expected });
    expect(splitKeyFile(`\\\\?\\${directory}\\${FILE}`)).toEqual({ digits: DIGITS, guid: GUID, ...expected });
  });

  it.each([
    '',
    FILE,
    `C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\${DIGITS}`,
    `C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\deeper\\${FILE}`,
    `C:\\ProgramData\\Microsoft\\Crypto\\PCPKSP\\${FILE}`,
    `C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\${FILE}.bak`,
  ])('is no key file: %s', (path) => {
    expect(splitKeyFile(path)).toBeUndefined();
  });

  it('answers any path', () => {
    const part = fc.constantFrom(
      'C:',
      'ProgramData',
      'Microsoft',
      'Crypto',
      'RSA',
      'MachineKeys',
      'AppData\\Roaming',
      FILE,
      'S-1-',
      '',
    );
    const path = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join('\\')),
    );
    fc.assert(
      fc.property(path, (each) => {
        splitKeyFile(each);
        names(each, 0);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});
