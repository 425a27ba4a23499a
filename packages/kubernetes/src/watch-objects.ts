import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError, type RigError } from '@rig-ops/contract/errors';
import { isClusterExpired, toAnswerError } from './cluster-errors.ts';
import type { ClusterConnection } from './cluster-connection.ts';
import { readLines } from './read-lines.ts';
import type { ClusterObject } from './resources.ts';

/** What a watch tells. */
export type WatchEvent<T> =
  /** All that there is: at the begin, and where what has happened between could not be told. What is not in it is gone. */
  | { type: 'listed'; items: T[] }
  | { type: 'changed'; item: T }
  | { type: 'removed'; item: T }
  /** The cluster cannot be asked; told once, and again at another reason. It goes on by itself. */
  | { type: 'away'; error: RigError };

export interface WatchSource<T> {
  connection: Pick<ClusterConnection, 'stream' | 'server'>;
  /** All there is now, with the version of the list. */
  list: (signal: AbortSignal) => Promise<{ items: T[]; version: string }>;
  /** Where the watch is asked for. */
  path: () => Promise<string>;
  query: Record<string, string | undefined>;
}

type Line<T> = { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'; object: T & ClusterObject };

/** The server ends a watch after this time; a connection of which nobody knows that it is gone does not last longer. */
const WATCH_S = { least: 240, spread: 120 };
const LATE_MS = 30_000;
const AGAIN_MS = { least: 250, most: 15_000 };

/**
 * Goes on from where it was: over ends of answers, of connections and of the API server. What is asked for again is
 * behind the last version that was told, be it by a bookmark; where that is too long ago, everything is listed anew.
 * Ends by the signal alone. Who does not take what is told holds up the connection: nothing is gathered.
 */
export async function* watchObjects<T>(
  source: WatchSource<T>,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>> {
  let version: string | null = null;
  let pause = AGAIN_MS.least;
  let told: string | null = null;
  while (!signal.aborted) {
    try {
      if (version === null) {
        const listed = await source.list(signal);
        version = listed.version;
        yield { type: 'listed', items: listed.items };
      }
      for await (const { type, object } of readWatch<T>(source, version, signal)) {
        told = null;
        pause = AGAIN_MS.least;
        version = object.metadata?.resourceVersion ?? version;
        if (type === 'ADDED' || type === 'MODIFIED') yield { type: 'changed', item: object };
        else if (type === 'DELETED') yield { type: 'removed', item: object };
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isRigError(error)) throw error;
      if (isClusterExpired(error)) version = null;
      else if (told !== error.message) {
        told = error.message;
        yield { type: 'away', error };
      }
      await sleep(pause * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
      pause = Math.min(AGAIN_MS.most, pause * 2);
    }
  }
}

async function* readWatch<T>(
  { connection, path, query }: WatchSource<T>,
  version: string,
  signal: AbortSignal,
): AsyncGenerator<Line<T>> {
  const seconds = WATCH_S.least + Math.floor(Math.random() * WATCH_S.spread);
  const late = AbortSignal.timeout(seconds * 1_000 + LATE_MS);
  const answer = await connection.stream({
    method: 'GET',
    path: await path(),
    query: {
      ...query,
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: version,
      timeoutSeconds: seconds,
    },
    signal: AbortSignal.any([signal, late]),
  });
  try {
    for await (const bytes of readLines(answer)) {
      const line = JSON.parse(bytes.toString('utf8')) as Line<T>;
      if (line.type === 'ERROR') {
        const { code = 500 } = line.object as { code?: number };
        throw toAnswerError(code, JSON.stringify(line.object));
      }
      yield line;
    }
  } catch (error) {
    // Cut in the middle: what was not told is asked for again.
    if (isRigError(error) || signal.aborted) throw error;
  } finally {
    answer.destroy();
  }
}
