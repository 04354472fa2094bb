// Where config.json may want metrics: textfile collectors read files of that name alone.

import * as v from 'valibot';

const METRICS = 'must be the full path of a file on a drive of this server, in a folder, whose name ends with .prom';
const NAME = '(?:[^\\\\/:*?"<>|\\u0000-\\u001f]*[^\\\\/:*?"<>|\\u0000-\\u001f. ])';
/** Neither a share, nor `..`, nor a stream of another file, nor a device, which answers in every folder. */
export const metricsFile = v.pipe(
  v.string(METRICS),
  v.maxLength(240, METRICS),
  v.regex(new RegExp(`^[A-Za-z]:(?:\\\\${NAME})+\\\\${NAME}\\.prom$`), METRICS),
  v.check((path) => !/\\(?:con|prn|aux|nul|com\d|lpt\d)[ ]*(?:[.\\]|$)/i.test(path), METRICS),
);
