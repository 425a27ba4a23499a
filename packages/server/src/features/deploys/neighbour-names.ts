import type { Engine } from '../../engines/engine.ts';
import type { Logger } from '../../logger.ts';
import type { AppRecord } from '../apps/app-store.ts';

/** An app, and the instances that its neighbours are to reach. */
export interface RoutedApp {
  readonly app: AppRecord;
  readonly instances: readonly string[];
}

export interface NeighbourNamesOptions {
  engineOf: (network: string) => Pick<Engine, 'leadNeighbours'>;
  log: Logger;
  /** How long somebody waits for it, in milliseconds. */
  patienceMs?: number;
}

/** An engine waits for what takes no requests yet, and for a cluster to have turned to it. */
const PATIENCE_MS = 30_000;

/** Has those who call an app by its name reach what the edge leads to. */
export class NeighbourNames {
  readonly #options: NeighbourNamesOptions;
  /** What engines were told last of each app, and have done. */
  readonly #told = new Map<string, string>();
  readonly #telling = new Map<string, { what: string; done: Promise<void> }>();

  constructor(options: NeighbourNamesOptions) {
    this.#options = options;
  }

  /** Resolves when it is so, or was waited for long enough: it is asked for again with the next pass then. Does not fail. */
  async lead(routed: RoutedApp): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => late.resolve(), this.#options.patienceMs ?? PATIENCE_MS);
    try {
      await Promise.race([this.#tell(routed), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** For all that there are: what did not come about before is asked for again, and what is gone is forgotten. */
  async leadAll(all: readonly RoutedApp[]): Promise<void> {
    const ids = new Set(all.map(({ app }) => app.id));
    for (const id of this.#told.keys()) if (!ids.has(id)) this.#told.delete(id);
    await Promise.all(all.map(async (routed) => await this.#tell(routed)));
  }

  async #tell({ app, instances }: RoutedApp): Promise<void> {
    // Nowhere to lead to: those of before may be back in a moment.
    if (instances.length === 0) return;
    const what = instances.toSorted((left, right) => left.localeCompare(right)).join(' ');
    const telling = this.#telling.get(app.id);
    if (telling?.what === what) return await telling.done;
    if (telling === undefined && this.#told.get(app.id) === what) return;
    // Noted before it is asked: one that fails at once is not left noted.
    const done = Promise.resolve().then(async () => await this.#ask(app, instances, what));
    this.#telling.set(app.id, { what, done });
    await done;
  }

  async #ask(app: AppRecord, instances: readonly string[], what: string): Promise<void> {
    const { engineOf, log } = this.#options;
    try {
      await engineOf(app.network).leadNeighbours(app.id, instances);
      if (this.#telling.get(app.id)?.what === what) this.#told.set(app.id, what);
    } catch (error) {
      this.#told.delete(app.id);
      log.warn('neighbours of an app do not reach its live release yet', { app: app.name, error });
    } finally {
      if (this.#telling.get(app.id)?.what === what) this.#telling.delete(app.id);
    }
  }
}
