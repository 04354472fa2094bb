// What a repair script is told beside its plans.

import type { Places } from '../../model/evidence.ts';

/** Where the plans come from and whom they are for. */
export interface ScriptAbout {
  readonly version: string;
  /** ISO 8601: when the evidence was collected. */
  readonly collectedAt: string;
  readonly places: Places;
  /** NetBIOS name of the server, where the evidence has it. */
  readonly computer?: string;
  readonly machineGuid?: string;
  /** Whose session it takes, where a key opens for one user only. */
  readonly session?: { readonly sid: string; readonly name: string };
  readonly notInScript: readonly { readonly subject: string; readonly why: string }[];
}
