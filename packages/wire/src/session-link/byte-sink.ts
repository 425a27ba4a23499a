/** Takes one output stream of a program. */
export interface ByteSink {
  /** Resolves when more can be taken. */
  take(bytes: Uint8Array): Promise<void>;
}
