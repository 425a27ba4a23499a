import { readFileSync, statSync } from 'node:fs';
import type { JobLimits } from '@rig-ops/contract/supervisor';
import type { ProcessFamily } from './process-family.ts';

const EVERY_MS = 250;
const MIB = 1024 * 1024;

export interface WatchedJob {
  limits: JobLimits;
  /** Null where something else holds memory and processes. */
  family: ProcessFamily | null;
  /** What earlier steps have printed. */
  printedBytes: number;
  /** Files of the step that runs. */
  files: readonly string[];
  /** As `performance.now()`. */
  jobStartedAt: number;
}

/** Looks at a step four times a second, and calls `onExceeded` once with what it has too much of. */
export function watchLimits(job: WatchedJob, onExceeded: (what: string) => void): () => void {
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const exceeded = await findExceeded(job);
    if (ended) return;
    if (exceeded === null) timer = setTimeout(tick, EVERY_MS);
    else onExceeded(exceeded);
  };
  const tick = () => {
    look().catch(() => {
      if (!ended) timer = setTimeout(tick, EVERY_MS);
    });
  };
  timer = setTimeout(tick, EVERY_MS);
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

async function findExceeded({
  limits,
  family,
  printedBytes,
  files,
  jobStartedAt,
}: WatchedJob): Promise<string | null> {
  if (performance.now() - jobStartedAt > limits.timeoutMs)
    return `the build took longer than ${Math.round(limits.timeoutMs / 1000)} s in all`;
  if (printedBytes + sizeOf(files) > limits.outputBytes)
    return `it printed more than ${Math.round(limits.outputBytes / MIB)} MiB`;
  if (family === null) return null;
  const members = await family.members();
  if (members.length > limits.processes) return `it had more than ${limits.processes} processes`;
  const memory = members.reduce((sum, { pid }) => sum + privateBytes(pid), 0);
  return memory > limits.memoryBytes ? describeMemory(limits) : null;
}

export const describeMemory = ({ memoryBytes }: JobLimits): string =>
  `it used more than ${Math.round(memoryBytes / MIB)} MiB of memory`;

/** Bytes in files that programs append to. */
export function sizeOf(files: readonly string[]): number {
  return files.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Resident memory of a process that no file backs: what pages of programs it shares with others is not counted. */
function privateBytes(pid: number): number {
  try {
    const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
