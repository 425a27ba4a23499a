import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Made in one go: the cost is the start of a program, not the pipes. */
const MADE = 16;
/** More are made when there are no more than this, so that whoever comes next need not wait. */
const LOW = 4;

/** Paths of three named pipes that nobody has opened yet, for the three streams of a program. */
export type PipePaths = readonly [string, string, string];

/** Keeps named pipes ready: Node cannot make one, and a program that does takes as long as many a command. */
export class PipeShelf {
  readonly #folder: string;
  readonly #ready: PipePaths[] = [];
  #making: Promise<void> | null = null;
  #made = 0;

  /** @param parent a folder for its owner alone */
  constructor(parent: string) {
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    this.#folder = mkdtempSync(join(parent, 'pipes-'));
  }

  async take(): Promise<PipePaths> {
    for (;;) {
      const paths = this.#ready.shift();
      if (this.#ready.length <= LOW) void this.#make().catch(() => undefined);
      if (paths !== undefined) return paths;
      await this.#make();
    }
  }

  /** A path in the same folder. */
  pathFor(name: string): string {
    return join(this.#folder, name);
  }

  close(): void {
    this.#ready.length = 0;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #make(): Promise<void> {
    this.#making ??= this.#run().finally(() => {
      this.#making = null;
    });
    return this.#making;
  }

  async #run(): Promise<void> {
    const fresh = Array.from({ length: MADE }, (): PipePaths => {
      this.#made += 1;
      const name = join(this.#folder, String(this.#made));
      return [`${name}.in`, `${name}.out`, `${name}.err`];
    });
    await run('mkfifo', ['-m', '600', ...fresh.flat()]);
    this.#ready.push(...fresh);
  }
}
