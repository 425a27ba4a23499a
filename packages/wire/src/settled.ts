/** A promise with its resolvers that never counts as unhandled: nobody has to look at it. */
export function promiseForWhomItConcerns<T>(): PromiseWithResolvers<T> {
  const settled = Promise.withResolvers<T>();
  settled.promise.catch(() => undefined);
  return settled;
}
