// The terms that not every administrator of IIS knows, each in one line: told once, under a text that has them.

/** One term. */
export interface Explained {
  readonly term: string;
  /** What it is, without the term and without a full stop. */
  readonly line: string;
}

/** In the order in which they are told. None needs another one to be understood. */
const GLOSSARY: readonly Explained[] = [
  {
    term: 'SSL record',
    line: 'what Windows keeps for one address or host name and its port (netsh http show sslcert): which certificate, and which settings',
  },
  { term: 'endpoint', line: 'one address or host name with its port, at which visitors come in' },
  { term: 'http.sys', line: 'the part of Windows that takes web requests for IIS and does their TLS' },
  {
    term: 'ABO mapper',
    line: 'the part of IIS 6 compatibility (service IISADMIN) that deletes and makes certificate settings from old entries in applicationHost.config',
  },
  {
    term: 'customMetadata',
    line: 'a section of applicationHost.config with settings of IIS 6; its property 5506 is the hash of a certificate',
  },
  {
    term: 'key store',
    line: 'where Windows keeps private keys: one of the machine, one of SYSTEM, and one of each user',
  },
  { term: 'key container', line: 'the name under which Windows keeps a private key' },
  {
    term: 'central certificate store',
    line: 'a shared folder of PFX files, from which IIS takes certificates by file name',
  },
  { term: 'SNI flag', line: 'the setting of a binding that has the certificate chosen by host name (sslFlags 1)' },
  {
    term: 'SNI',
    line: 'the host name that a client sends with its first message, by which the server chooses a certificate',
  },
  {
    term: 'metabase',
    line: 'where IIS 6 kept its configuration; the service IISADMIN still offers it to old programs',
  },
  {
    term: 'KeySpec',
    line: 'says what a private key of the older kind is for: 1 for key exchange, 2 for signatures only',
  },
  {
    term: 'renegotiation',
    line: 'a second handshake within one connection, in which a server can ask for more than in the first',
  },
  { term: 'Schannel', line: 'the part of Windows that does TLS, and writes its events' },
  { term: 'AppId', line: 'the id of the program that has registered a certificate for an address' },
  { term: 'application id', line: 'the id of the program that has registered a certificate for an address' },
  { term: 'MachineGuid', line: 'the id of this Windows, which is part of the names of its key files' },
  { term: 'listen list', line: 'the addresses at which Windows takes web requests; an empty list means all' },
  { term: 'AT_SIGNATURE', line: 'a private key of the older kind that can sign, and cannot do a key exchange' },
  { term: 'CryptoAPI', line: 'the older of two ways in which Windows keeps private keys' },
  { term: 'CNG', line: 'the newer of two ways in which Windows keeps private keys' },
  { term: 'key storage provider', line: 'the program that keeps a private key: Windows itself, or that of a device' },
  {
    term: 'transfer file',
    line: 'a PFX file with a one-time password, which the repair makes and removes again',
  },
  {
    term: 'clientcertnegotiation',
    line: 'the setting by which the server asks every visitor for a certificate, before it knows which page is wanted',
  },
  { term: 'intermediate', line: 'a certificate of an authority that stands between a certificate and its root' },
  { term: 'loopback', line: 'the address 127.0.0.1 or ::1, by which a server speaks to itself' },
];

/** Those of which the text speaks, in whatever lines it was broken. */
export function glossaryOf(text: string): readonly Explained[] {
  const plain = withoutPaint(text).replace(/\s+/g, ' ');
  return GLOSSARY.filter(({ term }) => patternOf(term).test(plain));
}

/** The one that explains this term; undefined where none does. */
export const explainedTerm = (asked: string): Explained | undefined =>
  GLOSSARY.find(({ term }) => term.toLowerCase() === asked.trim().replace(/\s+/g, ' ').toLowerCase());

/** All terms, for whoever has asked for something else. */
export const glossaryTerms = (): readonly string[] => GLOSSARY.map(({ term }) => term);

/** As a word, or as several of them: "SSL records". */
const patternOf = (term: string): RegExp => new RegExp(`(?<![\\w.-])${term.replaceAll('.', '\\.')}s?(?![\\w])`);

/** Colours of a terminal (ECMA-48) are no part of a term. */
const withoutPaint = (text: string): string =>
  text
    .split('\u001b')
    .map((part, index) => (index === 0 ? part : part.replace(/^\[\d+m/, '')))
    .join('');
