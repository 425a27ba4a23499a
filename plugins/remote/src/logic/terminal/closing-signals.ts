import { constants } from 'node:os';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { SignalSource } from '../forward-signals.ts';

/** Ctrl-C is a key while a session has the terminal; these come from elsewhere. */
const usual = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const satisfies NodeJS.Signals[];

/** Ends a session when this process is told to end, with the exit code of the signal. */
export class ClosingSignals {
  readonly #source: SignalSource;
  readonly #listeners: { signal: NodeJS.Signals; listener: () => void }[];

  constructor(
    source: SignalSource,
    close: (reason: RigError) => void,
    heard: readonly NodeJS.Signals[] = usual,
  ) {
    this.#source = source;
    this.#listeners = heard.map((signal) => {
      const listener = () => {
        const error = new RigError('interrupted', `Interrupted by ${signal}; the session was ended.`, {
          hint: 'Run `rig sessions list` for those that go on.',
        });
        const exitCode = 128 + constants.signals[signal];
        close(RigError.fromDocument({ ...toErrorDocument(error), exitCode }));
      };
      source.on(signal, listener);
      return { signal, listener };
    });
  }

  stop(): void {
    for (const { signal, listener } of this.#listeners) this.#source.off(signal, listener);
  }
}
