/** Tells, within this process, that what somebody may do has changed, so that what is open can be looked at again. */
export class AccessChanges {
  readonly #listeners = new Set<(userId: string | null) => void>();

  tell(userId: string): void {
    for (const listener of this.#listeners) listener(userId);
  }

  /** What has changed may be about anybody. */
  tellAll(): void {
    for (const listener of this.#listeners) listener(null);
  }

  /**
   * @param listener called with the id of a user, or null for all of them
   * @returns how to stop listening
   */
  listen(listener: (userId: string | null) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
