import { useCallback, useEffect, useState } from 'preact/hooks';

export interface Answer<T> {
  /** Null while it is not there. */
  readonly value: T | null;
  readonly error: unknown;
  /** Asks anew; what was there stays until the answer comes. */
  readonly again: () => void;
}

/** Asks the platform for something, and anew when `key` changes or after so many milliseconds. Null asks nothing. */
export function useAnswer<T>(ask: (() => Promise<T>) | null, key: string, everyMs?: number): Answer<T> {
  const [{ value, error }, set] = useState<{ value: T | null; error: unknown }>({ value: null, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (ask === null) return undefined;
    let here = true;
    const once = async () => {
      try {
        const found = await ask();
        if (here) set({ value: found, error: null });
      } catch (failure) {
        if (here) set((before) => ({ value: before.value, error: failure }));
      }
    };
    void once();
    const timer =
      everyMs === undefined ? undefined : setInterval(() => !document.hidden && void once(), everyMs);
    return () => {
      here = false;
      clearInterval(timer);
    };
  }, [key, round, everyMs]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  return { value, error, again };
}
