// What Schannel, the TLS of Windows, may speak as a server.

/** The protocols that a visitor of today may come with; what is older is nobody's loss. */
export const TLS_PROTOCOLS = ['TLS 1.0', 'TLS 1.1', 'TLS 1.2', 'TLS 1.3'] as const;
/** One of them, as the registry spells it. */
export type TlsProtocol = (typeof TLS_PROTOCOLS)[number];

/** The settings of an administrator or a policy; what is not among them is as Windows has it by default. */
export interface Schannel {
  /** Switched on or off on the server side. */
  readonly enabled: ReadonlyMap<TlsProtocol, boolean>;
  /** The only cipher suites that a policy allows, in its order; absent where there is no such policy. */
  readonly suites?: readonly string[];
}
