import { writeSync } from 'node:fs';

/** How long the end of the process waits for a reader that does not read. */
const LAST_WRITE_DEADLINE_MS = 10_000;

/**
 * The way of results to stdout. While it is guarded, everything else that writes to
 * `process.stdout` in this process reaches stderr instead (children with inherited streams are not
 * this process).
 */
export class ResultStdout {
  readonly #write = process.stdout.write.bind(process.stdout);
  #guarded = false;
  #pending = 0;
  /** Whether a record was written and no end yet. */
  streaming = false;
  /** Whether everything that is owed was handed over. */
  complete = false;

  /** Whether a write is under way that the end of the process would cut. */
  get busy(): boolean {
    return this.#pending > 0;
  }

  guard(on: boolean): void {
    if (on === this.#guarded) return;
    this.#guarded = on;
    process.stdout.write = on ? process.stderr.write.bind(process.stderr) : this.#write;
  }

  /** Resolves when the bytes have left the process, or cannot any more. */
  async write(text: string | Uint8Array): Promise<void> {
    this.#pending += 1;
    await new Promise<void>((resolve) => {
      // A reader that went away is told by the stream's error event.
      this.#write(text, () => resolve());
    });
    this.#pending -= 1;
  }

  /** Writes at the end of the process, where nothing asynchronous comes to pass. */
  writeLast(text: string): void {
    let rest: Uint8Array = Buffer.from(text);
    const deadline = Date.now() + LAST_WRITE_DEADLINE_MS;
    while (rest.length > 0 && Date.now() < deadline) {
      try {
        rest = rest.subarray(writeSync(1, rest));
      } catch (error) {
        // Node makes pipes non-blocking: a full one says so instead of waiting.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
    }
  }
}
