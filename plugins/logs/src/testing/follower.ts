// Follows a log as `rig logs app -f` does, and prints its lines: a process of its own, that can be stopped.
//   node follower.ts PORT KEEP_ALIVE_MS
import { RigClient } from '@rig-ops/client';
import type { LogPosition, LogRecord } from '@rig-ops/contract/log-record';
import { LogFeed } from '@rig-ops/wire/log-feed';

const [, , port = '', keepAlive = ''] = process.argv;
const client = new RigClient(
  { name: 'test', token: 'token', url: `http://127.0.0.1:${port}` },
  { keepAliveMs: Number(keepAlive) },
);
const feed = new LogFeed(
  (params, signal) => client.records<LogRecord | LogPosition>('logs', params, { signal }),
  {
    of: { app: 'hello' },
    signal: new AbortController().signal,
    connection: {
      lost: () => console.error('lost'),
      back: () => console.error('back'),
      maxWaitMs: 60_000,
    },
    delay: () => 1,
  },
);
for await (const record of feed.history()) print(record);
for await (const record of feed.live()) print(record);
await client.close();

function print(record: LogRecord): void {
  console.log(record.type === 'line' ? record.message : record.type);
}
