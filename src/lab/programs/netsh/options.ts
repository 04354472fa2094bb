// The options of `netsh http add sslcert`, which grew from release to release.

/** One option: how the usage text shows its value, since which Windows build, and the bit of DefaultFlags it sets. */
export interface NetshOption {
  readonly tag: string;
  readonly value: string;
  readonly since: number;
  readonly flag?: number;
}

/** First builds of Server 2012, 2016, 2019, 2022 and 2025. */
export const BUILD = { s2012: 9200, s2012r2: 9600, s2016: 14393, s2019: 17763, s2022: 20348, s2025: 26100 } as const;

const SWITCH = 'enable|disable';

const OPTIONS: readonly NetshOption[] = [
  { tag: 'hostnameport', value: '<name:port>', since: BUILD.s2012 },
  { tag: 'ipport', value: '<ipaddr:port>', since: 0 },
  { tag: 'ccs', value: '<port>', since: BUILD.s2012 },
  { tag: 'appid', value: '<GUID>', since: 0 },
  { tag: 'certhash', value: '<string>', since: 0 },
  { tag: 'certstorename', value: '<string>', since: 0 },
  { tag: 'verifyclientcertrevocation', value: SWITCH, since: 0 },
  { tag: 'verifyrevocationwithcachedclientcertonly', value: SWITCH, since: 0 },
  { tag: 'usagecheck', value: SWITCH, since: 0 },
  { tag: 'revocationfreshnesstime', value: '<u-int>', since: 0 },
  { tag: 'urlretrievaltimeout', value: '<u-int>', since: 0 },
  { tag: 'sslctlidentifier', value: '<string>', since: 0 },
  { tag: 'sslctlstorename', value: '<string>', since: 0 },
  { tag: 'dsmapperusage', value: SWITCH, since: 0, flag: 0x1 },
  { tag: 'clientcertnegotiation', value: SWITCH, since: 0, flag: 0x2 },
  { tag: 'reject', value: SWITCH, since: BUILD.s2016, flag: 0x8 },
  { tag: 'disablehttp2', value: SWITCH, since: BUILD.s2016, flag: 0x10 },
  { tag: 'disablequic', value: SWITCH, since: BUILD.s2019, flag: 0x20 },
  { tag: 'disablelegacytls', value: SWITCH, since: BUILD.s2019, flag: 0x400 },
  { tag: 'disabletls12', value: SWITCH, since: BUILD.s2019, flag: 0x1000 },
  { tag: 'disabletls13', value: SWITCH, since: BUILD.s2019, flag: 0x40 },
  { tag: 'disableocspstapling', value: SWITCH, since: BUILD.s2019, flag: 0x80 },
  { tag: 'enabletokenbinding', value: SWITCH, since: BUILD.s2022, flag: 0x100 },
  { tag: 'logextendedevents', value: SWITCH, since: BUILD.s2022, flag: 0x200 },
  { tag: 'enablesessionticket', value: SWITCH, since: BUILD.s2022, flag: 0x800 },
  { tag: 'disablesessionid', value: SWITCH, since: BUILD.s2025, flag: 0x4000 },
];

/** The options that `add sslcert` of this build knows. */
export const optionsOf = (build: number): readonly NetshOption[] => OPTIONS.filter(({ since }) => build >= since);

/** The options by which show and delete name a record. */
export const endpointOptionsOf = (build: number): readonly NetshOption[] =>
  optionsOf(build).filter(({ tag }) => ['hostnameport', 'ipport', 'ccs'].includes(tag));

/** Arguments by full tag, or the first argument that fits no tag. */
export type TaggedArguments =
  | { readonly ok: true; readonly values: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly tag: string };

/**
 * Reads `tag=value` arguments. As netsh does, a tag may be shortened to any prefix that only one option has; a value
 * without a tag is the ipport.
 */
export function taggedArguments(args: readonly string[], options: readonly NetshOption[]): TaggedArguments {
  const values = new Map<string, string>();
  for (const arg of args) {
    const equals = arg.indexOf('=');
    const given = equals < 0 ? 'ipport' : arg.slice(0, equals).trim().toLowerCase();
    const option =
      options.find(({ tag }) => tag === given) ?? theOnly(options.filter(({ tag }) => tag.startsWith(given)));
    if (option === undefined || given === '' || values.has(option.tag)) return { ok: false, tag: given };
    values.set(option.tag, arg.slice(equals + 1).trim());
  }
  return { ok: true, values };
}

const theOnly = <T>(found: readonly T[]): T | undefined => (found.length === 1 ? found[0] : undefined);
