// What applicationHost.config says, with the place of everything that we may edit.

/** A range of UTF-16 code units in the text of the file. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** One binding element of a site, whatever its protocol. */
export interface SiteBinding {
  readonly protocol: string;
  /** As written: `*:443:`, `:443:`, `[::]:443:host`, or another protocol's own form. */
  readonly information: string;
  /** 1 SNI, 2 CCS, 4 no HTTP/2, 8 no OCSP stapling, 16 no QUIC, 32 no TLS 1.3, 64 no legacy TLS; 0 when absent. */
  readonly sslFlags: number;
}

/** One site element. */
export interface Site {
  readonly name: string;
  readonly id: number;
  readonly bindings: readonly SiteBinding[];
  /** Set where it is stopped on purpose: `serverAutoStart="false"`, as `appcmd stop site` writes it. */
  readonly stopped?: true;
  /** Which pages ask clients for certificates (`access sslFlags`): all of the site, or some applications or folders of it. */
  readonly clientCertificates?: 'site' | 'below';
}

/** The https bindings of a site. */
export const httpsBindings = ({ bindings }: Pick<Site, 'bindings'>): readonly SiteBinding[] =>
  bindings.filter(({ protocol }) => protocol.toLowerCase() === 'https');

/** One property element below customMetadata/key. */
export interface MetadataProperty {
  readonly id: number;
  readonly dataType: string;
  /** The value attribute with XML entities resolved. */
  readonly value: string;
  /** The whole element. */
  readonly range: TextRange;
  /** The characters of the value attribute between its quotes; absent when there is no such attribute. */
  readonly valueRange?: TextRange;
}

/** One key element of customMetadata. */
export interface MetadataKey {
  /** As written, for example `LM/W3SVC/1` or `LM/W3SVC/1/ROOT/Some App`. */
  readonly path: string;
  readonly properties: readonly MetadataProperty[];
  readonly range: TextRange;
}

/** The parts of applicationHost.config that we read. */
export interface IisConfig {
  /** Full Windows path of the file that was read: the shared one where configuration is redirected. */
  readonly path: string;
  /** SHA-256 of the bytes as found, lower-case hex. */
  readonly sha256: string;
  /** The whole text, BOM included as U+FEFF; encodes back to exactly the bytes that were read. */
  readonly text: string;
  readonly sites: readonly Site[];
  readonly metadata: readonly MetadataKey[];
  /** The customMetadata element itself, when there is one. */
  readonly metadataRange?: TextRange;
}

/** redirection.config: whether the configuration lives elsewhere and serves several servers. */
export interface Redirection {
  readonly enabled: boolean;
  readonly path: string;
}
