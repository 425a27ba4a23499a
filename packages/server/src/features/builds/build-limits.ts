import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { RigError } from '@rig-ops/contract/errors';
import type { JobLimits } from '@rig-ops/contract/supervisor';

/** What builds of a platform may take. */
export interface BuildLimits extends JobLimits {
  /** How many builds run at once; the others wait for their turn. */
  concurrent: number;
  /** What the cache of one app may take. */
  cacheBytesPerApp: number;
  /** What the caches of all apps may take. */
  cacheBytes: number;
  /** What artifacts may take once more, as archives that pods fetch. */
  archiveBytes: number;
}

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;

/** As `build-limits.json` in the folder of the platform has it; everything may be left out. */
interface LimitsFile {
  concurrent?: number;
  minutes?: number;
  outputMegabytes?: number;
  memoryMegabytes?: number;
  processes?: number;
  cacheMegabytesPerApp?: number;
  cacheMegabytes?: number;
  archiveMegabytes?: number;
}

/** Of a platform without such a file. A build gets three quarters of the memory of its machine, and 8 GiB at most. */
const defaults = (): Required<LimitsFile> => ({
  concurrent: Math.max(2, Math.floor(availableParallelism() / 2)),
  minutes: 60,
  outputMegabytes: 64,
  memoryMegabytes: Math.min(8192, Math.floor((totalmem() / MIB) * 0.75)),
  processes: 1024,
  cacheMegabytesPerApp: 2048,
  cacheMegabytes: 20_480,
  archiveMegabytes: 10_240,
});

/**
 * The limits of this platform: those of its file over the defaults.
 * @throws RigError `invalid_input` that says what is wrong with the file
 */
export function readBuildLimits(path: string): BuildLimits {
  const { concurrent, minutes, processes, ...megabytes } = { ...defaults(), ...readFile(path) };
  return {
    concurrent: Math.max(1, Math.floor(concurrent)),
    timeoutMs: minutes * MINUTE_MS,
    outputBytes: megabytes.outputMegabytes * MIB,
    memoryBytes: megabytes.memoryMegabytes * MIB,
    processes: Math.max(1, Math.floor(processes)),
    cacheBytesPerApp: megabytes.cacheMegabytesPerApp * MIB,
    cacheBytes: megabytes.cacheMegabytes * MIB,
    archiveBytes: megabytes.archiveMegabytes * MIB,
  };
}

function readFile(path: string): LimitsFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  const wrong = (what: string, cause?: unknown) =>
    new RigError('invalid_input', `${path} ${what}.`, { hint: 'Correct it, or remove it.', cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong(`is not JSON: ${(error as Error).message}`, error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('holds no object');
  const names = Object.keys(defaults());
  for (const [name, limit] of Object.entries(value)) {
    if (!names.includes(name)) throw wrong(`has ${name}, which is not one of ${names.join(', ')}`);
    if (typeof limit !== 'number' || !(limit > 0)) throw wrong(`: ${name} is not a number above 0`);
  }
  return value;
}
