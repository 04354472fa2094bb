import { describe, expect, it } from 'vitest';
import { readRedirection } from '../../../src/formats/iis/redirection.ts';
import { readsAnyBytes } from '../../support/xml-arbitrary.ts';

const wrap = (element: string) => `<?xml version="1.0"?>\r\n<configuration>\r\n    ${element}\r\n</configuration>\r\n`;
const on = wrap(
  '<configurationRedirection enabled="true" path="\\\\farm\\iis &amp; co" userName="FARM\\web" password="s3cret" />',
);
const read = (text: string) => readRedirection(Buffer.from(text));

describe('redirection.config', () => {
  it('names the share and forgets the account', () => {
    expect(read(on)).toEqual({ ok: true, value: { enabled: true, path: '\\\\farm\\iis & co' } });
  });

  it.each([wrap('<configurationRedirection />'), wrap('<configurationRedirection enabled="False" />'), wrap('')])(
    'is off: %j',
    (text) => {
      expect(read(text)).toEqual({ ok: true, value: { enabled: false, path: '' } });
    },
  );

  it.each([
    [
      wrap('<configurationRedirection enabled="maybe" />'),
      'its configurationRedirection is enabled="maybe", which is neither true nor false',
    ],
    ['<a/>', 'its root is <a>, not <configuration>'],
    ['', 'it is empty: 0 bytes'],
  ])('is refused: %j', (text, error) => {
    expect(read(text)).toEqual({ ok: false, error });
  });

  it('never throws', () => readsAnyBytes(readRedirection, on));
});
