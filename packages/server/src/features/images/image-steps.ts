import type { BuildStepRecord } from '../builds/build-store.ts';
import type { BuildStepChange } from '../deploys/deploy-store.ts';

export interface ImageStepsOptions {
  onStep: (change: BuildStepChange) => Promise<void>;
  onSteps: (steps: BuildStepRecord[]) => Promise<void>;
  /** Those that have ended. */
  before?: readonly BuildStepRecord[];
}

/** The steps of a build of which nobody knows beforehand which there will be. */
export class ImageSteps {
  readonly #options: ImageStepsOptions;
  readonly #steps: BuildStepRecord[];
  readonly #begun = new Map<string, number>();

  constructor(options: ImageStepsOptions) {
    this.#options = options;
    this.#steps = structuredClone([...(options.before ?? [])]);
  }

  /** Names of those that run, with the time they began at (`performance.now()`). */
  get running(): ReadonlyMap<string, number> {
    return this.#begun;
  }

  async begin(name: string): Promise<void> {
    if (this.#begun.has(name)) return;
    this.#begun.set(name, performance.now());
    const known = this.#steps.find((step) => step.name === name);
    if (known === undefined) this.#steps.push({ name, status: 'running', exitCode: null, durationMs: null });
    else Object.assign(known, { status: 'running', exitCode: null, durationMs: null });
    await this.#options.onStep({ name, status: 'started' });
    await this.#options.onSteps(structuredClone(this.#steps));
  }

  /** @param exitCode of its command; null when it ended otherwise */
  async end(name: string, status: 'succeeded' | 'failed', exitCode: number | null = null): Promise<number> {
    const begun = this.#begun.get(name);
    const step = this.#steps.find((each) => each.name === name);
    if (begun === undefined || step === undefined) return 0;
    this.#begun.delete(name);
    const durationMs = Math.round(performance.now() - begun);
    Object.assign(step, { status, exitCode: status === 'succeeded' ? 0 : exitCode, durationMs });
    await this.#options.onStep({ name, status, durationMs });
    await this.#options.onSteps(structuredClone(this.#steps));
    return durationMs;
  }

  /** What still runs has failed with the whole. */
  async endAll(): Promise<void> {
    for (const name of this.#begun.keys()) await this.end(name, 'failed');
  }
}
