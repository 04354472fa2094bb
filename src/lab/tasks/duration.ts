// Durations as XML Schema writes them: PT2M, P1DT12H.

/** Milliseconds; undefined for what is no duration, and for years and months, whose length depends on the day. */
export function milliseconds(duration: string): number | undefined {
  const found = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (!found || !/\d[DHMS]$/.test(duration)) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
