import { formatBytes } from '@rig-ops/kit/text';
import type { UploadProgress } from './upload-bundle.ts';

/** A rate needs so many milliseconds to mean something. */
const MEANINGFUL_MS = 500;

/** Describes how far a transfer is and how fast it goes. */
export class TransferMeter {
  readonly #clock: () => number;
  readonly #startedAt: number;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#startedAt = clock();
  }

  /** As `3.1 MB of 12 MB, 2.4 MB/s`; the rate is the mean since the beginning. */
  describe({ doneBytes, totalBytes }: UploadProgress): string {
    const elapsedMs = this.#clock() - this.#startedAt;
    const share = `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`;
    return elapsedMs < MEANINGFUL_MS ? share : `${share}, ${formatBytes((doneBytes / elapsedMs) * 1000)}/s`;
  }
}
