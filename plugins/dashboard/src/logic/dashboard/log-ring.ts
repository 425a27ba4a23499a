import type { LogRecord } from '@rig-ops/contract/log-record';

/** A line as the screen shows it. */
export interface ShownLine {
  /** Counts the lines of this ring; never used twice. */
  readonly number: number;
  readonly at: string;
  readonly instance: string;
  readonly stream: 'stdout' | 'stderr' | 'gap';
  text: string;
}

/** What a line takes beside its text, about. */
const LINE_BYTES = 100;
/** More of one line than any terminal shows at once is not kept. */
const LONGEST = 8_192;

/** The newest lines of a log, as many as there is room for. */
export class LogRing {
  readonly #most: number;
  readonly #mostBytes: number;
  #lines: ShownLine[] = [];
  #bytes = 0;
  #made = 0;
  /** Lines that have not ended, by what writes them: their parts come as records of their own. */
  readonly #unfinished = new Map<string, ShownLine>();

  constructor(most = 5_000, mostBytes = 4 * 1024 * 1024) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  get lines(): readonly ShownLine[] {
    return this.#lines;
  }

  add(record: LogRecord): void {
    if (record.type === 'gap') {
      const text = `${record.count} lines could not be kept (${record.reason})`;
      this.#push({ number: this.#next(), at: '', instance: '', stream: 'gap', text });
      return;
    }
    const { at, instance, stream, message, partial = false, release } = record;
    const key = `${instance} ${release} ${stream}`;
    const begun = this.#unfinished.get(key);
    if (!partial) this.#unfinished.delete(key);
    if (begun === undefined) {
      const line: ShownLine = { number: this.#next(), at, instance, stream, text: message.slice(0, LONGEST) };
      if (partial) this.#unfinished.set(key, line);
      this.#push(line);
      return;
    }
    const more = message.slice(0, Math.max(0, LONGEST - begun.text.length));
    begun.text += more;
    // A line that has left the ring meanwhile is still told to the last of its parts, and to nobody.
    if (begun.number >= (this.#lines[0]?.number ?? 0)) this.#bytes += more.length;
    this.#shrink();
  }

  clear(): void {
    this.#lines = [];
    this.#bytes = 0;
    this.#unfinished.clear();
  }

  #next(): number {
    this.#made += 1;
    return this.#made;
  }

  #push(line: ShownLine): void {
    this.#lines.push(line);
    this.#bytes += line.text.length + LINE_BYTES;
    this.#shrink();
  }

  #shrink(): void {
    let gone = 0;
    while (
      this.#lines.length - gone > 1 &&
      (this.#lines.length - gone > this.#most || this.#bytes > this.#mostBytes)
    ) {
      this.#bytes -= (this.#lines[gone]?.text.length ?? 0) + LINE_BYTES;
      gone += 1;
    }
    if (gone > 0) this.#lines.splice(0, gone);
  }
}
