// Loaded into a program with --import: when it ends, it writes its peak memory in bytes to the file BENCH_PEAK_FILE.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

process.on('exit', () => writeFileSync(process.env.BENCH_PEAK_FILE ?? '', String(peak())));

function peak() {
  // On Linux maxRSS counts the peak of the program that started this one too; VmHWM does not.
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
  return 1024 * (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes));
}
