// Metrics of one look, and of what unattended runs remember.

import type { Machine } from '../../machine/machine.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import type { Remembered } from '../../model/run/unattended.ts';
import { UserError } from '../../model/user-error.ts';
import { renderPrometheus } from '../../report/documents/prometheus.ts';
import { rememberedOn } from '../../unattended/metrics-file.ts';
import type { Streams } from '../streams.ts';

/** The whole text. `last`: how the run that asks ends; without it, as the log has the last one. */
export const metricsOf = async (
  diagnosis: Diagnosis,
  machine: Machine | undefined,
  last?: Remembered['last'],
): Promise<string> => renderPrometheus(diagnosis, machine && (await rememberedOn(machine, last)));

/** To stdout, or into a file of this computer, whole and in place of an older one. */
export async function giveMetrics(
  diagnosis: Diagnosis,
  machine: Machine | undefined,
  file: string | boolean,
  streams: Streams,
): Promise<void> {
  const metrics = await metricsOf(diagnosis, machine);
  if (typeof file !== 'string') return streams.out(metrics);
  const { local } = await import('../../machine/files/local-files.ts');
  const { replaceSharedFile } = await import('../../repair/change/own-file.ts');
  const written = await replaceSharedFile(local, file, Buffer.from(metrics), process.pid);
  if (written.result !== 'ok') throw new UserError(written.detail, 'Name a file that you may write');
}
