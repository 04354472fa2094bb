// What an unattended run may do, and how often: the administrator's config.json, or the defaults.

/** The days as config.json names them, in the order of Date.getDay. */
export const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** A day of the week. */
export type Weekday = (typeof WEEKDAYS)[number];

/** A time of day in the server's own time zone, as minutes since midnight. `to` before `from`: it ends the day after. */
export interface MaintenanceWindow {
  /** The days on which it begins. */
  readonly days: readonly Weekday[];
  readonly from: number;
  readonly to: number;
}

/** The limits of unattended repairs. A person at a terminal has none of them. */
export interface Policy {
  /** Playbooks that are switched off: their findings are told, and never repaired unattended. */
  readonly off: readonly string[];
  /** Playbooks that are switched on by name: of these, repairs of what still works are made as well. */
  readonly on: readonly string[];
  /** Within 24 hours. */
  readonly repairsPerEndpointPerDay: number;
  /** After the first failure; doubled with every further one. */
  readonly pauseAfterFailureMinutes: number;
  readonly longestPauseMinutes: number;
  /** After so many failures in a row a finding is given up until a person resets it, or it is gone. */
  readonly giveUpAfterFailures: number;
  /** How long all must stay healthy before a repair is told as a success. */
  readonly healthyMinutes: number;
  /** Repairs are made inside of these only; none: at any time. */
  readonly maintenanceWindows: readonly MaintenanceWindow[];
  /** Where every unattended run writes its metrics; absent: nowhere. */
  readonly metricsFile?: string;
}

/** What holds where config.json says nothing. */
export const DEFAULT_POLICY: Policy = {
  off: [],
  on: [],
  repairsPerEndpointPerDay: 10,
  pauseAfterFailureMinutes: 15,
  longestPauseMinutes: 24 * 60,
  giveUpAfterFailures: 5,
  healthyMinutes: 2,
  maintenanceWindows: [],
};
