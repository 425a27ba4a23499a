import { ByteQueue } from './byte-queue.ts';
import type { Channel } from './channel.ts';
import { WIRE_LIMITS } from './protocol.ts';
import { violation } from './violation.ts';

const NEWLINE = 0x0a;
const encoder = new TextEncoder();

/** Records that come together are written together, up to about so many characters. */
const WRITE_CHARACTERS = 32 * 1024;
/** Text is encoded into the same memory again and again, since a channel copies what it cannot send at once. */
const ENCODED_BYTES = 48 * 1024;

/**
 * Sends records as NDJSON on a stream, one `write()` each, and ends the stream behind the last. Goes no
 * faster than the reader. When the channel ends first, it stops asking `records` for more.
 * @throws RigError the error the channel ended with; whatever `records` throws
 */
export async function sendRecords(
  channel: Channel,
  stream: number,
  records: AsyncIterable<object>,
): Promise<void> {
  await send(channel, stream, records, (record) => [record]);
}

/**
 * The same for records that come in batches, which costs far less for each. A batch is taken whole before the next
 * one is asked for.
 */
export async function sendRecordBatches(
  channel: Channel,
  stream: number,
  batches: AsyncIterable<Iterable<object>>,
): Promise<void> {
  await send(channel, stream, batches, (batch) => batch);
}

async function send<T>(
  channel: Channel,
  stream: number,
  source: AsyncIterable<T>,
  recordsOf: (item: T) => Iterable<object>,
): Promise<void> {
  const iterator = source[Symbol.asyncIterator]();
  const memory = new Uint8Array(ENCODED_BYTES);
  // One reaction for the whole life: racing `closed` for every record would leave one behind each time.
  const watch = { over: false, wake: ignore };
  const closed = channel.closed.then((error) => {
    watch.over = true;
    watch.wake();
    return error;
  });
  try {
    while (!watch.over) {
      const next = iterator.next();
      const { promise: stirred, resolve: wake } = Promise.withResolvers<void>();
      watch.wake = () => wake();
      next.then(watch.wake, watch.wake);
      await stirred;
      if (watch.over) break;
      const record = await next;
      if (record.done === true) {
        channel.end(stream);
        return;
      }
      await writeAll(channel, stream, recordsOf(record.value), memory);
    }
  } finally {
    // Not awaited: a generator that waits for its own source answers only when that moves.
    iterator.return?.().catch(ignore);
  }
  const error = await closed;
  if (error !== undefined) throw error;
}

async function writeAll(
  channel: Channel,
  stream: number,
  records: Iterable<object>,
  memory: Uint8Array,
): Promise<void> {
  let text = '';
  for (const record of records) {
    text += `${JSON.stringify(record)}\n`;
    if (text.length < WRITE_CHARACTERS) continue;
    await writeText(channel, stream, text, memory);
    text = '';
  }
  if (text !== '') await writeText(channel, stream, text, memory);
}

async function writeText(channel: Channel, stream: number, text: string, memory: Uint8Array): Promise<void> {
  for (let rest = text; rest !== ''; ) {
    const { read, written } = encoder.encodeInto(rest, memory);
    await channel.write(stream, memory.subarray(0, written));
    rest = rest.slice(read);
  }
}

function ignore(): void {}

/**
 * Reads NDJSON records from a stream.
 * @throws RigError remote_protocol when a record is not JSON, is too long or is cut; the channel's error
 */
export async function* readRecords(channel: Channel, stream: number): AsyncGenerator {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const pending = new ByteQueue();
  const parse = (line: Uint8Array): unknown => {
    try {
      return JSON.parse(decoder.decode(line));
    } catch {
      throw violation('a record that is not JSON');
    }
  };
  for await (const chunk of channel.read(stream)) {
    let start = 0;
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, start);
      if (newline < 0) break;
      const rest = chunk.subarray(start, newline);
      start = newline + 1;
      if (pending.length === 0) {
        yield parse(rest);
      } else {
        pending.push(rest);
        yield parse(pending.takeAll());
      }
    }
    pending.push(chunk.subarray(start));
    if (pending.length > WIRE_LIMITS.recordBytes) throw violation('a record that is too long');
  }
  if (pending.length > 0) throw violation('a record that is cut');
}
