import type { Writable } from 'node:stream';
import { formatBytes, formatDuration } from '@rig-ops/kit/text';

const EVERY_MS = 150;
/** Over how long the rate is measured. */
const WINDOW_MS = 3_000;

/** One line on a terminal: how much has arrived, how fast, and how long it takes still. */
export class CopyProgress {
  readonly #stream: Writable | null;
  #total: number | null = null;
  #samples: { at: number; bytes: number }[] = [];
  #shownAt = 0;
  #shown = false;

  /** @param stream null shows nothing */
  constructor(stream: Writable | null) {
    this.#stream = stream;
  }

  total(bytes: number): void {
    this.#total = bytes;
  }

  /** Bytes that have arrived where they go. */
  at(bytes: number): void {
    const now = performance.now();
    this.#samples.push({ at: now, bytes });
    while (this.#samples.length > 2 && now - (this.#samples[0]?.at ?? now) > WINDOW_MS) this.#samples.shift();
    if (this.#stream === null || now - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now;
    this.#shown = true;
    // Carriage return and EL, erase in line (ECMA-48, 8.3.41).
    this.#stream.write(`\r\u001B[K${this.#describe(bytes)}`);
  }

  end(): void {
    if (this.#shown) this.#stream?.write('\r\u001B[K');
    this.#shown = false;
  }

  #describe(bytes: number): string {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    const elapsed = (last?.at ?? 0) - (first?.at ?? 0);
    const rate = elapsed > 0 ? (((last?.bytes ?? 0) - (first?.bytes ?? 0)) / elapsed) * 1000 : 0;
    const of = this.#total === null ? '' : ` of ${formatBytes(this.#total)}`;
    const left = this.#total === null || rate <= 0 ? null : ((this.#total - bytes) / rate) * 1000;
    const time = left === null ? '' : `, ${formatDuration(Math.max(0, left))} left`;
    return `${formatBytes(bytes)}${of}, ${formatBytes(Math.round(rate))}/s${time}`;
  }
}
