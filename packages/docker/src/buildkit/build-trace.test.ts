import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTrace } from './build-trace.ts';
import { encodeField, encodeInteger, readMessage } from './protobuf.ts';

const timestamp = (seconds: number, nanos: number) =>
  Buffer.concat([encodeInteger(1, seconds), encodeInteger(2, nanos)]);

test('steps, output and warnings of a build are read from its messages', () => {
  const vertex = Buffer.concat([
    encodeField(1, 'sha256:a'),
    encodeField(2, 'sha256:input'),
    encodeField(3, '[2/2] RUN x'),
    encodeInteger(4, 1),
    encodeField(5, timestamp(1_795_687_895, 687_000_000)),
    encodeField(6, timestamp(1_795_687_896, 0)),
    encodeField(7, 'exit code: 4'),
  ]);
  const progress = Buffer.concat([
    encodeField(1, 'layer'),
    encodeField(2, 'sha256:a'),
    encodeInteger(4, 300),
    encodeInteger(5, 5_000_000_000),
  ]);
  const output = Buffer.concat([encodeField(1, 'sha256:a'), encodeInteger(3, 2), encodeField(4, 'hello\n')]);
  const warning = Buffer.concat([encodeField(1, 'sha256:a'), encodeField(3, 'take care')]);
  const message = Buffer.concat([
    encodeField(1, vertex),
    encodeField(2, progress),
    encodeField(3, output),
    encodeField(4, warning),
    // What a newer one adds is passed over.
    encodeField(9, 'new'),
    Buffer.from([(10 << 3) | 1, 0, 0, 0, 0, 0, 0, 0, 0, (11 << 3) | 5, 0, 0, 0, 0]),
  ]);
  assert.deepEqual(readTrace(message), {
    vertices: [
      {
        digest: 'sha256:a',
        name: '[2/2] RUN x',
        cached: true,
        startedAt: 1_795_687_895_687,
        completedAt: 1_795_687_896_000,
        error: 'exit code: 4',
      },
    ],
    progress: [{ vertex: 'sha256:a', id: 'layer', current: 300, total: 5_000_000_000, completed: false }],
    output: [{ vertex: 'sha256:a', stream: 'stderr', bytes: Buffer.from('hello\n') }],
    warnings: ['take care'],
  });
});

test('a message that is cut is an error, not less of a message', () => {
  const message = encodeField(1, 'hello');
  for (let length = 1; length < message.length; length += 1)
    assert.throws(() => [...readMessage(message.subarray(0, length))], RangeError);
});
