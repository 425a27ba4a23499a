import { RigError } from '@rig-ops/contract/errors';
import type { SessionLink } from './link/session-link.ts';

/** Between SIGTERM and SIGKILL. */
const KILL_AFTER_MS = 5_000;
/** For the outcome of a killed program to arrive. */
const OUTCOME_WITHIN_MS = 2_000;

/** How long a program may take, connecting included: then SIGTERM, SIGKILL, and in the end no more waiting. */
export class Deadline {
  readonly #timeoutMs: number | undefined;
  readonly #passed = Promise.withResolvers<never>();
  #timer: NodeJS.Timeout | undefined;
  #error: RigError | null = null;
  #onPassed: () => void;

  constructor(timeoutMs: number | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#passed.promise.catch(() => undefined);
    this.#onPassed = () => this.#passed.reject(this.#error);
    if (timeoutMs !== undefined) this.#in(timeoutMs, () => this.#pass());
  }

  /** Rejects with `remote_timeout` when time is over before there is a program. */
  get passed(): Promise<never> {
    return this.#passed.promise;
  }

  /** There is a program now, which is told to end, and given up when it does not. */
  started(
    link: Pick<SessionLink, 'control'>,
    where: { session: string; instance: string },
    giveUp: (error: RigError) => void,
  ): void {
    this.#onPassed = () => {
      const { session, instance } = where;
      const error = timedOut(this.#timeoutMs, `in ${instance} took longer than`, {
        origin: 'rig',
        session,
        instance,
      });
      this.#error = error;
      link.control({ type: 'signal', signal: 'SIGTERM' });
      this.#in(KILL_AFTER_MS, () => {
        link.control({ type: 'signal', signal: 'SIGKILL' });
        this.#in(OUTCOME_WITHIN_MS, () => giveUp(error));
      });
    };
  }

  /** @throws RigError `remote_timeout` when time was over */
  check(): void {
    if (this.#error !== null) throw this.#error;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #pass(): void {
    this.#error = timedOut(this.#timeoutMs, 'did not start within', { origin: 'rig' });
    this.#onPassed();
  }

  #in(ms: number, work: () => void): void {
    this.#timer = setTimeout(work, ms);
  }
}

function timedOut(ms: number | undefined, how: string, details: Record<string, unknown>): RigError {
  const span = (ms ?? 0) % 1000 === 0 ? `${(ms ?? 0) / 1000} s` : `${ms} ms`;
  return new RigError('remote_timeout', `The program ${how} ${span}.`, { details });
}
