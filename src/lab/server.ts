// The state of a lab server, as the emulated programs see it. All of it lies on the lab's disk.

import type { Disk } from './disk/disk.ts';
import type { Registry } from './registry/registry.ts';
import type { Answers } from './unknowns.ts';

/** A person with an account on the lab server. */
export interface LabUser {
  readonly sid: string;
  /** `DOMAIN\user`. */
  readonly name: string;
  /** `C:\Users\...` */
  readonly profile: string;
}

/** What the lab knows of itself beside what Windows stores: kept in C:\lab.json. */
export interface LabFacts {
  readonly formatVersion: 1;
  readonly computer: string;
  /** DNS name of the server, for certificates of bindings without a host name. */
  readonly dnsName: string;
  readonly machineGuid: string;
  osBuild: number;
  /** Another display language than English: what schtasks prints is translated then. */
  readonly language?: 'de';
  /** IP addresses that this server has beside loopback; absent: two of its own, and all that bindings and records name. */
  addresses?: readonly string[];
  /** IP addresses that bindings name and this server does not have: another member of its farm has them. */
  foreignAddresses?: readonly string[];
  /** Programs beside http.sys that listen: where they do, http.sys cannot. IPv6 in brackets. */
  otherListeners?: readonly {
    readonly ip: string;
    readonly port: number;
    readonly processId: number;
    readonly image: string;
    /** It takes every connection and never says a word. */
    readonly silent?: true;
  }[];
  /** The listen list as HTTP read it when it last started; absent: everywhere. Only where that is another one than today's. */
  listensOn?: readonly string[];
  /** Answers to what is not known of Windows, where they are not the default. */
  unknowns?: Answers;
  /** sslFlags by binding, as IIS has last read them; only where a change of them does something to SSL records. */
  flagsSeen?: Readonly<Record<string, number>>;
  readonly owner: LabUser;
  readonly otherAdmin: LabUser;
  /** Lab time, so that reboots and events are repeatable: ISO 8601; moves on with every event that is logged. */
  clock: string;
  /** When it last booted, in lab time; absent before the first reboot. */
  booted?: string;
  /** By `table endpoint thumbprint` of an SSL record: a credential that http.sys acquired and keeps until the next reboot. */
  cachedCredentials: string[];
  /** Told failures: a program (and a word its arguments must hold) on its n-th call from now. */
  told: ToldFailure[];
}

/** A failure that the lab was told to act out once. */
export interface ToldFailure {
  readonly program: string;
  /** Must occur among the arguments; '' fits every call. */
  readonly argument: string;
  /** 1 = the next call that fits. */
  nth: number;
  readonly act: 'nothing' | 'fail' | 'hang' | 'missing';
  /** Exit code of `fail`. */
  readonly exitCode?: number;
}

/** A whole lab server, loaded from its disk. `save` writes facts and registry back; files are written as they change. */
export interface LabServer {
  readonly disk: Disk;
  readonly registry: Registry;
  readonly facts: LabFacts;
  save(): void;
}
