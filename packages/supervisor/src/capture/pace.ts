/** Lets so many bytes through in a second, and some more at once after a while of less (a token bucket). */
export class Pace {
  #credit = Number.NaN;
  #since = 0;

  /** How long to wait before the next bytes are taken, in milliseconds; these were taken. */
  take(
    bytes: number,
    { bytesPerSecond, burstBytes }: { bytesPerSecond: number; burstBytes: number },
  ): number {
    const now = performance.now();
    const gained = ((now - this.#since) / 1000) * bytesPerSecond;
    const before = Number.isNaN(this.#credit) ? burstBytes : this.#credit;
    this.#credit = Math.min(burstBytes, before + gained) - bytes;
    this.#since = now;
    return this.#credit >= 0 ? 0 : (-this.#credit / bytesPerSecond) * 1000;
  }
}
