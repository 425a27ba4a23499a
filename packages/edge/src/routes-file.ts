import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { EdgeRoutes } from '@rig-ops/contract/edge';
import { parseRoutes } from './parse-routes.ts';

/** How often the file is looked at besides being watched, in milliseconds: watching is a promise no file system makes. */
const POLL_MS = 500;

/**
 * Calls `onRoutes` with the content of the routes file, at once if it is there and whenever a later
 * generation has replaced it. A file that cannot be read leaves the routes as they are.
 */
export class RoutesFile {
  readonly #path: string;
  readonly #onRoutes: (routes: EdgeRoutes) => void;
  readonly #onProblem: (message: string) => void;
  #watcher: FSWatcher | undefined;
  #poll: NodeJS.Timeout | undefined;
  #generation = -1;
  #text = '';
  #reading = false;
  #again = false;

  constructor(path: string, onRoutes: (routes: EdgeRoutes) => void, onProblem: (message: string) => void) {
    this.#path = path;
    this.#onRoutes = onRoutes;
    this.#onProblem = onProblem;
  }

  async start(): Promise<void> {
    try {
      this.#watcher = watch(dirname(this.#path), { persistent: false }, (_event, name) => {
        if (name === null || name === basename(this.#path)) void this.look();
      });
      this.#watcher.on('error', (error) =>
        this.#onProblem(`watching the routes has failed: ${error.message}`),
      );
    } catch (error) {
      this.#onProblem(`the routes cannot be watched: ${(error as Error).message}`);
    }
    this.#poll = setInterval(() => void this.look(), POLL_MS);
    await this.look();
  }

  stop(): void {
    this.#watcher?.close();
    clearInterval(this.#poll);
  }

  /** Reads the file now; several calls at once become one, and one more behind it. */
  async look(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    try {
      do {
        this.#again = false;
        await this.#read();
      } while (this.#again);
    } finally {
      this.#reading = false;
    }
  }

  async #read(): Promise<void> {
    try {
      const text = await readFile(this.#path, 'utf8');
      if (text === this.#text) return;
      this.#text = text;
      const routes = parseRoutes(text);
      if (routes.generation <= this.#generation) return;
      this.#generation = routes.generation;
      this.#onRoutes(routes);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') this.#onProblem(`the routes cannot be read: ${message}`);
    }
  }
}
