import { writeFileSync } from 'node:fs';
import { POD_PREPARATION } from '@rig-ops/contract/supervisor-clusters';
import { layTools } from '../runtimes/tools/lay-tools.ts';
import { fetchFiles } from './fetch-files.ts';
import { usualPatience } from './patience.ts';
import { PreparationError } from './preparation-error.ts';
import { readOrder } from './read-order.ts';

interface PodPlaces {
  tools: string;
  files: string;
  /** File that the kubelet reads why it failed from. */
  terminationLog: string;
}

export interface PrepareOptions {
  env: Readonly<Record<string, string | undefined>>;
  places: PodPlaces;
  tell: (line: string) => void;
  /** As `layTools`, which it is when absent. */
  lay?: (folder: string) => Promise<void>;
  patience?: { patienceMs: number; firstPauseMs: number; mostPauseMs: number };
}

/**
 * Makes a pod ready: rig's own programs in one folder, the files of the release in another.
 * @returns the exit code
 */
export async function preparePod({
  env,
  places,
  tell,
  lay = layTools,
  patience,
}: PrepareOptions): Promise<number> {
  try {
    const artifact = readOrder(env);
    await lay(places.tools);
    if (artifact !== null) await fetchFiles(artifact, places, { ...usualPatience, ...patience, tell });
    return 0;
  } catch (error) {
    const line = reasonOf(error);
    tell(line);
    try {
      writeFileSync(places.terminationLog, line);
    } catch {
      // Outside of a pod there is none.
    }
    return error instanceof PreparationError && !error.passes ? POD_PREPARATION.hopeless : 1;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof PreparationError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return 'There is no room on the node for the files of the release.';
  return `The pod could not be made ready: ${message}`;
}
