import type { LogGap, LogLine, LogRecord } from '@rig-ops/contract/log-record';
import { bytesOfBase64, joined } from '../bytes.ts';

/** A whole line as text shows it: the bytes of all its parts. */
export interface WholeLine
  extends Pick<LogLine, 'type' | 'at' | 'app' | 'source' | 'instance' | 'stream' | 'context'> {
  bytes: Uint8Array;
}

const encoder = new TextEncoder();

interface HeldLine {
  first: LogLine;
  parts: Uint8Array[];
}

/** An endless line must not grow without end: beyond this, what is held is shown as it is. */
const MAX_HELD_BYTES = 1024 * 1024;
/** A prompt without a newline is shown after this. */
const IDLE_MS = 500;

/** The exact bytes of a line. */
function bytesOf(line: LogLine): Uint8Array {
  return line.base64 === undefined ? encoder.encode(line.message) : bytesOfBase64(line.base64);
}

/**
 * Joins the parts of long lines, which come mixed with the lines of other instances. A line that does not
 * end is shown when nothing comes any more, or when it has become too long.
 */
export async function* joinPartialLines(
  records: AsyncIterable<LogRecord>,
  { idleMs = IDLE_MS } = {},
): AsyncGenerator<WholeLine | LogGap> {
  const held = new HeldLines();
  const iterator = records[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const result = held.isEmpty ? await next : await within(next, idleMs);
      if (result === undefined) {
        yield* held.takeAll();
        continue;
      }
      if (result.done === true) break;
      next = iterator.next();
      // Awaited in the next round; until then a failure must not count as unhandled.
      next.catch(() => undefined);
      if (result.value.type === 'gap') {
        yield* held.takeAll();
        yield result.value;
      } else {
        yield* held.add(result.value);
      }
    }
    yield* held.takeAll();
  } catch (error) {
    yield* held.takeAll();
    throw error;
  } finally {
    // Not awaited: behind a pending next() it answers only when a record comes.
    iterator.return?.().catch(() => undefined);
  }
}

class HeldLines {
  readonly #lines = new Map<string, HeldLine>();
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  /** Takes a part; answers the lines that can be shown now. */
  add(line: LogLine): WholeLine[] {
    const key = `${line.app}\n${line.source}\n${line.instance}\n${line.stream}\n${line.release}`;
    const entry = this.#lines.get(key) ?? { first: line, parts: [] };
    const bytes = bytesOf(line);
    entry.parts.push(bytes);
    if (line.partial !== true) {
      this.#lines.delete(key);
      this.#bytes -= sizeOf(entry) - bytes.length;
      return [toWhole(entry)];
    }
    this.#lines.set(key, entry);
    this.#bytes += bytes.length;
    return this.#bytes < MAX_HELD_BYTES ? [] : this.takeAll();
  }

  takeAll(): WholeLine[] {
    const lines = [...this.#lines.values()].map(toWhole);
    this.#lines.clear();
    this.#bytes = 0;
    return lines;
  }
}

function sizeOf({ parts }: HeldLine): number {
  return parts.reduce((size, part) => size + part.length, 0);
}

function toWhole({ first, parts }: HeldLine): WholeLine {
  const { type, at, app, source, instance, stream, context } = first;
  const [only] = parts;
  return {
    type,
    at,
    app,
    source,
    instance,
    stream,
    ...(context === undefined ? {} : { context }),
    bytes: parts.length === 1 && only !== undefined ? only : joined(parts),
  };
}

/** What a promise brings, or undefined when it takes longer. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
