import { isRigError } from '@rig-ops/contract/errors';
import type { ClusterConnection } from '../cluster-connection.ts';
import { toConnectionError } from '../cluster-errors.ts';
import { type LogPiece, MOST_STAMP_BYTES, readFirstTime, readLogPieces } from './read-log-pieces.ts';

export interface LogRange {
  /** From the second of this time on, in nanoseconds since the epoch; the API knows no more exact one. */
  since?: bigint;
  /** Goes on until the container has ended. */
  follow?: boolean;
  /** Of the run before the one that there is now. */
  previous?: boolean;
  /** The last so many lines alone. */
  tail?: number;
  signal?: AbortSignal;
}

export async function* readLog(
  connection: ClusterConnection,
  path: () => Promise<string>,
  { container }: { container: string },
  { since, follow = false, previous = false, tail, signal }: LogRange,
): AsyncGenerator<LogPiece[]> {
  const answer = await connection.stream({
    method: 'GET',
    path: await path(),
    query: {
      container,
      follow,
      previous,
      timestamps: true,
      sinceTime: since === undefined ? undefined : toSecond(since),
      tailLines: tail,
    },
    // A log that nothing is in is answered with the first that comes.
    ...(follow ? { answerMs: 0 } : {}),
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    yield* readLogPieces(answer as AsyncIterable<Buffer>);
  } catch (error) {
    throw isRigError(error) || signal?.aborted === true ? error : toConnectionError(connection.server, error);
  } finally {
    answer.destroy();
  }
}

/** Time of the first line of the file that a log is read from: another one when it was rotated. Null for an empty one. */
export async function readLogHead(
  connection: ClusterConnection,
  path: string,
  { container }: { container: string },
  signal: AbortSignal,
): Promise<bigint | null> {
  const query = { container, timestamps: true, limitBytes: MOST_STAMP_BYTES };
  return readFirstTime(Buffer.from(await connection.text({ method: 'GET', path, query, signal })));
}

const toSecond = (at: bigint): string => new Date(Number(at / 1_000_000_000n) * 1_000).toISOString();
