// What a plan is made for, beside the fault itself: whose session, which host, what a person has chosen.

import type { Evidence, Identity } from '../server/evidence.ts';
import type { Known } from '../server/known.ts';
import type { Choices } from './plan.ts';

/** What the programs of the server can do. Undefined: that was not read, and the careful way is planned. */
export interface Host {
  /** Options of `netsh http add sslcert`. */
  readonly netshAdds: ReadonlySet<string> | undefined;
  /** Options of `netsh http update sslcert`; undefined also where nobody would see whether an update took effect. */
  readonly netshUpdates: ReadonlySet<string> | undefined;
  /** Windows build number. */
  readonly osBuild: number | undefined;
}

/** Everything that a plan rests on and evidence of the fault does not say. */
export interface Planning {
  readonly session: Known<Identity>;
  readonly host: Host;
  readonly choices: Choices;
}

/** Nothing was chosen: the recommended way for everything. */
export const NO_CHOICES: Choices = { correct: false, certificates: new Map() };

/** For the very server and session that the evidence was collected on. */
export const planningHere = (evidence: Evidence, choices: Choices = NO_CHOICES): Planning => ({
  session: evidence.identity,
  host: hostOf(evidence),
  choices,
});

/** As far as the evidence tells. */
export const hostOf = ({ netshOptions, netshUpdateOptions, osBuild }: Evidence): Host => ({
  netshAdds: netshOptions.known ? netshOptions.value : undefined,
  netshUpdates: netshUpdateOptions.known ? netshUpdateOptions.value : undefined,
  osBuild: osBuild.known ? osBuild.value : undefined,
});
