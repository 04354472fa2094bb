import { describe, expect, it } from 'vitest';
import { doorsOf, surroundings } from '../../src/evidence/doors.ts';
import { visitedEndpoints } from '../../src/evidence/greet.ts';
import { MOST_NAMES } from '../../src/formats/http-sys/visitors.ts';
import type { Endpoint } from '../../src/model/server/ssl-record.ts';
import { config, evidence, have, lack, record, site } from '../support/evidence-folder.ts';

const OWN = ['127.0.0.1', '::1', '192.0.2.7', '192.0.2.8', '2001:db8::7', 'fe80::1'];

interface Server {
  readonly addresses?: readonly string[] | undefined;
  readonly records?: readonly string[];
  readonly bound?: readonly string[];
  readonly listenList?: readonly string[];
}

/** Each door as `address,address name`, at the port 443. */
function doors(
  endpoint: Endpoint,
  names: readonly string[],
  server: Server = {},
  through: readonly string[] = ['0.0.0.0'],
) {
  const { addresses = OWN, records = [], bound = [], listenList = [] } = server;
  const around = surroundings(
    {
      addresses: have(addresses),
      records: have(records.map((name) => record('ip', name))),
      listenList: have(listenList),
    },
    bound.map((address) => ({ address, port: 443 })),
  );
  return doorsOf(endpoint, { names, through }, around).map((door) =>
    `${door.map(({ address }) => address).join()} ${door[0]?.name}`.trim(),
  );
}

const ALL = { table: 'ip', name: '0.0.0.0:443' } as const;
const SHOP = { table: 'sni', name: 'shop.example.test:443' } as const;

describe('the doors of an endpoint', () => {
  it('of all addresses are loopback with one address behind it, in each family, and never a zone', () => {
    expect(doors(ALL, [''])).toEqual(['127.0.0.1,192.0.2.7', '::1,2001:db8::7']);
    expect(doors({ table: 'ip', name: '[::]:443' }, [''], {}, ['::'])).toEqual(['::1,2001:db8::7']);
    expect(doors(ALL, [''], { addresses: ['127.0.0.1', '192.0.2.7'] })).toEqual(['127.0.0.1,192.0.2.7']);
  });

  it('are also each address of this server that has a record of its own at the port, four at most', () => {
    expect(doors(ALL, [''], { records: ['192.0.2.8:443', '203.0.113.9:443', '192.0.2.7:444'] })).toEqual([
      '127.0.0.1,192.0.2.7',
      '::1,2001:db8::7',
      '192.0.2.8',
    ]);
    const many = Array.from({ length: 9 }, (_each, index) => `198.51.100.${index}`);
    const records = many.map((address) => `${address}:443`);
    expect(doors(ALL, [''], { addresses: ['127.0.0.1', ...many], records })).toHaveLength(1 + 4);
  });

  it('B4: leave loopback out where a record or a binding has it for itself', () => {
    expect(doors(ALL, [''], { records: ['127.0.0.1:443'] })).toEqual(['192.0.2.7', '::1,2001:db8::7', '127.0.0.1']);
    expect(doors(ALL, [''], { records: ['127.0.0.1:443'], bound: ['127.0.0.1'] })).toEqual([
      '192.0.2.7',
      '::1,2001:db8::7',
    ]);
  });

  it('are none at an address that another site has bound for itself', () => {
    const server = { records: ['192.0.2.7:443'], bound: ['192.0.2.7'] };
    expect(doors(ALL, [''], server)).toEqual(['127.0.0.1,192.0.2.8', '::1,2001:db8::7']);
  });

  it('of one address are that one, whatever else is there', () => {
    expect(doors({ table: 'ip', name: '192.0.2.8:443' }, ['a.test'], { bound: ['192.0.2.8'] })).toEqual([
      '192.0.2.8 a.test',
    ]);
    expect(doors(SHOP, ['shop.example.test'], {}, ['192.0.2.8', '192.0.2.8'])).toEqual(['192.0.2.8 shop.example.test']);
  });

  it('of a host name at all addresses and at one beside are all of these', () => {
    const through = ['0.0.0.0', '192.0.2.8'];
    expect(doors(SHOP, [''], { bound: ['192.0.2.8'] }, through)).toEqual([
      '127.0.0.1,192.0.2.7',
      '::1,2001:db8::7',
      '192.0.2.8',
    ]);
  });

  it('are also where another site is bound by its host name alone: that keeps nobody out', () => {
    const sites = [site(1, 'All', ['https *:443:']), site(2, 'Shop', ['https 192.0.2.7:443:shop.example.test 1'])];
    const visited = visitedEndpoints(
      evidence({ config: config([], sites), addresses: have(['127.0.0.1', '192.0.2.7']), records: have([]) }),
    );
    const [door] = visited.get('ip 0.0.0.0:443')?.doors ?? [];
    expect(door?.map(({ address }) => address)).toEqual(['127.0.0.1', '192.0.2.7']);
  });

  it('B5: are asked by name: each once, eight at most, and one below a wildcard that no record has', () => {
    const v4 = { addresses: ['127.0.0.1'] };
    expect(doors(ALL, ['a.test', '', 'a.test'], v4)).toEqual(['127.0.0.1 a.test', '127.0.0.1']);
    const names = Array.from({ length: 20 }, (_each, index) => `h${index}.test`);
    expect(doors(ALL, names, v4)).toHaveLength(MOST_NAMES);
    expect(doors({ table: 'sni', name: '*.example.test:443' }, ['*.example.test'], v4)).toEqual([
      '127.0.0.1 iis-ssl-heal-check.example.test',
    ]);
    expect(doors({ table: 'ccs', name: '443' }, ['a.test'], v4)).toEqual(['127.0.0.1 a.test']);
  });

  it('are only what the listen list names', () => {
    expect(doors(ALL, [''], { listenList: ['192.0.2.8'] })).toEqual(['192.0.2.8']);
    expect(doors(ALL, [''], { listenList: ['203.0.113.9'] })).toEqual([]);
    expect(doors(ALL, [''], { listenList: ['0.0.0.0'] })).toEqual(['127.0.0.1,192.0.2.7']);
  });

  it('are loopback where the addresses are not known', () => {
    const around = surroundings({ addresses: lack(), records: lack(), listenList: lack() }, []);
    expect(doorsOf(SHOP, { names: ['shop.example.test'], through: ['0.0.0.0'] }, around)).toEqual([
      [{ address: '127.0.0.1', port: 443, name: 'shop.example.test' }],
    ]);
  });
});
