/** Thrown for work that takes too long; it goes on, and nobody waits for it. */
export class LimitExceeded extends Error {
  readonly limitMs: number;

  constructor(limitMs: number) {
    super(`it did not come to an end within ${limitMs / 1000} s`);
    this.limitMs = limitMs;
  }
}

/**
 * Waits for work for so many milliseconds at most. Work that never yields to the event loop cannot be
 * helped: nothing else runs meanwhile.
 */
export async function withinLimit<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    // Not unref'd: work that hangs on nothing at all would end the process.
    timer = setTimeout(() => reject(new LimitExceeded(limitMs)), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
