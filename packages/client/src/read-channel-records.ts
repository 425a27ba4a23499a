import type { ChannelStream } from '@rig-ops/contract/channels';
import { type Connection, readRecords } from '@rig-ops/wire';

/** Repeats contract, whose module loads a schema library; the compiler compares. */
const recordStream: typeof ChannelStream.records = 3;

/**
 * Opens a channel and answers its records until EOF; closes it when the reader stops early. Throws the
 * channel's error, or the reason of the signal.
 */
export async function* readChannelRecords(
  connection: Connection,
  kind: string,
  params: object,
  signal: AbortSignal,
): AsyncGenerator<unknown, void, undefined> {
  const channel = connection.open(kind, params);
  const stop = () => channel.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    await channel.accepted;
    for await (const record of readRecords(channel, recordStream)) {
      signal.throwIfAborted();
      yield record;
    }
    signal.throwIfAborted();
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', stop);
    channel.close();
  }
}
