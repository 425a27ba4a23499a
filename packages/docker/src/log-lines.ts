import { RigError } from '@rig-ops/contract/errors';
import { readFrames, type StreamFrame } from './stream-frames.ts';

/** A line of a container's log, or a piece of one that is longer than 16 KiB. */
export interface DockerLogPiece extends StreamFrame {
  /** When the daemon took it, in nanoseconds since the epoch. */
  at: bigint;
}

/** 2026-11-26T06:14:05.059780454Z, with as many digits as there are, and a space. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) /;
const MOST_STAMP_BYTES = 40;

/**
 * The pieces of a log that was asked for with `timestamps`. The daemon writes a time in front of each piece, also of
 * those that belong to one line: without them the bytes are what the program has printed.
 */
export async function* readLogPieces(source: AsyncIterable<Buffer>): AsyncGenerator<DockerLogPiece> {
  for await (const { stream, bytes } of readFrames(source)) {
    const found = STAMP.exec(bytes.toString('latin1', 0, MOST_STAMP_BYTES));
    if (found === null) throw new RigError('docker_refused', 'The Docker daemon sent a line without a time.');
    const [stamp, seconds = '', fraction = '', zone = ''] = found;
    const at = BigInt(Date.parse(`${seconds}${zone}`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
    yield { stream, at, bytes: bytes.subarray(stamp.length) };
  }
}

/** A time as the daemon takes it in `since`. */
export const toSince = (at: bigint): string =>
  `${at / 1_000_000_000n}.${String(at % 1_000_000_000n).padStart(9, '0')}`;
