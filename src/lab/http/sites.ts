// The sites of the lab as IIS would run them now.

import {
  type AppliedSite,
  type BindingPlace,
  configOnDisk,
  LabConfigError,
  placeOf,
} from '../config/applied-config.ts';
import type { LabServer } from '../server.ts';

/** A configuration that IIS refuses leaves it without sites; http.sys keeps its records. */
export function sitesOf(server: LabServer): readonly AppliedSite[] {
  try {
    return configOnDisk(server.disk).sites;
  } catch (error) {
    if (error instanceof LabConfigError) return [];
    throw error;
  }
}

/** The places of their https bindings, as they stand in the configuration. */
export const placesOf = (sites: readonly AppliedSite[]): readonly BindingPlace[] =>
  sites.flatMap(({ bindings }) => bindings).flatMap((binding) => placeOf(binding) ?? []);
