// Follows a log as `rig logs` does, with a query, and prints `<process> <stream> <message>` or the gap.
//   node follower.ts URL TOKEN APP QUERY
import { writeSync } from 'node:fs';
import { RigClient } from '@rig-ops/client';
import type { LogQuery } from '@rig-ops/contract/log-query';
import type { LogPosition, LogRecord } from '@rig-ops/contract/log-record';
import { readLog } from '../../../plugins/logs/src/logic/read-log.ts';

const [, , url = '', token = '', app = '', query = '{}'] = process.argv;
const client = new RigClient({ name: 'chaos', url, token });
let losses = 0;
const records = readLog(
  (params, signal) => client.records<LogRecord | LogPosition>('logs', params, { signal }),
  {
    of: { app },
    follow: true,
    query: JSON.parse(query) as LogQuery,
    signal: new AbortController().signal,
    onConnection: (state) => {
      if (state === 'lost') losses += 1;
    },
  },
);
process.on('SIGTERM', () => {
  process.stderr.write(`${losses}\n`);
  process.exit(0);
});
for await (const record of records) {
  const text =
    record.type === 'line' ? `${record.process} ${record.stream} ${record.message}` : JSON.stringify(record);
  writeSync(1, `${text}\n`);
}
