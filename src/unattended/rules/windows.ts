// Maintenance windows: whether a moment lies in one of them. Pure.

import { type MaintenanceWindow, WEEKDAYS } from '../../model/run/policy.ts';

const DAY = 24 * 60;

/** True in one of the windows, and always where there is none. Read in the time zone of the process. */
export function mayRepairAt(windows: readonly MaintenanceWindow[], now: Date): boolean {
  const minute = now.getHours() * 60 + now.getMinutes();
  const inside = ({ days, from, to }: MaintenanceWindow) => {
    const length = (to - from + DAY) % DAY || DAY;
    // Since when the window that began today, or the one that began yesterday, would have been open.
    return [0, 1].some((daysAgo) => {
      const day = WEEKDAYS[(now.getDay() - daysAgo + 7) % 7];
      const since = minute + daysAgo * DAY - from;
      return day !== undefined && days.includes(day) && since >= 0 && since < length;
    });
  };
  return windows.length === 0 || windows.some(inside);
}
