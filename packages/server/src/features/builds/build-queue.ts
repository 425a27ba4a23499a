export interface QueuedBuild {
  id: string;
  appId: string;
  /** Since when it waits, also in earlier lives of rigd: in a new one they arrive in any order. */
  createdAt?: string;
}

export interface BuildQueueOptions {
  /** How many may run at once; asked anew each time. */
  limit: () => number;
  /** Ids of the builds that the engine runs, also those whose turn was in an earlier life of rigd. */
  running: () => readonly string[];
}

interface Waiting extends QueuedBuild {
  begin: () => void;
  onPosition: (position: number) => void;
  /** As it was told last. */
  position: number;
}

/**
 * Lets so many builds run at once. The next is the one that has waited longest, but an app has a second one only
 * when no other app waits.
 */
export class BuildQueue {
  readonly #options: BuildQueueOptions;
  readonly #running = new Map<string, string>();
  #waiting: Waiting[] = [];

  constructor(options: BuildQueueOptions) {
    this.#options = options;
  }

  /** Place among those that wait, 1 for the next; null when it does not wait. */
  positionOf(id: string): number | null {
    const index = this.#order().findIndex((each) => each.id === id);
    return index === -1 ? null : index + 1;
  }

  /** A build that runs already takes its place at once. @returns what to call when it has ended */
  resume({ id, appId }: QueuedBuild): () => void {
    this.#running.set(id, appId);
    return () => this.#leave(id);
  }

  /**
   * Waits for the turn of a build; `onPosition` is told its place at first, if it has to wait, and after each change.
   * @returns what to call when it has ended
   * @throws the reason of `signal`, when that comes first
   */
  async enter(
    build: QueuedBuild,
    onPosition: (position: number) => void,
    signal: AbortSignal,
  ): Promise<() => void> {
    signal.throwIfAborted();
    const { id, appId, createdAt = '' } = build;
    await new Promise<void>((resolve, reject) => {
      const abort = () => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
        reject(signal.reason as Error);
        this.#advance();
      };
      const begin = () => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const waiting: Waiting = { id, appId, createdAt, begin, onPosition, position: 0 };
      signal.addEventListener('abort', abort, { once: true });
      const place = this.#waiting.findLastIndex((each) => (each.createdAt ?? '') <= createdAt) + 1;
      this.#waiting.splice(place, 0, waiting);
      this.#advance();
    });
    return () => this.#leave(id);
  }

  #leave(id: string): void {
    if (this.#running.delete(id)) this.#advance();
  }

  /** Those that wait, the next one first. */
  #order(): Waiting[] {
    const counts = new Map<string, number>();
    for (const appId of this.#running.values()) counts.set(appId, (counts.get(appId) ?? 0) + 1);
    const ranked = this.#waiting.map((waiting) => {
      const before = counts.get(waiting.appId) ?? 0;
      counts.set(waiting.appId, before + 1);
      return { waiting, before };
    });
    return ranked.toSorted((left, right) => left.before - right.before).map(({ waiting }) => waiting);
  }

  #advance(): void {
    for (const next of this.#order()) {
      const busy = new Set([...this.#running.keys(), ...this.#options.running()]);
      if (busy.size >= this.#options.limit()) break;
      this.#waiting = this.#waiting.filter((each) => each !== next);
      this.#running.set(next.id, next.appId);
      next.begin();
    }
    for (const [index, waiting] of this.#order().entries()) {
      if (waiting.position === index + 1) continue;
      waiting.position = index + 1;
      waiting.onPosition(index + 1);
    }
  }
}
