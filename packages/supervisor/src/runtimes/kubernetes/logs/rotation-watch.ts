export interface RotationWatchOptions {
  /** Time of the first line that the cluster has; null for none. */
  look: () => Promise<bigint | null>;
  onSeen: (first: bigint | null) => void;
}

/** A kubelet looks for what is to be rotated every ten seconds, newer ones every three if they are told to. */
const LOOK_MS = 3_000;
/** Of less than that no file is full, whatever is set. */
const LEAST_FILE_BYTES = 64 * 1024;

/** Looks whether a log was rotated, as often as that may be: where much is printed, and only then. */
export class RotationWatch {
  readonly #options: RotationWatchOptions;
  #timer: NodeJS.Timeout | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** What an earlier reader has read since it looked last is not known. */
  #bytes = LEAST_FILE_BYTES;
  #looking: Promise<void> | null = null;

  constructor(options: RotationWatchOptions) {
    this.#options = options;
  }

  heard(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < LEAST_FILE_BYTES || this.#timer !== null || this.#looking !== null) return;
    const wait = this.#lookedAt + LOOK_MS - performance.now();
    this.#timer = setTimeout(() => void this.#look(), Math.max(0, wait));
    this.#timer.unref();
  }

  /** Looks once more, where something may have happened since. */
  async finish(): Promise<void> {
    await this.#looking;
    if (this.#bytes >= LEAST_FILE_BYTES) await this.#look();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #look(): Promise<void> {
    this.stop();
    const bytes = this.#bytes;
    this.#lookedAt = performance.now();
    this.#looking = (async () => {
      try {
        this.#options.onSeen(await this.#options.look());
        this.#bytes -= bytes;
      } catch {
        // Whoever reads finds out why; what comes next asks again.
      }
    })();
    await this.#looking;
    this.#looking = null;
  }
}
