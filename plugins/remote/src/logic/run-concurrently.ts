/**
 * Runs `work` for each item, at most `limit` at a time, and answers results as they come. Takes the next item
 * only when there is room, so a source of any length costs no memory. A source that breaks is told behind the
 * results of what was started before. When the consumer stops early, no more is started.
 */
export async function* runConcurrently<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const finished: Promise<R>[] = [];
  const failures: unknown[] = [];
  let running = 0;
  let asking = false;
  let exhausted = false;
  let stirred = Promise.withResolvers<void>();
  const start = (item: T) => {
    running += 1;
    const run = work(item);
    const settled = () => {
      running -= 1;
      finished.push(run);
      stirred.resolve();
    };
    run.then(settled, settled);
  };
  const ask = async () => {
    asking = true;
    try {
      const next = await iterator.next();
      if (next.done === true) exhausted = true;
      else start(next.value);
    } catch (error) {
      exhausted = true;
      failures.push(error);
    }
    asking = false;
    stirred.resolve();
  };
  try {
    for (;;) {
      stirred = Promise.withResolvers();
      if (!exhausted && !asking && running < limit) void ask();
      for (let run = finished.shift(); run !== undefined; run = finished.shift()) yield await run;
      if (exhausted && running === 0 && finished.length === 0) break;
      if (finished.length === 0) await stirred.promise;
    }
  } finally {
    // Not awaited: a source that waits for input answers only when that moves.
    if (!exhausted) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
  if (failures.length > 0) throw failures[0];
}
