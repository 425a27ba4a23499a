import { formatBytes, formatDuration } from '@rig-ops/kit/text';
import type { UploadProgress } from './upload-bundle.ts';

/** A rate needs so many milliseconds to mean something. */
const MEANINGFUL_MS = 500;
/** The rate is that of so many milliseconds before now. */
const WINDOW_MS = 10_000;

/** Describes how far a transfer is, how fast it goes and when it will be done. */
export class TransferMeter {
  readonly #clock: () => number;
  /** What was done when, oldest first; the first is from before the window. */
  readonly #seen: { at: number; doneBytes: number }[];

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#seen = [{ at: clock(), doneBytes: 0 }];
  }

  /** As `3.1 MB of 12 MB, 2.4 MB/s, 4 s left`. */
  describe({ doneBytes, totalBytes }: UploadProgress): string {
    const at = this.#clock();
    this.#seen.push({ at, doneBytes });
    while ((this.#seen[1]?.at ?? at) < at - WINDOW_MS) this.#seen.shift();
    const first = this.#seen[0] ?? { at, doneBytes };
    const share = `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`;
    const perMs = (doneBytes - first.doneBytes) / (at - first.at);
    if (at - first.at < MEANINGFUL_MS || !(perMs > 0)) return share;
    const rate = `${formatBytes(perMs * 1000)}/s`;
    const left = totalBytes - doneBytes;
    return left <= 0 ? `${share}, ${rate}` : `${share}, ${rate}, ${formatDuration(left / perMs)} left`;
  }
}
