import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * The end of one direction cannot be told through an API server. Whoever has ended theirs waits for the rest of an answer, or has gone:
 * after so much silence it is taken for the latter.
 */
const SILENT_MS = 5_000;

/** Carries bytes both ways until both are over, as fast as the slower side takes them; a break of one is a break of the other. Does not fail. */
export async function carry(socket: Socket, other: Duplex): Promise<void> {
  const over = Promise.withResolvers<void>();
  const fail = () => {
    socket.resetAndDestroy();
    other.destroy();
    over.resolve();
  };
  socket.on('error', fail);
  other.on('error', fail);
  socket.setNoDelay(true);
  if (other instanceof Socket) other.setNoDelay(true);
  const ended = { socket: false, other: false };
  const finish = () => {
    if (ended.socket && ended.other) over.resolve();
  };
  other.once('end', () => {
    ended.other = true;
    // From an API server it is the end of all.
    if (!(other instanceof Socket)) ended.socket = true;
    finish();
  });
  socket.once('end', () => {
    ended.socket = true;
    if (!(other instanceof Socket)) void endWhenSilent(other, over.promise);
    finish();
  });
  for (const stream of [socket, other]) stream.once('close', () => over.resolve());
  socket.pipe(other, { end: other instanceof Socket });
  other.pipe(socket);
  await over.promise;
  if (!socket.writableEnded) socket.end();
  // What is on its way to it is taken before.
  if (!socket.destroyed && !socket.writableFinished)
    await new Promise<void>((resolve) => {
      socket.once('finish', resolve);
      socket.once('close', resolve);
    });
  other.destroy();
  socket.destroy();
}

async function endWhenSilent(other: Duplex, over: Promise<void>): Promise<void> {
  let timer = setTimeout(() => other.destroy(), SILENT_MS);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => other.destroy(), SILENT_MS);
  };
  other.on('data', heard);
  await over;
  clearTimeout(timer);
  other.off('data', heard);
}
