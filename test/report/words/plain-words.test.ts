// What a person reads at two in the morning, in a language that is not their own: each sentence is short, each term is known
// or explained, and no sentence says with a picture or with two negations what it could say itself.

import { describe, expect, it } from 'vitest';
import { named } from '../../../playbooks/index.ts';
import { explainCode } from '../../../src/explain/explain-code.ts';
import { applyFault } from '../../../src/lab/faults/faults.ts';
import { openLab } from '../../../src/lab/open.ts';
import { rebootLab } from '../../../src/lab/services/reboot.ts';
import { explainedTerm, glossaryOf, glossaryTerms } from '../../../src/report/words/glossary.ts';
import { diagnoseLab, labDisk, machineOn } from '../../support/run-lab.ts';
import { allSaid, type Said } from '../../support/sentences.ts';

/** What an administrator of IIS knows, and whoever does not can look up anywhere. */
const KNOWN = new Set(
  `TLS HTTPS HTTP HTTP/2 SSL IIS IPv4 IPv6 DNS URL API CPU KB PFX CER PEM ACL SID GUID RDP WinRM SSTP VPN HSM TPM RSA ECC EC ECDSA
   SHA CN OK ID IDs XML JSON CSV UTC ISO UTF ASCII DSC PowerShell GPO WMI CA CAs CRL OCSP ACME HSTS
   SYSTEM LocalMachine MY CA ROOT WebHosting Disallowed NETWORK SERVICE LOCAL Administrators Everyone
   W3SVC IISADMIN HTTP HttpEvent WAS MachineKeys applicationHost.config serverAutoStart sslFlags KeySpec KeyContainer
   netsh appcmd certutil icacls wevtutil schtasks AppCmd IIS Exchange ADFS AD FS WinHTTP SQL NTDS NT
   Windows Server PATH FILE DIR SWITCH ANSWER ZIP RUN BOM LF CRLF WSUS Q&A GB MB KB IO RAM PID PC CIM ETW SP SAN ARR KDC NTLM
   IP NTSTATUS HRESULT KeyName KeyType KeyFilePath ReturnCode SubjectUserSid
   Kerberos LDAP LSA LSASS MMC RPC DCOM UAC EFS BitLocker iis-ssl-heal`.split(/\s+/),
);

/** Terms of which somebody may not know what they are: explained in the glossary, or not used. */
const JARGON =
  /\b(?:SSL records?|ABO mapper|customMetadata|key containers?|key stores?|CNG|CAPI|CryptoAPI|SNI flag|SNI|CCS|AppId|application id|DPAPI|Schannel|KSP|key storage provider|listen list|AT_SIGNATURE|MachineGuid|central certificate store|transfer file|clientcertnegotiation|intermediates?|loopback|metabase|keyset|KeySpec|renegotiation|endpoints?|blobs?|SDDL|digest)\b|http\.sys/g;

