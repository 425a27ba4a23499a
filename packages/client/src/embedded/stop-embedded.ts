import { resolve } from 'node:path';
import { platformLayout } from '@rig-ops/contract/layout';
import { signalProcess } from '../files/process-identity.ts';
import { endPlatform, hasEnded, ORDERLY_MS } from './end-platform.ts';
import { readRunningParts } from './platform-records.ts';

const TERM_MS = 5_000;

/**
 * Stops the embedded platform and everything it runs; returns when it has gone. `forced`: it did not
 * react and was killed. A rigd that a killed supervisor has left behind is ended as well; its instances
 * are only found by a new supervisor. Throws the signal's reason; the stop goes on then.
 */
export async function stopEmbedded({
  rigHome,
  signal,
  patienceMs = ORDERLY_MS,
}: {
  rigHome: string;
  signal?: AbortSignal;
  /** Milliseconds for an orderly end before it is killed; 40 000 when absent. */
  patienceMs?: number;
}): Promise<{ wasRunning: boolean; forced: boolean }> {
  const layout = platformLayout(resolve(rigHome));
  const { supervisor, platform } = await readRunningParts(layout);
  if (supervisor !== null) {
    return { wasRunning: true, ...(await endPlatform(layout, supervisor, { patienceMs, signal })) };
  }
  if (platform === null) return { wasRunning: false, forced: false };
  await signalProcess(platform, 'SIGTERM');
  const ended = await hasEnded(platform, TERM_MS, signal);
  if (!ended) await signalProcess(platform, 'SIGKILL');
  // rigd may just have started another supervisor.
  const { supervisor: another } = await readRunningParts(layout);
  if (another === null) return { wasRunning: true, forced: !ended };
  return { wasRunning: true, ...(await endPlatform(layout, another, { patienceMs, signal })) };
}
