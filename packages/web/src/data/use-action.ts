import { useSignal } from '@preact/signals';

/** Something a person does to the platform. */
export interface Action<A extends unknown[]> {
  readonly busy: boolean;
  /** Why it was refused or failed; null otherwise. */
  readonly error: unknown;
  /** Does it, unless it is being done. Answers whether it was done. */
  readonly run: (...given: A) => Promise<boolean>;
  readonly forget: () => void;
}

export function useAction<A extends unknown[]>(act: (...given: A) => Promise<unknown>): Action<A> {
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  return {
    busy: busy.value,
    error: error.value,
    forget: () => {
      error.value = null;
    },
    run: async (...given) => {
      if (busy.peek()) return false;
      busy.value = true;
      error.value = null;
      try {
        await act(...given);
        return true;
      } catch (thrown) {
        error.value = thrown;
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}
