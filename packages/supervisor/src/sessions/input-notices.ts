const NOTICE_BYTES = 64 * 1024;
const NOTICE_MS = 50;

/** Tells a client now and then how much of its input was taken. */
export class InputNotices {
  readonly #tell: () => void;
  #untold = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  took(bytes: number): void {
    this.#untold += bytes;
    if (this.#untold >= NOTICE_BYTES) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), NOTICE_MS).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #send(): void {
    this.stop();
    this.#untold = 0;
    this.#tell();
  }
}
