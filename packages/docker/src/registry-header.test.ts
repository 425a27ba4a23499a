import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registryHeader } from './registry-header.ts';

test('what a daemon is told of registries has the padding that it reads it with', () => {
  for (const password of ['', 'a', 'ab', 'abc', '???>>>', 'ÿÿÿ']) {
    const text = registryHeader({ password });
    assert.match(text, /^[A-Za-z0-9_-]+={0,2}$/);
    assert.equal(text.length % 4, 0, text);
    assert.deepEqual(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')), { password });
  }
});
