import { type ReadonlySignal, signal } from '@preact/signals';
import { reuse } from '../logic/reuse.ts';
import { noteAnswered, noteSilence } from './connection.ts';

/** Something of the platform that is kept current for as long as somebody shows it. */
export interface Resource<T> {
  /** What it was last; null before the first answer. */
  readonly data: ReadonlySignal<T | null>;
  /** Why the latest request failed; null when it did not. What is known stays beside it. */
  readonly error: ReadonlySignal<unknown>;
  /** Asks now. */
  refresh(): void;
  /** Keeps it current until the function that it answers is called. */
  retain(): () => void;
}

export interface ResourceOptions {
  /** Milliseconds between an answer and the next request; 0 asks again at once (a long poll), null not by itself. */
  readonly everyMs: number | null;
  /** False for what is another one each time: it is not compared with what is known. */
  readonly compare?: boolean;
}

const LONGEST_WAIT_MS = 15_000;

/**
 * A resource that `load` asks for. It rests while nobody shows it and while the window is hidden; failures are
 * tried again, ever more seldom.
 */
export function makeResource<T>(
  load: (signal: AbortSignal, old: T | null) => Promise<T>,
  { everyMs, compare = true }: ResourceOptions,
): Resource<T> {
  const data = signal<T | null>(null);
  const error = signal<unknown>(null);
  let holders = 0;
  let running: AbortController | null = null;
  let wake: (() => void) | null = null;

  const run = async (stop: AbortSignal) => {
    let failures = 0;
    while (!stop.aborted) {
      let wait = everyMs;
      try {
        const next = await load(stop, data.peek());
        if (stop.aborted) return;
        data.value = compare ? reuse(data.peek(), next) : next;
        error.value = null;
        failures = 0;
        noteAnswered();
      } catch (thrown) {
        if (stop.aborted) return;
        error.value = thrown;
        if ((thrown as { code?: unknown }).code === 'unreachable') noteSilence();
        wait = Math.min(LONGEST_WAIT_MS, Math.max(1000, everyMs ?? 0) * 2 ** failures);
        failures += 1;
      }
      await rest(wait, stop, (now) => {
        wake = now;
      });
    }
  };

  const start = () => {
    if (running !== null || holders === 0 || isHidden()) return;
    running = new AbortController();
    void run(running.signal);
  };
  const end = () => {
    running?.abort();
    running = null;
  };
  const turn = () => (isHidden() ? end() : start());

  return {
    data,
    error,
    refresh: () => wake?.(),
    retain: () => {
      holders += 1;
      if (holders === 1) onVisibility('addEventListener', turn);
      start();
      return () => {
        holders -= 1;
        if (holders > 0) return;
        onVisibility('removeEventListener', turn);
        end();
      };
    },
  };
}

/** Waits, for ever where there is no time; ends early when it is woken or stopped. */
function rest(ms: number | null, stop: AbortSignal, whenWoken: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms === null ? undefined : setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve();
    }
    stop.addEventListener('abort', done, { once: true });
    whenWoken(done);
  });
}

// Tests run where there is no document.
const isHidden = () => typeof document !== 'undefined' && document.hidden;
const onVisibility = (how: 'addEventListener' | 'removeEventListener', callback: () => void) => {
  if (typeof document !== 'undefined') document[how]('visibilitychange', callback);
};
