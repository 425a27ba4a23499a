import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { decodeFrame, encodeData, encodeJsonFrame, encodeOffset, encodePing } from './frame.ts';
import { FrameType, WIRE_LIMITS } from './protocol.ts';
import { Random } from './testing/random.ts';

test('frames survive the way', () => {
  const bytes = new Uint8Array([0, 255, 10, 13]);
  assert.deepEqual(decodeFrame(encodeData(4_294_967_295, 255, Number.MAX_SAFE_INTEGER, bytes)), {
    type: FrameType.data,
    channel: 4_294_967_295,
    stream: 255,
    offset: Number.MAX_SAFE_INTEGER,
    bytes,
  });
  assert.deepEqual(decodeFrame(encodeOffset(FrameType.credit, 7, 1, 65_536)), {
    type: FrameType.credit,
    channel: 7,
    stream: 1,
    offset: 65_536,
  });
  assert.deepEqual(decodeFrame(encodeJsonFrame(FrameType.open, 1, { kind: 'x', params: 'ü\u0000' })), {
    type: FrameType.open,
    channel: 1,
    json: { kind: 'x', params: 'ü\u0000' },
  });
  assert.deepEqual(decodeFrame(encodeJsonFrame(FrameType.close, 3, undefined)), {
    type: FrameType.close,
    channel: 3,
    json: undefined,
  });
  const ping = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(decodeFrame(encodePing(FrameType.ping, ping)), {
    type: FrameType.ping,
    channel: 0,
    bytes: ping,
  });
});

test('the layout is the documented one', () => {
  assert.equal(
    Buffer.from(encodeData(0x01020304, 2, 0x05060708, new Uint8Array([0xaa]))).toString('hex'),
    '0401020304020000000005060708aa',
  );
});

const malformed: [string, Uint8Array][] = [
  ['nothing', new Uint8Array(0)],
  ['half a header', new Uint8Array([4, 0, 0])],
  ['an unknown type', new Uint8Array([99, 0, 0, 0, 1])],
  ['DATA on channel 0', encodeData(0, 1, 0, new Uint8Array(1))],
  ['an empty DATA', encodeData(1, 1, 0, new Uint8Array(0))],
  ['too much DATA', encodeData(1, 1, 0, new Uint8Array(WIRE_LIMITS.dataBytes + 1))],
  ['EOF with a tail', Buffer.concat([encodeOffset(FrameType.eof, 1, 0, 0), Buffer.from('x')])],
  ['an offset beyond 2^53', Buffer.concat([Buffer.from([6, 0, 0, 0, 1, 0]), Buffer.alloc(8, 0xff)])],
  ['broken JSON', Buffer.from([7, 0, 0, 0, 1, 0x7b])],
  ['JSON that is not UTF-8', Buffer.from([7, 0, 0, 0, 1, 0x22, 0xff, 0x22])],
  ['long JSON', Buffer.concat([Buffer.from([7, 0, 0, 0, 1]), Buffer.alloc(WIRE_LIMITS.jsonBytes + 1, 0x20)])],
  ['a long PING', new Uint8Array([10, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])],
  ['HELLO inside a channel', encodeJsonFrame(FrameType.hello, 1, { version: 1 })],
];
for (const [name, message] of malformed) {
  test(`${name} is remote_protocol`, () => {
    assert.throws(() => decodeFrame(message), { code: 'remote_protocol' });
  });
}

test('random bytes are a frame or remote_protocol', () => {
  const random = new Random(1);
  for (let i = 0; i < 20_000; i += 1) {
    const message = random.bytes(random.below(40));
    if (message.length > 0 && i % 2 === 0) message[0] = random.below(13);
    try {
      decodeFrame(message);
    } catch (error) {
      assert.ok(isRigError(error) && error.code === 'remote_protocol', String(error));
    }
  }
});

test('JSON beyond the limit is not sent', () => {
  const long = 'x'.repeat(WIRE_LIMITS.jsonBytes);
  assert.throws(() => encodeJsonFrame(FrameType.control, 1, long), { code: 'body_too_large' });
});
