import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKeyLinkInf, keyLinkInf } from '../../../src/formats/certificates/key-link-inf.ts';
import { capiKey } from '../../support/evidence-folder.ts';

const linking = (container: string, provider = 'Microsoft Strong Cryptographic Provider') =>
  keyLinkInf(capiKey({ container, provider }));

describe('the INF of a key link', () => {
  it("is word for word as certutil documents it, and always says that the key is the machine's", () => {
    expect(linking('{A1B2}')).toBe(
      [
        '[Properties]',
        '2 = "{text}"',
        '    _continue_ = "Container={A1B2}&"',
        '    _continue_ = "Provider=Microsoft Strong Cryptographic Provider&"',
        '    _continue_ = "ProviderType=12&"',
        '    _continue_ = "Flags=32&"',
        '    _continue_ = "KeySpec=1"',
        '',
      ].join('\r\n'),
    );
  });

  it.each([
    'te-WebServer-1f785bf2-fd35-4c19-9ff4-f24af89a19e4',
    '76944fb33636aeddb9590521c2e8815a_7c0e4f52-9b1d-4d37-8a66-2f5d1be0c941',
    'PvkTmp:4ad6844b-2e1e-4ecb-9b04-b42e81d7ded2',
    'MS IIS DCOM Server',
  ])('is made for %s, and known again', (container) => {
    expect(isKeyLinkInf(linking(container) ?? '')).toBe(true);
  });

  it('is made for no name that an INF could take for something else', () => {
    for (const name of ['', 'a&b', 'a"b', 'a%b', 'a\r\nb', 'a;b', 'größe', 'x'.repeat(251), 'a=b', 'a\\b']) {
      expect(linking(name)).toBeUndefined();
      expect(linking('a', name)).toBeUndefined();
    }
  });

  it('whatever the name, is one of ours or none', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (container, provider) => {
        const inf = linking(container, provider);
        return inf === undefined || isKeyLinkInf(inf);
      }),
    );
    for (const other of ['', '[Properties]\r\n19 = Empty\r\n', `${linking('a')}19 = Empty\r\n`, `\r\n${linking('a')}`])
      expect(isKeyLinkInf(other)).toBe(false);
  });
});
