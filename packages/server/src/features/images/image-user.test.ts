import assert from 'node:assert/strict';
import { test } from 'node:test';
import { userInPod } from './image-user.ts';

test('a user that is a number counts, with its group where that is one', () => {
  for (const [user, expected] of [
    ['1000', '1000'],
    ['1000:1001', '1000:1001'],
    ['1000:app', '1000'],
    ['1000:0', '1000:0'],
  ] as const)
    assert.equal(userInPod(user, null, 'shop:1'), expected);
});

test('root and names are refused, unless rig.toml says whom it runs as', () => {
  for (const [user, says] of [
    ['', /shop:1 runs as root/],
    ['0', /runs as root/],
    ['0:0', /runs as root/],
    ['root', /runs as root/],
    ['node', /by a word, "node"/],
    ['-1', /by a word/],
  ] as const) {
    assert.throws(() => userInPod(user, null, 'shop:1'), { code: 'image_user_refused', message: says });
    assert.equal(userInPod(user, '2000', 'shop:1'), '2000');
  }
});
