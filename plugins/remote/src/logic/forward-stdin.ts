import type { Readable } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';

/** Takes what a program reads. */
export interface InputSink {
  /** Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  end(): void;
}

/**
 * Passes stdin on, byte for byte, until its end or until the session is over; goes no faster than the
 * program reads.
 * @returns how to stop, after which nothing is read that another program could have had
 * `onError` gets a RigError when stdin cannot be read: a program must not take a cut input for a whole one.
 */
export function forwardStdin(
  stdin: Readable,
  sink: InputSink,
  onError: (error: RigError) => void,
): () => void {
  const send = (chunk: Buffer) => {
    // Node goes on reading a flowing stream whatever a listener does: pause until there is room.
    stdin.pause();
    // When it fails, the session is over and tells why itself.
    sink.write(chunk).then(goOn, stop);
  };
  const end = () => sink.end();
  const fail = (error: NodeJS.ErrnoException) => {
    const reason = error.code ?? error.message;
    onError(new RigError('invalid_input', `stdin could not be read (${reason}).`, { cause: error }));
  };
  function goOn(): void {
    if (!stopped) stdin.resume();
  }
  let stopped = false;
  function stop(): void {
    if (stopped) return;
    stopped = true;
    stdin.off('data', send);
    stdin.off('end', end);
    stdin.pause();
    // A terminal or pipe that nobody reads any more must not hold up the end of the process.
    (stdin as Readable & { unref?: () => void }).unref?.();
  }
  stdin.on('data', send);
  stdin.on('end', end);
  stdin.on('error', fail);
  if (stdin.readableEnded) end();
  return stop;
}
