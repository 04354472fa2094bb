import { describe, expect, it } from 'vitest';
import { readEvents } from '../../../src/formats/events/event-xml.ts';
import { readsAnyBytes } from '../../support/xml-arbitrary.ts';

const system = (provider: string, id: string, time: string) =>
  `<System><Provider Name='${provider}' Guid='{11111111-2222-3333-4444-555555555555}'/>${id}<TimeCreated SystemTime='${time}'/></System>`;
const event = (head: string, rest = '') =>
  `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>${head}${rest}</Event>`;
const schannel = event(
  system('Schannel', '<EventID>36870</EventID>', '2024-05-06T07:08:09.123456700Z'),
  `<EventData><Data Name='Type'>server</Data><Data Name='ErrorCode'>0x80090016</Data></EventData>`,
);
const http = event(
  system('Microsoft-Windows-HttpEvent', `<EventID Qualifiers='49152'>15021</EventID>`, '2024-05-06T07:08:10Z'),
  `<EventData><Data>\\Device\\Http\\ReqQueue</Data><Data>0.0.0.0:443 &amp; more</Data><Binary>
    00000000020030005F0000C0 </Binary></EventData>`,
);
const bare = event(system('Schannel', '<EventID>36871</EventID>', '2024-05-06T07:08:11.5Z'));

const expected = [
  {
    provider: 'Schannel',
    id: 36870,
    time: '2024-05-06T07:08:09.123Z',
    data: { Type: 'server', ErrorCode: '0x80090016' },
  },
  {
    provider: 'Microsoft-Windows-HttpEvent',
    id: 15021,
    time: '2024-05-06T07:08:10.000Z',
    data: { '0': '\\Device\\Http\\ReqQueue', '1': '0.0.0.0:443 & more', Binary: '00000000020030005F0000C0' },
  },
  { provider: 'Schannel', id: 36871, time: '2024-05-06T07:08:11.500Z', data: {} },
];

const all = schannel + http + bare;
const little = Buffer.from(`\uFEFF${all}`, 'utf16le');

describe('the same events in every dress of wevtutil', () => {
  it.each([
    ['without a root', Buffer.from(all)],
    ['a line each', Buffer.from([schannel, http, bare].join('\r\n'))],
    ['with a root', Buffer.from(`<Events>\r\n${all}\r\n</Events>\r\n`)],
    [
      'with a root of another name, a declaration and a mark',
      Buffer.from(`\uFEFF<?xml version="1.0" encoding="utf-8"?><Log>${all}</Log>`),
    ],
    ['with the minus signs of a copied tree', Buffer.from(`- ${schannel}\n- ${http}\n- ${bare}`)],
    ['in UTF-16', little],
    ['in UTF-16 without a mark', little.subarray(2)],
    ['in UTF-16 of the other byte order', Buffer.from(little).swap16()],
  ])('%s', (_dress, bytes) => {
    expect(readEvents(bytes)).toEqual({ ok: true, value: expected });
  });
});

describe('odd files', () => {
  it.each(['', '\uFEFF', '\r\n', '<Events></Events>', '<Events/>'])('no event: %j', (text) => {
    expect(readEvents(Buffer.from(text))).toEqual({ ok: true, value: [] });
  });

  it('bytes of an OEM code page in free text', () => {
    const text = schannel.replace('server', 'J\x81rgen Gr\x94\xe1e \x01\x00');
    const events = readEvents(Buffer.from(text, 'latin1'));
    expect(events).toMatchObject({ ok: true, value: [{ id: 36870, data: { ErrorCode: '0x80090016' } }] });
  });

  it('a name that is special to JavaScript', () => {
    const events = readEvents(Buffer.from(schannel.replace(`'Type'`, `'__proto__'`)));
    expect(events.ok && Object.keys(events.value[0]?.data ?? {})).toEqual(['__proto__', 'ErrorCode']);
  });

  it.each([
    ['Access is denied.', 'it is not XML: it holds text and no event'],
    [
      event(system('Schannel', '<EventID>many</EventID>', '2024-05-06T07:08:11Z')),
      'its event 1 has no EventID that is a number',
    ],
    [schannel + event(system('Schannel', '<EventID>1</EventID>', 'noon')), 'its event 2 has no time'],
    [event('<System/>'), 'its event 1 has no provider name'],
    [event(''), 'its event 1 has no provider name'],
  ])('%s', (text, error) => {
    expect(readEvents(Buffer.from(text))).toEqual({ ok: false, error });
  });

  it('a file that was cut', () => {
    expect(readEvents(Buffer.from(all.slice(0, -40)))).toMatchObject({ ok: false });
  });

  it('never throws', () => readsAnyBytes(readEvents, all, `<Events>${all}</Events>`));
});
