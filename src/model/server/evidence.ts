// Everything that was read from a machine, once, before anything is decided.

import type { CentralStore } from './central-store.ts';
import type { StoreCertificate, UnreadableEntry } from './certificate.ts';
import type { Baseline } from './healthy-state.ts';
import { asciiHost } from './host-name.ts';
import type { IisConfig, Redirection } from './iis-config.ts';
import type { Known, Source } from './known.ts';
import type { Schannel } from './schannel.ts';
import type { Endpoint, SslRecord, SslTable } from './ssl-record.ts';

/** Who runs the program. The name is for people; decisions use the SID. */
export interface Identity {
  readonly sid: string;
  /** `DOMAIN\user` as Windows prints it. */
  readonly name: string;
  readonly elevated: boolean;
  /** Set where the session is surely none at the console or by RDP: it may be one without the password, which opens no key. */
  readonly logon?: 'network' | 'batch';
}

/** The well-known SID of LocalSystem, the account http.sys works as. */
export const SYSTEM_SID = 'S-1-5-18';

/** One entry of ProfileList. */
export interface Profile {
  readonly sid: string;
  /** Profile directory, variables expanded, for example `C:\Users\olga`. */
  readonly path: string;
  /** Last part of the path: the account's name as far as it can be known without a domain. */
  readonly name: string;
}

/** One event, read from its XML: never from translated text. */
export interface EventRecord {
  readonly provider: string;
  readonly id: number;
  /** ISO 8601 in UTC. */
  readonly time: string;
  /** Data by name; unnamed data as `0`, `1`, ...; the Binary element, if any, as `Binary`. */
  readonly data: Readonly<Record<string, string>>;
}

/** A service key below HKLM\SYSTEM\CurrentControlSet\Services, if the service is installed. */
export interface ServiceState {
  readonly installed: boolean;
  /** Start value: 2 automatic, 3 manual, 4 disabled. */
  readonly start?: number;
  /** Where just this one was read. */
  readonly source?: Source;
}

/** A service as the service control manager has it now. */
export interface ServiceRun {
  /** 1 stopped, 2 starting, 3 stopping, 4 running. */
  readonly state: number;
  /** The Win32 error that it ended with; 0 where it was just stopped, 1077 where it was not started since the boot. */
  readonly exitCode: number;
}

/** Something that waits for connections. http.sys works in process 4. */
export interface Listener {
  /** IPv6 without brackets; `0.0.0.0` and `::` are all of a family. */
  readonly address: string;
  readonly port: number;
  readonly processId: number;
}

/** Whom a visitor greets: an address of this server (IPv6 without brackets), and the name it asks for; '' asks for none. */
export interface Greeting {
  readonly address: string;
  readonly port: number;
  /** In A-labels. */
  readonly name: string;
}

/** What a TLS client got. */
export type Handshake =
  | {
      readonly outcome: 'certificate';
      readonly thumbprint: string;
      readonly protocol: string;
      /** The certificates that were sent, DER, the server's own first; folders of earlier versions do not have them. */
      readonly sent?: readonly Uint8Array[];
    }
  | ({ readonly outcome: 'no-tls'; readonly detail: string } & Silence)
  | ({ readonly outcome: 'no-connection'; readonly detail: string } & Silence);

/** Nothing came in the time that we wait: a refusal or a reset is an answer. As a machine gives it; nowhere is it kept. */
interface Silence {
  readonly silent?: true;
}

/** A greeting and what came of it; folders of earlier versions do not tell whom they greeted. */
export interface Greeted {
  readonly greeting?: Greeting;
  readonly got: Known<Handshake>;
}

/** The key container files of the machine, SYSTEM, the services and every profile: names only. */
export interface KeyFiles {
  /** Full paths. */
  readonly paths: readonly string[];
  /** Folders that are there and could not be listed: what may lie in them is not known. */
  readonly unread: readonly string[];
}

/** Where this server keeps things: `C:\Windows` and `C:\ProgramData` on most. */
export interface Places {
  readonly systemRoot: string;
  readonly programData: string;
}

/** Something within a part that was not read: an entry, a file among many. */
export interface PartUnread {
  readonly what: string;
  /** One clause, without a full stop. */
  readonly why: string;
  /** It is there and could not be understood: without it nobody may call the server healthy. */
  readonly broken: boolean;
}

