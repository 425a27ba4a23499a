import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { toDrainFailure } from '../drain-failure.ts';
import type { DrainReceipt, DrainRecord, DrainSink, DrainSinkFactory, DrainTarget } from '../drain-sink.ts';
import { guardedLookup, refusePrivateLiteral } from '../../outgoing/private-addresses.ts';
import { formatMessage, frameMessage } from './format-message.ts';

/** Without a byte in either direction for so long, an attempt has failed. */
const SILENCE_MS = 15_000;

/**
 * Sends over TCP or TLS. Syslog has no acknowledgement, and what the kernel has taken may still be lost
 * with the connection: so each batch has a connection of its own, which we end first; a receiver that
 * ends it in turn has read everything before.
 */
export const createSyslogSink: DrainSinkFactory = (target, origin): DrainSink => ({
  async send(records, signal): Promise<DrainReceipt> {
    signal.throwIfAborted();
    try {
      await sendBatch(
        target,
        records.map((record: DrainRecord) => frameMessage(formatMessage(record, origin))),
        signal,
      );
      return { rejected: 0, message: undefined };
    } catch (error) {
      throw signal.aborted ? signal.reason : toDrainFailure(error, target);
    }
  },
});

async function sendBatch(target: DrainTarget, frames: readonly Buffer[], signal: AbortSignal): Promise<void> {
  const socket = openSocket(target);
  const abandon = () => socket.destroy(new Error('abandoned'));
  signal.addEventListener('abort', abandon, { once: true });
  const failed = new Promise<never>((_, reject) => {
    socket.once('error', reject);
    socket.setTimeout(SILENCE_MS, () =>
      socket.destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })),
    );
  });
  // Awaited below; an error in between is not to count as unhandled.
  failed.catch(() => undefined);
  try {
    const ended = once(socket, 'end');
    ended.catch(() => undefined);
    socket.resume();
    for (const frame of frames) if (!socket.write(frame)) await Promise.race([once(socket, 'drain'), failed]);
    socket.end();
    await Promise.race([ended, failed]);
  } finally {
    signal.removeEventListener('abort', abandon);
    socket.destroy();
  }
}

function openSocket({ secure, hostname, port, ca, allowPrivate }: DrainTarget): Socket {
  // A socket does not look an address up that is written out.
  if (!allowPrivate) refusePrivateLiteral(hostname, 'drain_target_refused');
  const where = {
    host: hostname,
    port,
    lookup: guardedLookup(allowPrivate, 'drain_target_refused'),
    allowHalfOpen: true,
  };
  if (!secure) return connect(where);
  return connectSecurely({
    ...where,
    servername: /^[\d.]+$|:/.test(hostname) ? '' : hostname,
    ...(ca === undefined ? {} : { ca }),
  });
}
