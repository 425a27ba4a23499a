import { setTimeout as delay } from 'node:timers/promises';

/** Waits; tests wait in a time of their own. @throws the reason of `signal` */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

export const systemPause: Pause = async (ms, signal) => {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
};