/** One field per probe; each knows whether it was read. */
export interface Evidence {
  /** ISO 8601 in UTC. */
  readonly collectedAt: string;
  /** It was collected earlier and lies in a folder: what is damaged there was damaged on its way. */
  readonly recorded: boolean;
  readonly places: Places;
  /** Windows build number, for example 17763. */
  readonly osBuild: Known<number>;
  /** The EditionID, for example `ServerStandard`. */
  readonly edition: Known<string>;
  readonly identity: Known<Identity>;
  readonly machineGuid: Known<string>;
  /** The IP addresses of this server in the spelling of endpoints, IPv6 without brackets and zone. */
  readonly addresses: Known<readonly string[]>;
  /** NetBIOS name. */
  readonly computerName: Known<string>;
  /** The primary DNS suffix: with it the computer's name is its DNS name. Unknown where it has none. */
  readonly dnsDomain: Known<string>;
  readonly config: Known<IisConfig>;
  readonly redirection: Known<Redirection>;
  readonly records: Known<readonly SslRecord[]>;
  /** The addresses that http.sys listens on alone (`netsh http show iplisten`); empty: on all of them. */
  readonly listenList: Known<readonly string[]>;
  /** LocalMachine\MY. */
  readonly storeMy: Known<readonly StoreCertificate[]>;
  /** LocalMachine\WebHosting; an empty list on a server that has no such store (before IIS 8). */
  readonly storeWebHosting: Known<readonly StoreCertificate[]>;
  /** LocalMachine\REQUEST: requests that wait for their certificate, each with its key; an empty list where none was made. */
  readonly storeRequest: Known<readonly StoreCertificate[]>;
  /** LocalMachine\CA and LocalMachine\ROOT: the issuers that chains are made of, and those that are trusted. */
  readonly storeCa: Known<readonly StoreCertificate[]>;
  readonly storeRoot: Known<readonly StoreCertificate[]>;
  /** LocalMachine\Disallowed: what Windows distrusts, whoever has issued it. */
  readonly storeDisallowed: Known<readonly StoreCertificate[]>;
  /** The CA store that SYSTEM has for itself, beside the machine's; on most servers there is none. */
  readonly storeSystemCa: Known<readonly StoreCertificate[]>;
  /** Entries of MY, WebHosting and REQUEST that could not be read. A store that is known lacks them: see `notAllCertificates`. */
  readonly unreadableEntries: readonly UnreadableEntry[];
  readonly profiles: Known<readonly Profile[]>;
  /** Certificates in the users' own stores, by SID. */
  readonly profileCertificates: Known<ReadonlyMap<string, readonly StoreCertificate[]>>;
  readonly keyFiles: Known<KeyFiles>;
  /** SDDL by lower-case full path, for the machine's key files. */
  readonly acls: Known<ReadonlyMap<string, string>>;
  /** By service name: see WATCHED_SERVICES. */
  readonly services: Known<ReadonlyMap<string, ServiceState>>;
  /** By service name: W3SVC, WAS, HTTP; without those that could not be asked. */
  readonly serviceRuns: Known<ReadonlyMap<string, ServiceRun>>;
  /** Who listens where; asked only where a visitor was not answered as he should. */
  readonly listeners: Known<readonly Listener[]>;
  /** The names of processes by their id; asked like the listeners. */
  readonly processes: Known<ReadonlyMap<number, string>>;
  /** What is switched on and off of TLS; nothing of it where everything is as Windows has it. */
  readonly schannel: Known<Schannel>;
  /** The central certificate store; off where the server has none. */
  readonly centralStore: Known<CentralStore>;
  readonly systemEvents: Known<readonly EventRecord[]>;
  readonly securityEvents: Known<readonly EventRecord[]>;
  /** Options that this host's `netsh http add sslcert` lists; live machines only. */
  readonly netshOptions: Known<ReadonlySet<string>>;
  /** Options of `netsh http update sslcert`; unknown also where this host's netsh knows no such verb. */
  readonly netshUpdateOptions: Known<ReadonlySet<string>>;
  /** What was not read within the parts that are known. */
  readonly partsUnread: readonly PartUnread[];
  /** The states that were seen healthy, if any was. */
  readonly baseline: Known<Baseline | undefined>;
  /** By endpoint key (see endpointKey), as visitors come to it; absent where nobody was greeted. */
  readonly handshakes: ReadonlyMap<string, readonly Greeted[]>;
}

/** The one spelling of an endpoint as a map key. A record may keep its host name in Unicode, another in A-labels. */
export function endpointKey({ table, name }: Endpoint): string {
  if (table !== 'sni') return `${table} ${name}`;
  const colon = name.indexOf(':');
  const end = colon < 0 ? name.length : colon;
  return `sni ${asciiHost(name.slice(0, end))}${name.slice(end)}`;
}

/** The endpoint of such a key. */
export function endpointOfKey(key: string): Endpoint {
  const blank = key.indexOf(' ');
  return { table: key.slice(0, blank) as SslTable, name: key.slice(blank + 1) };
}
