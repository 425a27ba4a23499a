import type { Log } from '../log.ts';
import { copyFileSync, statSync, truncateSync } from 'node:fs';

/** Two files of this size are kept of each log. */
const MAX_BYTES = 10 * 1024 * 1024;
const INTERVAL_MS = 10_000;

/**
 * Moves a log that has grown too large to `<path>.1`. Its writers have it open for appending, so it is
 * copied and emptied; what they write in between is lost, which a log of one's own may.
 */
export function rotateLog(path: string, maxBytes = MAX_BYTES): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= maxBytes) return;
  copyFileSync(path, `${path}.1`);
  truncateSync(path, 0);
}

/** Rotates logs from time to time; answers how to end that. A disk without space does not stop it. */
export function keepRotated(paths: readonly string[], log: Log): () => void {
  const timer = setInterval(() => {
    try {
      for (const path of paths) rotateLog(path);
    } catch (error) {
      log.warn('a log could not be rotated', { error });
    }
  }, INTERVAL_MS);
  return () => clearInterval(timer);
}