/** A word in capitals, or with capitals inside, which is the name of something. */
const NAME_LIKE = /(?<![\w.\\/$-])(?:[A-Z][A-Z0-9]{1,}|[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*)(?![\w\\/=-]|\.\w)/g;

/** Pictures and turns of phrase; the project's own name for a try of a handshake is one of them. */
const IDIOMS =
  /\bgreet|turns? (?:\w+ )?away|turned away|get(?:s)? in\b|keeps? (?:\w+ )?out\b|come(?:s)? about|said yes to|stands? still|\bstruck\b|half of one|\bfor good\b|\bmeets it\b|\bat hand\b|\blies? in wait|\bno more\b|\bspoken\b|is told to|nobody comes|out of what/;

/** Two in one clause. */
const NEGATIONS = /\b(?:no|not|nobody|nothing|none|never|neither|nor|cannot|without)\b/gi;

const lengthOf = { message: 230, text: 260, clause: 240 } as const;

/** What is wrong with the words; empty where nothing is. */
function faultsOf({ as, says }: Omit<Said, 'where'>): readonly string[] {
  const quoted = says.replace(/`[^`]*`|"[^"]*"/g, '');
  const sentences = as === 'clause' ? [quoted] : quoted.split(/(?<=[.?!])\s+(?=[A-Z]|http\.sys|certutil|netsh)/);
  return [
    ...unknownTerms(quoted),
    ...sentences.flatMap((each) => (each.length > lengthOf[as] ? [`${each.length} signs in a sentence`] : [])),
    ...(as === 'message' && sentences.length > 1 ? ['more than one sentence'] : []),
    ...(/\b[0-9A-Fa-f]{40}\b/.test(says) ? ['a whole thumbprint'] : []),
    ...(IDIOMS.exec(quoted) ?? []).map((idiom) => `"${idiom}"`),
    ...quoted
      .split(/[.:;,()]|\b(?:and|or|but|so|because|where|which|that|when|if)\b/)
      .flatMap((clause) => ((clause.match(NEGATIONS) ?? []).length > 1 ? [`two negations: ${clause.trim()}`] : [])),
    ...(as !== 'clause' && !/[.?!]$/.test(says) ? ['no full stop at its end'] : []),
    ...(as === 'clause' && /\.$/.test(says) ? ['a full stop'] : []),
  ];
}

const unknownTerms = (text: string): readonly string[] =>
  [...(text.match(JARGON) ?? []), ...(text.replace(JARGON, '').match(NAME_LIKE) ?? []).filter(isStrange)]
    .filter((term) => explainedTerm(term) === undefined && explainedTerm(term.replace(/s$/, '')) === undefined)
    .map((term) => `${term} is explained nowhere`);

/** Neither known, nor a code that `explain` knows, nor the first digits of a thumbprint. */
const isStrange = (name: string): boolean =>
  !KNOWN.has(name) && explainCode(name) === undefined && !/^[0-9A-F]{8}$/.test(name);

const told = (all: readonly Said[]): readonly string[] => [
  ...new Set(all.flatMap((each) => faultsOf(each).map((fault) => `${each.where}: ${fault}: ${each.says}`))),
];

describe('a sentence that a person meets', () => {
  it('is short, plain, and of known or explained words, wherever it is said', () => {
    expect(told(allSaid())).toEqual([]);
  });

  it.each(named.map(({ id }) => id))(
    'over a lab with %s, before a reboot and after it, in every link and finding',
    async (id) => {
      const disk = labDisk({ osBuild: 20348 });
      const all: Said[] = [];
      for (const since of ['now', 'rebooted']) {
        const server = openLab(disk);
        if (since === 'now') applyFault(server, id);
        else rebootLab(server);
        server.save();
        const { chains, findings, notes, notChecked } = await diagnoseLab(machineOn(disk));
        const links = chains.flatMap((chain) => chain.links.map(({ message }) => message));
        const of = (as: Said['as'], says: readonly string[]) =>
          says.map((each) => ({ where: `${id}, ${since}`, as, says: each }));
        all.push(
          ...of('clause', links),
          ...of(
            'message',
            [...findings, ...notes].map(({ message }) => message),
          ),
        );
        all.push(
          ...of(
            'clause',
            notChecked.map(({ why }) => why),
          ),
        );
      }
      expect(told(all)).toEqual([]);
    },
  );

  it.each([
    ['message', 'The private key of www.example.test stayed with olga', 'no full stop at its end'],
    ['message', `The certificate ${'0'.repeat(40)} is gone.`, 'a whole thumbprint'],
    ['message', 'HTTPS of Shop is down. It was so yesterday.', 'more than one sentence'],
    ['text', 'Nobody was greeted there.', '"greet"'],
    ['text', 'Nothing is never changed.', 'two negations: Nothing is never changed'],
    ['text', 'The KSP has lost the key.', 'KSP is explained nowhere'],
    ['text', 'The fooBar is off.', 'fooBar is explained nowhere'],
    ['text', `It is ${'very '.repeat(60)}long.`, '311 signs in a sentence'],
    ['clause', 'the SSL record is gone.', 'a full stop'],
  ] as const)('is not plain: %s, %s', (as, says, fault) => {
    expect(faultsOf({ as, says })).toContain(fault);
  });
});

describe('the glossary', () => {
  it('finds a term in the plural, in colour and over a line break, and no part of another word', () => {
    const terms = (text: string) => glossaryOf(text).map(({ term }) => term);
    expect(terms('12 SSL\n    records of http.sys')).toEqual(['SSL record', 'http.sys']);
    expect(terms('\u001b[31mABO\u001b[39m \u001b[31mmapper\u001b[39m')).toEqual(['ABO mapper']);
    expect(terms('the file myhttp.sysx, an SSL recorder')).toEqual([]);
  });

  it('explains each term once, by words that need no other one', () => {
    const terms = glossaryTerms();
    expect(new Set(terms).size).toBe(terms.length);
    for (const term of terms) expect(glossaryOf(explainedTerm(term)?.line ?? ''), term).toEqual([]);
    expect(explainedTerm('ssl  RECORD')?.term).toBe('SSL record');
    expect(explainedTerm('certificate')).toBeUndefined();
  });
});
