/** Tells, within this process, that what somebody may do has changed, so that what is open can be looked at again. */
export class AccessChanges {
  readonly #listeners = new Set<(userId: string) => void>();

  tell(userId: string): void {
    for (const listener of this.#listeners) listener(userId);
  }

  /** @returns how to stop listening */
  listen(listener: (userId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
