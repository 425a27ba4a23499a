import { constants } from 'node:os';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { SessionLink } from '@rig-ops/wire/session-link';

/** Where signals come from: `process`, or a test's own emitter. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
}

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Passes signals on to a program. The second of a kind, and any before {@link SignalForwarder.started},
 * ends the session instead; then `onGiveUp` gets the reason, with the exit code of the signal.
 */
export class SignalForwarder {
  readonly #source: SignalSource;
  readonly #listeners: { signal: NodeJS.Signals; listener: () => void }[];
  #started = false;

  constructor(
    source: SignalSource,
    link: Pick<SessionLink, 'control'>,
    onGiveUp: (reason: RigError) => void,
  ) {
    this.#source = source;
    this.#listeners = forwarded.map((signal) => {
      let seen = false;
      const listener = () => {
        if (!this.#started || seen) {
          onGiveUp(interruptedBy(signal));
          return;
        }
        seen = true;
        link.control({ type: 'signal', signal });
      };
      source.on(signal, listener);
      return { signal, listener };
    });
  }

  /** There is a program now. */
  started(): void {
    this.#started = true;
  }

  stop(): void {
    for (const { signal, listener } of this.#listeners) this.#source.off(signal, listener);
  }
}

/** The exit code of `interrupted` is that of SIGINT; the others have their own, as shells report them. */
function interruptedBy(signal: (typeof forwarded)[number]): RigError {
  const error = new RigError('interrupted', `Interrupted by ${signal}; the program was told to end.`);
  return RigError.fromDocument({ ...toErrorDocument(error), exitCode: 128 + constants.signals[signal] });
}
