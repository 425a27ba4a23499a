export interface SilenceWatchOptions {
  /** Time of the last line that there is; null for none. */
  look: () => Promise<bigint | null>;
  /** Whether that is what was read last. */
  isRead: (last: bigint) => boolean;
  /** There is something else, and it does not come. */
  onDeaf: (silentMs: number, last: bigint) => void;
}

const LOOK_MS = { least: 3_000, most: 60_000 };
/** What has just been printed may be on its way. */
const ON_ITS_WAY_MS = 1_000;

/** Finds out whether a follower that hears nothing has nothing to hear. Asks ever more seldom while that is so. */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  #timer: NodeJS.Timeout | null = null;
  #heardAt = performance.now();
  #pause = LOOK_MS.least;
  #stopped = false;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule(this.#pause);
  }

  heard(): void {
    this.#heardAt = performance.now();
    if (this.#pause === LOOK_MS.least) return;
    this.#pause = LOOK_MS.least;
    this.#schedule(this.#pause);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #schedule(inMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#look(), inMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const silent = performance.now() - this.#heardAt;
    if (silent < LOOK_MS.least) {
      this.#schedule(LOOK_MS.least - silent);
      return;
    }
    const heardAt = this.#heardAt;
    const last = await this.#findUnread();
    if (last !== null) {
      await new Promise<void>((resolve) => setTimeout(resolve, ON_ITS_WAY_MS).unref());
      if (this.#stopped) return;
      if (this.#heardAt === heardAt) {
        this.#options.onDeaf(performance.now() - heardAt, last);
        return;
      }
    }
    this.#pause = Math.min(LOOK_MS.most, this.#pause * 2);
    this.#schedule(this.#pause);
  }

  async #findUnread(): Promise<bigint | null> {
    try {
      const last = await this.#options.look();
      return last === null || this.#options.isRead(last) ? null : last;
    } catch {
      // Whoever follows finds out why.
      return null;
    }
  }
}
