import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogsParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { LogPosition, LogRecord } from '@rig-ops/contract/log-record';
import { followLog } from './follow-log.ts';

const position = (cursor: string): LogPosition => ({ type: 'position', cursor });
const gap = (to: string): LogRecord => ({ type: 'gap', from: to, to, count: 1, reason: 'expired' });

test('behind a loss it goes on with the very next record, and says so once', async () => {
  const stop = new AbortController();
  const asked: LogsParams[] = [];
  const told: (string | boolean)[] = [];
  async function* open(params: LogsParams): AsyncGenerator<LogRecord | LogPosition> {
    asked.push(params);
    const number = asked.length;
    // Not reached at first, then the history, a live record, a loss, and the next record.
    if (number === 1) throw new RigError('unreachable', 'not yet');
    if (number === 2) yield gap('1.4');
    if (number === 2) return;
    if (number === 3) yield position('1.5');
    if (number === 5) yield gap('1.6');
    if (number === 5) stop.abort();
    throw new RigError('connection_lost', 'gone');
  }
  await followLog(
    open,
    { app: 'shop', tail: 10 },
    {
      onRecord: (record) => told.push(record.type === 'gap' ? record.to : 'line'),
      onConnection: (isLost) => told.push(isLost),
      pauseMs: 1,
    },
    stop.signal,
  );
  assert.deepEqual(told, [true, '1.4', false, true, false, '1.6']);
  assert.deepEqual(
    asked.map(({ tail, after, follow }) => [follow, tail ?? after]),
    [
      [false, 10],
      [false, 10],
      [true, '1.4'],
      [true, '1.5'],
      [true, '1.5'],
    ],
  );
});

/** A log that is refused before it begins. */
function refuse(): AsyncIterable<LogRecord> {
  throw new RigError('app_not_found', 'There is no app.');
}

test('what the platform refuses is thrown', async () => {
  const follower = { onRecord: () => undefined, onConnection: () => undefined, pauseMs: 1 };
  await assert.rejects(followLog(refuse, { app: 'shop', tail: 1 }, follower, new AbortController().signal), {
    code: 'app_not_found',
  });
});
