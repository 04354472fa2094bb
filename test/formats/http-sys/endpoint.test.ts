import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressOf,
  endpointOfBinding,
  hostOfBinding,
  portOf,
  readEndpoint,
} from '../../../src/formats/http-sys/endpoint.ts';
import { endpointKey } from '../../../src/model/server/evidence.ts';
import { FUZZ_RUNS } from '../../support/fuzz.ts';

describe('endpointOfBinding', () => {
  it.each([
    ['*:443:', 0, 'ip', '0.0.0.0:443'],
    [':443:', 0, 'ip', '0.0.0.0:443'],
    ['*:443:www.example.test', 0, 'ip', '0.0.0.0:443'],
    ['[::]:443:', 0, 'ip', '[::]:443'],
    ['[2001:0DB8:0:0:0::1]:8443:', 0, 'ip', '[2001:db8::1]:8443'],
    ['[fe80::1%4]:443:', 0, 'ip', '[fe80::1%4]:443'],
    ['10.0.0.1:443:Host', 0, 'ip', '10.0.0.1:443'],
    ['*:443:WWW.Example.test', 1, 'sni', 'www.example.test:443'],
    ['10.0.0.1:0443:www.example.test', 1 + 4, 'sni', 'www.example.test:443'],
    ['*:443:*.example.test', 1, 'sni', '*.example.test:443'],
    ['*:443:xn--bcher-kva.example', 1, 'sni', 'xn--bcher-kva.example:443'],
    ['*:443:Bücher.example', 1, 'sni', 'xn--bcher-kva.example:443'],
    ['*:443:*.bücher.example', 1, 'sni', '*.xn--bcher-kva.example:443'],
    // What the rules for host names do not know stays as it is.
    ['*:443:ü_ü/x', 3, 'ccs', '443'],
    ['*:443:1.2', 1, 'sni', '1.2:443'],
    ['*:444:', 2, 'ccs', '444'],
    ['*:443:www.example.test', 3, 'ccs', '443'],
  ] as const)('%s with sslFlags %d', (information, sslFlags, table, name) => {
    expect(endpointOfBinding(information, sslFlags)).toEqual({ ok: true, value: { table, name } });
  });

  it.each([
    ['808:*', 0, '"808:*" is not ADDRESS:PORT:HOST'],
    ['::443:', 0, '"::443:" is not ADDRESS:PORT:HOST'],
    ['*:0:', 0, '"*:0" has no port from 1 to 65535'],
    ['*:65536:', 0, '"*:65536" has no port from 1 to 65535'],
    ['*:65536:', 2, '"65536" is not a port'],
    ['10.0.0.256:443:', 0, '"10.0.0.256:443" has no IP address before its port'],
    ['[::g]:443:', 0, '"[::g]:443" has no IP address before its port'],
    ['*:443:', 1, '"*:443:" asks for SNI and names no host'],
  ] as const)('refuses %s with sslFlags %d', (information, sslFlags, error) => {
    expect(endpointOfBinding(information, sslFlags)).toEqual({ ok: false, error });
  });

  it('answers anything, and reads its own spelling again', () => {
    const piece = fc.constantFrom('*', ':', '[', ']', '443', '10.0.0.1', 'a.b', '::', '%', ' ', '0', 'x');
    const information = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
    );
    const property = fc.property(information, fc.nat(255), (each, sslFlags) => {
      const endpoint = endpointOfBinding(each, sslFlags);
      hostOfBinding(each);
      if (endpoint.ok) expect(readEndpoint(endpoint.value.table, endpoint.value.name)).toEqual(endpoint);
    });
    fc.assert(property, { numRuns: FUZZ_RUNS });
  });
});

describe('parts of an endpoint', () => {
  it.each([
    ['ip', '[2001:db8::1]:8443', '2001:db8::1', 8443],
    ['ip', '0.0.0.0:443', '0.0.0.0', 443],
    ['sni', 'www.example.test:443', 'www.example.test', 443],
    ['ccs', '444', '', 444],
  ] as const)('%s %s', (table, name, address, port) => {
    expect([addressOf({ table, name }), portOf({ table, name })]).toEqual([address, port]);
  });

  it('gives the host of a binding in lower case and A-labels', () => {
    expect(['*:443:WWW.x', '*:443:', 'net.pipe', '*:443:BÜCHER.x'].map(hostOfBinding)).toEqual([
      'www.x',
      '',
      '',
      'xn--bcher-kva.x',
    ]);
  });

  it('is one key in Unicode and in A-labels, and keeps the spelling of a record', () => {
    const names = ['bücher.example:443', 'xn--bcher-kva.example:443'] as const;
    expect(names.map((name) => endpointKey({ table: 'sni', name }))).toEqual(Array(2).fill(`sni ${names[1]}`));
    expect(readEndpoint('sni', 'Bücher.example:443')).toEqual({ ok: true, value: { table: 'sni', name: names[0] } });
    expect(endpointKey({ table: 'ip', name: '[::]:443' })).toBe('ip [::]:443');
  });
});
