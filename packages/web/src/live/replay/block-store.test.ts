import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { constants, zstdCompressSync } from 'node:zlib';
import { isRigError } from '@rig-ops/contract/errors';
import { blobStore, linesOfBlock } from './block-store.ts';

const lines = Array.from({ length: 5000 }, (_, at) =>
  JSON.stringify([0.01, 'o', `${at} ${randomBytes(9).toString('hex')} héé 🎉`]),
);
const text = Buffer.from(`${lines.join('\n')}\n`);

test('blocks as the supervisor compresses them, at any level and with a checksum', async () => {
  for (const level of [1, 3, 19]) {
    const frame = zstdCompressSync(text, {
      params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
    });
    assert.deepEqual(await linesOfBlock(frame), lines);
    assert.deepEqual(await linesOfBlock(await blobStore.keep(frame)()), lines);
  }
});

test('what is no block is refused', () => {
  assert.throws(
    () => void linesOfBlock(randomBytes(100)),
    (error) => isRigError(error) && error.code === 'recording_unreadable',
  );
});
