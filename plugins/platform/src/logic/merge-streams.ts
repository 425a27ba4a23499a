/** Values of several streams as they come; asks each for one at a time. Closes all when one fails or the reader stops. */
export async function* mergeStreams<T>(
  streams: readonly AsyncGenerator<T, void, undefined>[],
): AsyncGenerator<T, void, undefined> {
  const next = async (stream: AsyncGenerator<T, void, undefined>) => ({ stream, step: await stream.next() });
  const waiting = new Map(streams.map((stream) => [stream, next(stream)]));
  try {
    while (waiting.size > 0) {
      const { stream, step } = await Promise.race(waiting.values());
      if (step.done === true) {
        waiting.delete(stream);
        continue;
      }
      yield step.value;
      waiting.set(stream, next(stream));
    }
  } finally {
    // A stream under way ends by the signal that its maker holds; waiting for it here could take forever.
    for (const [stream, step] of waiting) {
      step.catch(() => undefined);
      stream.return().catch(() => undefined);
    }
  }
}
