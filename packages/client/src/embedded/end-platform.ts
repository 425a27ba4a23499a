import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { SupervisorRecord, SupervisorState } from '@rig-ops/contract/supervisor';
import { isAlive, type ProcessIdentity, readStartTime, signalProcess } from '../files/process-identity.ts';
import { askSupervisorState, askSupervisorToStop } from './ask-local.ts';
import { readRunningParts } from './platform-records.ts';

/** The supervisor gives instances their time to end; it is longer than theirs. */
export const ORDERLY_MS = 40_000;
const SILENCE_MS = 3_000;
const KILL_MS = 5_000;
const POLL_MS = 20;

export interface EndPatience {
  /** Milliseconds for an orderly end; a third of it again after SIGTERM. */
  patienceMs: number;
  signal: AbortSignal | undefined;
}

/**
 * Ends a living supervisor and all it holds: asks it, then SIGTERM, then SIGKILL for it and for every
 * process it had told of. Answers whether force was needed.
 */
export async function endPlatform(
  layout: PlatformLayout,
  supervisor: SupervisorRecord,
  { patienceMs, signal }: EndPatience,
): Promise<{ forced: boolean }> {
  const silence = { silenceMs: Math.min(SILENCE_MS, patienceMs), signal };
  const state = await askSupervisorState(layout, supervisor, silence);
  const parts = state === null ? [] : await listProcesses(state);
  const asked = state !== null && (await askSupervisorToStop(layout, supervisor, silence));
  if (asked && (await hasEnded(supervisor, patienceMs, signal))) return { forced: false };
  await signalProcess(supervisor, 'SIGTERM');
  if (await hasEnded(supervisor, patienceMs / 3, signal)) return { forced: false };
  const { platform } = await readRunningParts(layout);
  await signalProcess(supervisor, 'SIGKILL');
  for (const part of platform === null ? parts : [...parts, platform]) await signalProcess(part, 'SIGKILL');
  await hasEnded(supervisor, KILL_MS, signal);
  return { forced: true };
}

/** Whether a process ends in time. Throws the signal's reason. */
export async function hasEnded(
  identity: ProcessIdentity,
  patienceMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (await isAlive(identity)) {
    if (performance.now() >= deadline) return false;
    await sleep(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
  return true;
}

async function listProcesses({ rigd, edge, instances }: SupervisorState): Promise<ProcessIdentity[]> {
  const found: ProcessIdentity[] = instances.filter(({ state }) => state !== 'exited');
  for (const { pid } of [rigd, edge]) {
    const startTime = pid === null ? null : await readStartTime(pid);
    if (pid !== null && startTime !== null) found.push({ pid, startTime });
  }
  return found;
}
