import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseForwards } from './choose-forwards.ts';
import { parseForward } from './parse-forward.ts';

const choose = (argv: string[], app?: string) => {
  const { app: named, forwards } = chooseForwards(argv, app);
  return [named, ...forwards.map(({ text }) => text)];
};

test('what is to be forwarded is told by its parts', () => {
  const cases: [string, string | null, number, number | string][] = [
    ['5432', null, 5432, 5432],
    ['web', null, 0, 'web'],
    ['9000:5432', null, 9000, 5432],
    ['0:web', null, 0, 'web'],
    ['localhost:9000:web', null, 9000, 'web'],
    ['127.0.0.1:9000:5432', '127.0.0.1', 9000, 5432],
    ['0.0.0.0:80:web', '0.0.0.0', 80, 'web'],
    ['*:80:web', '::', 80, 'web'],
    ['[::1]:9000:5432', '::1', 9000, 5432],
  ];
  for (const [text, address, local, remote] of cases) {
    assert.deepEqual(parseForward(text), { text, address, local, remote });
  }
});

test('what cannot be one is refused with what it should look like', () => {
  for (const text of [
    '',
    ':',
    '0',
    '65536',
    '70000:80',
    'a:80',
    '1:2:3',
    '::1:80:80',
    '[::1]:80',
    'a.b:1:2',
    '-1',
    'Web',
  ]) {
    assert.throws(() => parseForward(text), { code: 'usage' }, text);
  }
});

test('the first argument is the app unless it can only be a forward', () => {
  assert.deepEqual(choose(['shop', '5432', '0:web']), ['shop', '5432', '0:web']);
  assert.deepEqual(choose(['5432']), [undefined, '5432']);
  assert.deepEqual(choose(['web'], 'shop'), ['shop', 'web']);
  assert.deepEqual(choose(['shop']), ['shop', '']);
  assert.deepEqual(choose([]), [undefined, '']);
});
