import { RigError } from '@rig-ops/contract/errors';

/** The platform ends a program by SIGTERM, SIGKILL 5 s later; for the outcome of that to arrive. */
const OUTCOME_WITHIN_MS = 7_000;

/**
 * How long a program may take, connecting included. Once there is a program the platform keeps the time, and
 * this one only sees that somebody does.
 */
export class Deadline {
  readonly #timeoutMs: number | undefined;
  readonly #endsAt: number;
  readonly #passed = Promise.withResolvers<never>();
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#endsAt = performance.now() + (timeoutMs ?? 0);
    this.#passed.promise.catch(() => undefined);
    this.#in(timeoutMs, () => this.#passed.reject(timedOut(timeoutMs, 'did not start within', {})));
  }

  /** What is left of it; undefined for any time. */
  get leftMs(): number | undefined {
    if (this.#timeoutMs === undefined) return undefined;
    return Math.max(1, Math.ceil(this.#endsAt - performance.now()));
  }

  /** Rejects with `remote_timeout` when time is over before there is a program. */
  get passed(): Promise<never> {
    return this.#passed.promise;
  }

  /** There is a program now: `giveUp` is called only where the platform does not tell of its end. */
  started(where: { session: string; instance: string }, giveUp: (error: RigError) => void): void {
    const { leftMs } = this;
    this.#in(leftMs === undefined ? undefined : leftMs + OUTCOME_WITHIN_MS, () => giveUp(this.error(where)));
  }

  error({ session, instance }: { session: string; instance: string }): RigError {
    return timedOut(this.#timeoutMs, `in ${instance} took longer than`, { session, instance });
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #in(ms: number | undefined, work: () => void): void {
    clearTimeout(this.#timer);
    if (ms !== undefined) this.#timer = setTimeout(work, ms);
  }
}

function timedOut(timeoutMs: number | undefined, how: string, details: Record<string, string>): RigError {
  const ms = timeoutMs ?? 0;
  const span = ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
  return new RigError('remote_timeout', `The program ${how} ${span}.`, {
    details: { origin: 'rig', ...details },
  });
}
