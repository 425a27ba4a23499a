/** When a record was, as RFC 3339 in UTC with milliseconds, which sorts as text; a gap has no time. */
const timeOf = (record: object): string | undefined => (record as { at?: string }).at;

/**
 * Merges logs that are each in order into one by time; records of one moment come in the order of the
 * logs. A record without a time (a gap) stays in front of what follows it. Holds one record of each log.
 */
export async function* mergeByTime<R extends object>(
  logs: readonly AsyncIterable<R>[],
  { reverse = false } = {},
): AsyncGenerator<R> {
  const iterators = logs.map((log) => log[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(iterators.map(async (iterator) => iterator.next()));
    for (;;) {
      const index = firstOf(heads, reverse);
      const head = heads[index];
      const iterator = iterators[index];
      if (head === undefined || iterator === undefined || head.done === true) return;
      yield head.value;
      heads[index] = await iterator.next();
    }
  } finally {
    await Promise.all(iterators.map(async (iterator) => iterator.return?.()));
  }
}

/** Index of the log whose head comes next; -1 when all have ended. */
function firstOf<R extends object>(heads: readonly IteratorResult<R>[], reverse: boolean): number {
  let best = -1;
  let bestAt = '';
  for (const [index, head] of heads.entries()) {
    if (head.done === true) continue;
    const at = timeOf(head.value);
    if (at === undefined) return index;
    if (best !== -1 && (reverse ? at <= bestAt : at >= bestAt)) continue;
    best = index;
    bestAt = at;
  }
  return best;
}

/** The last records of a log, at most so many. */
export async function* lastOf<R>(log: AsyncIterable<R>, count: number): AsyncGenerator<R> {
  let kept: R[] = [];
  for await (const record of log) {
    kept.push(record);
    // Cut now and then, not each time: taking one from the front of a long list moves all of it.
    if (kept.length >= 2 * count + 1000) kept = kept.slice(-count);
  }
  if (count > 0) yield* kept.slice(-count);
}

/** The first records of a log, at most so many. */
export async function* firstOfLog<R>(log: AsyncIterable<R>, count: number): AsyncGenerator<R> {
  let left = count;
  if (left === 0) return;
  for await (const record of log) {
    yield record;
    left -= 1;
    if (left === 0) return;
  }
}

interface Waiting<R> {
  record: R;
  taken: () => void;
}

/**
 * Merges logs that go on, in the order in which their records arrive; of those that wait, the earliest
 * comes first. A log is asked for its next record once the one before was taken, so nothing piles up.
 * More logs may join at any time. Ends when all have ended, and with the first error of one.
 */
export class LiveMerge<R extends object> implements AsyncIterable<R> {
  readonly #waiting: Waiting<R>[] = [];
  readonly #iterators = new Set<AsyncIterator<R>>();
  #wake = Promise.withResolvers<void>();
  #failure: { error: unknown } | undefined;

  add(log: AsyncIterable<R>): void {
    const iterator = log[Symbol.asyncIterator]();
    this.#iterators.add(iterator);
    void this.#pump(iterator);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<R> {
    try {
      for (;;) {
        if (this.#failure !== undefined) throw this.#failure.error;
        const next = this.#takeEarliest();
        if (next !== undefined) {
          yield next.record;
          next.taken();
        } else if (this.#iterators.size === 0) return;
        else await this.#wake.promise;
      }
    } finally {
      for (const iterator of this.#iterators) iterator.return?.()?.catch(() => undefined);
      for (const { taken } of this.#waiting) taken();
    }
  }

  async #pump(iterator: AsyncIterator<R>): Promise<void> {
    try {
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#waiting.push({ record: next.value, taken: resolve });
        this.#stir();
        await promise;
      }
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#iterators.delete(iterator);
    this.#stir();
  }

  #takeEarliest(): Waiting<R> | undefined {
    let best = 0;
    for (const [index, { record }] of this.#waiting.entries()) {
      const first = this.#waiting[best]?.record;
      if (first !== undefined && (timeOf(record) ?? '') < (timeOf(first) ?? '')) best = index;
    }
    return this.#waiting.splice(best, 1)[0];
  }

  #stir(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}
