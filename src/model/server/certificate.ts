// A certificate as a Windows store holds it: the DER, and the properties beside it that say where its key should be.

/** KEY_PROV_INFO, property 2 of a store entry: where the key is said to be. A claim, not a proof. */
export interface KeyProvider {
  readonly container: string;
  readonly provider: string;
  /** 0 = CNG key storage provider; 1, 12, 24 = CryptoAPI provider types. */
  readonly type: number;
  readonly flags: number;
  /** CRYPT_MACHINE_KEYSET (0x20) is set: the name is looked up among the machine's keys, else among the caller's own. */
  readonly machineKeyset: boolean;
  /** 1 AT_KEYEXCHANGE, 2 AT_SIGNATURE, 0 for CNG. */
  readonly keySpec: number;
}

/** What we need of the DER, read with node:crypto. Times are ISO 8601 in UTC. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** DNS names of the subject alternative name, or the common name where there is none; lower case. */
  readonly names: readonly string[];
  readonly notBefore: string;
  readonly notAfter: string;
  /** True when extended key usage is absent, or holds serverAuth or anyExtendedKeyUsage. */
  readonly serverAuth: boolean;
  readonly selfSigned: boolean;
  /** SHA-256 of the SubjectPublicKeyInfo, hex: two certificates with the same one have the same key. */
  readonly publicKey: string;
  /** Which cipher suites it can serve with; absent for a key of another kind. */
  readonly keyType?: 'rsa' | 'ecdsa';
}

/** One entry of a store. */
export interface StoreCertificate {
  /** LocalMachine store name: `MY`, `WebHosting`, `CA`, `ROOT` ...; for a user's own store `user`. */
  readonly store: string;
  /** The entry's name: 40 upper-case hex digits. It is compared with the SHA-1 of the DER when the entry is read. */
  readonly thumbprint: string;
  readonly friendlyName: string;
  readonly key?: KeyProvider;
  readonly archived: boolean;
  /** The thumbprint of its renewal (CERT_RENEWAL_PROP_ID): Schannel gives visitors that one in its place. */
  readonly renewal?: string;
  /** Exact bytes of the entry: what an undo puts back. */
  readonly blob: Uint8Array;
  readonly der: Uint8Array;
  readonly facts: CertificateFacts;
}

/** Whether http.sys serves with certificates of this LocalMachine store ('' is MY); the others tell of keys and issuers alone. */
export const isServerStore = (store: string): boolean => ['', 'my', 'webhosting'].includes(store.toLowerCase());

/** An entry of a LocalMachine store that is there and could not be read: its certificate must not be called missing. */
export interface UnreadableEntry {
  readonly store: string;
  /** The name of its registry key. */
  readonly name: string;
  /** One clause, without a full stop. */
  readonly why: string;
  /** The thumbprint it stands for; absent where its name does not say which certificate it holds. */
  readonly thumbprint?: string;
}

/** In words. */
export const unreadableEntry = ({ store, name, why }: UnreadableEntry): string =>
  `the entry ${name} of LocalMachine\\${store} is unreadable: ${why}`;
