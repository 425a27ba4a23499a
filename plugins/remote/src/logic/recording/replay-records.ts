import type { RecordedStream } from '@rig-ops/contract/recording';
import { LineParser } from '@rig-ops/wire/recording';
import { blockLines } from './block-lines.ts';

/** One thing that happened; `t` is seconds since the beginning. */
export type ReplayRecord =
  | {
      type: 'output' | 'input';
      t: number;
      stream: RecordedStream;
      data: string;
      encoding: 'utf-8' | 'base64';
    }
  | { type: 'resize'; t: number; columns: number; rows: number }
  | { type: 'marker'; t: number; text: string }
  | { type: 'exit'; t: number; exitCode: number | null };

/** A recording as records for a program. */
export async function* replayRecords(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<ReplayRecord, void> {
  const parser = new LineParser();
  for await (const block of blocks) {
    for (const line of await blockLines(block)) {
      const event = parser.parse(line);
      if (event === undefined) continue;
      const { at: t } = event;
      if (event.type === 'bytes') {
        const { stream, text, exact } = event;
        yield {
          type: stream === 'stdin' ? 'input' : 'output',
          t,
          stream,
          data: exact === undefined ? text : Buffer.from(exact).toString('base64'),
          encoding: exact === undefined ? 'utf-8' : 'base64',
        };
      } else {
        const { at: _at, ...rest } = event;
        yield { ...rest, t };
      }
    }
  }
}
