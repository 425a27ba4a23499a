import { join, resolve } from 'node:path';
import { platformLayout } from '@rig-ops/contract/layout';
import { followLines, type LogPosition, readLastLines } from './log-file.ts';
import { mergeStreams } from './merge-streams.ts';

export const PARTS = ['supervisor', 'rigd', 'edge'] as const;
type Part = (typeof PARTS)[number];

export interface OwnLogLine {
  type: 'line';
  part: Part;
  message: string;
}

export interface OwnLogsChoice {
  parts: readonly Part[];
  /** So many lines before the end of each log. */
  lines: number;
  follow: boolean;
  signal: AbortSignal;
}

/**
 * The last lines of the platform's own logs, part by part, and then new ones as they come. A log that
 * is not there yet is empty. Throws the signal's reason.
 */
export async function* readOwnLogs(
  rigHome: string,
  { parts, lines, follow, signal }: OwnLogsChoice,
): AsyncGenerator<OwnLogLine, void, undefined> {
  const { ownLogs } = platformLayout(resolve(rigHome));
  const positions: { part: Part; path: string; end: LogPosition }[] = [];
  for (const part of parts) {
    const path = join(ownLogs, `${part}.log`);
    const { lines: last, end } = await readLastLines(path, lines);
    for (const message of last) {
      signal.throwIfAborted();
      yield { type: 'line', part, message };
    }
    positions.push({ part, path, end });
  }
  if (!follow) return;
  yield* mergeStreams(positions.map(({ part, path, end }) => label(part, followLines(path, end, signal))));
}

async function* label(part: Part, lines: AsyncIterable<string>): AsyncGenerator<OwnLogLine, void, undefined> {
  for await (const message of lines) yield { type: 'line', part, message };
}
