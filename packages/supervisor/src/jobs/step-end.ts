import type { JobStep } from '@rig-ops/contract/supervisor';
import type { Interruption } from './describe-step.ts';

export interface StepEndOptions {
  step: Pick<JobStep, 'timeoutMs'>;
  /** Ends it; the reason is an {@link Interruption}. */
  signal: AbortSignal;
  /** Begins to watch what it takes; the answer ends that. */
  watch: (onExceeded: (what: string) => void) => () => void;
  terminate: () => void;
  kill: () => void;
}

/** Between SIGTERM and SIGKILL for a step that is to end. */
const KILL_GRACE_MS = 2_000;

/** Ends a step that nobody wants any more or that takes too long; one that takes too much has no time to clean up. */
export class StepEnd {
  readonly #options: StepEndOptions;
  readonly #timeout: NodeJS.Timeout;
  readonly #endWatch: () => void;
  readonly #onAbort: () => void;
  #interruption: Interruption | null = null;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(options: StepEndOptions) {
    const { signal, step, watch } = options;
    this.#options = options;
    this.#onAbort = () => this.#interrupt(signal.reason as Interruption);
    this.#timeout = setTimeout(() => this.#interrupt('timed out'), step.timeoutMs);
    this.#endWatch = watch((exceeded) => this.#interrupt({ exceeded }));
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  /** Why it was ended; null when it was not. */
  get interruption(): Interruption | null {
    return this.#interruption;
  }

  /** It has ended: nothing is done to it any more. */
  close(): void {
    this.#endWatch();
    clearTimeout(this.#timeout);
    clearTimeout(this.#killTimer);
    this.#options.signal.removeEventListener('abort', this.#onAbort);
  }

  #interrupt(why: Interruption): void {
    if (this.#interruption !== null) return;
    this.#interruption = why;
    const { kill, terminate } = this.#options;
    if (typeof why === 'object') {
      kill();
      return;
    }
    terminate();
    this.#killTimer = setTimeout(kill, KILL_GRACE_MS);
  }
}
