// The six links of HTTPS on IIS, one chain for every https site binding.

import type { StoreCertificate } from './certificate.ts';
import type { Greeted, Handshake, Profile } from './evidence.ts';
import type { MetadataProperty, Site, SiteBinding } from './iis-config.ts';
import type { Known } from './known.ts';
import type { Endpoint, SslRecord } from './ssl-record.ts';

/** The six links, in the order in which a connection needs them. */
export type LinkName = 'site' | 'http.sys' | 'certificate' | 'key' | 'access' | 'handshake';

/** `note`: it holds, with something worth knowing. `skipped`: an earlier link is broken, so there was nothing to look at. */
export type LinkState = 'ok' | 'note' | 'warning' | 'broken' | 'unknown' | 'skipped';

/** Why a link is as it is; codes never change once released. */
export type LinkCode =
  | 'fine'
  | 'skipped'
  | 'not-read'
  | 'binding-malformed'
  | 'not-on-this-server'
  | 'site-stopped'
  | 'service-disabled'
  | 'service-stopped'
  | 'port-taken'
  | 'not-bound'
  | 'listen-list'
  | 'mapper-override'
  | 'client-certificate-late'
  | 'no-record'
  | 'falls-back'
  | 'record-without-hash'
  | 'record-rejects'
  | 'no-common-protocol'
  | 'tls12-off'
  | 'no-common-suite'
  | 'central-store'
  | 'ccs-flag-without-ccs'
  | 'ccs-record-missing'
  | 'ccs-file-missing'
  | 'certificate-missing'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-superseded'
  | 'certificate-other-name'
  | 'chain-incomplete'
  | 'chain-expired'
  | 'chain-revoked'
  | 'root-not-self-signed'
  | 'sni-flag-lost'
  | 'key-stranded'
  | 'key-lost-with-profile'
  | 'key-lost'
  | 'key-mislabelled'
  | 'key-other-machine'
  | 'key-hardware'
  | 'key-signature-only'
  | 'key-no-link'
  | 'key-closed-to-system'
  | 'handshake-no-tls'
  | 'handshake-no-connection'
  | 'handshake-other-certificate'
  | 'loopback-reset'
  | 'renewal-served'
  | 'not-all-greeted';

/** One link with its verdict, in a person's words, and where that was read. */
export interface Link {
  readonly name: LinkName;
  readonly state: LinkState;
  readonly code: LinkCode;
  /** One clause: what is there, or what is wrong. */
  readonly message: string;
  readonly source?: string;
}

/** Where the private key of a certificate really is: windows-facts 2.2, one row each. */
export type KeyPlace =
  | { readonly at: 'machine'; readonly file: string }
  /** SYSTEM's own keyset: http.sys can use it. */
  | { readonly at: 'system'; readonly file: string }
  /** The file is a machine key, the entry says it is a user's: the entry is wrong, no export is needed. */
  | { readonly at: 'machine-mislabelled'; readonly file: string }
  /** `profile` is undefined when the file lies below no profile of the list. */
  | {
      readonly at: 'user';
      readonly file: string;
      readonly profile: Profile | undefined;
      readonly storage: 'capi' | 'cng';
      readonly mislabelled: boolean;
    }
  /** A file with the right digits and another machine's GUID: the machine was cloned or renamed. */
  | { readonly at: 'other-machine-guid'; readonly file: string }
  /** The entry says a user's key, and no file of it is anywhere: profile gone, or key deleted. */
  | { readonly at: 'lost-user-key' }
  | { readonly at: 'lost-machine-key' }
  /** HSM, TPM, smart card or a provider we do not know: never touched. */
  | { readonly at: 'hardware'; readonly provider: string }
  /** The entry names no key at all. */
  | { readonly at: 'no-link' };

/** A customMetadata 5506 entry that applies to a site. */
export interface MapperEntry {
  readonly keyPath: string;
  readonly property: MetadataProperty;
  /** The store that 5511 names beside it; MY where it names none. */
  readonly store: string;
}

/** One https site binding followed through to the client. */
export interface Chain {
  readonly site: Site;
  readonly binding: SiteBinding;
  readonly endpoint: Endpoint;
  /** The record of this endpoint; undefined where http.sys has none. */
  readonly record: Known<SslRecord | undefined>;
  /** The certificate that the record names; undefined where its store has none. */
  readonly certificate: Known<StoreCertificate | undefined>;
  readonly key: Known<KeyPlace | undefined>;
  /** What each visitor of this binding met; empty where nobody was greeted. */
  readonly greeted: readonly Greeted[];
  /** The worst of it. */
  readonly handshake: Known<Handshake> | undefined;
  /** Always six, in order. */
  readonly links: readonly Link[];
}
