import { EventEmitter } from 'node:events';
import type { SignalSource } from './forward-signals.ts';

const heard = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Passes the signals of one process on to any number of runs, and remembers that there was one. */
export class SignalHub implements SignalSource {
  readonly #source: SignalSource;
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  readonly #listeners: { signal: NodeJS.Signals; listener: () => void }[];
  /** The first signal that came. */
  first: NodeJS.Signals | null = null;

  constructor(source: SignalSource) {
    this.#source = source;
    this.#listeners = heard.map((signal) => {
      const listener = () => {
        this.first ??= signal;
        this.#emitter.emit(signal);
      };
      source.on(signal, listener);
      return { signal, listener };
    });
  }

  on(signal: NodeJS.Signals, listener: () => void): void {
    this.#emitter.on(signal, listener);
  }

  off(signal: NodeJS.Signals, listener: () => void): void {
    this.#emitter.off(signal, listener);
  }

  stop(): void {
    for (const { signal, listener } of this.#listeners) this.#source.off(signal, listener);
  }
}
