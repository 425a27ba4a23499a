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
    if (asked.length === 1) {
      yield position('1.4');
      yield gap('1.5');
    }
    if (asked.length === 4) {
      yield gap('1.6');
      stop.abort();
    }
    throw new RigError(asked.length === 1 ? 'connection_lost' : 'unreachable', 'gone');
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
  assert.deepEqual(told, ['1.5', true, false, '1.6']);
  assert.deepEqual(
    asked.map(({ tail, after }) => [tail, after]),
    [
      [10, undefined],
      [undefined, '1.5'],
      [undefined, '1.5'],
      [undefined, '1.5'],
    ],
  );
  assert.ok(asked.every(({ follow, positions }) => follow === true && positions === true));
});

/** A log that is refused before it begins. */
function refuse(): AsyncIterable<LogRecord> {
  throw new RigError('app_not_found', 'There is no app.');
}

test('what the platform refuses is thrown', async () => {
  const follower = { onRecord: () => undefined, onConnection: () => undefined, pauseMs: 1 };
  await assert.rejects(followLog(refuse, { app: 'shop' }, follower, new AbortController().signal), {
    code: 'app_not_found',
  });
});
