import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAppAndVersion } from './app-and-version.ts';

test('app and version are told apart', () => {
  const cases = [
    [[undefined, undefined], undefined, [undefined, undefined]],
    [['shop', undefined], undefined, ['shop', undefined]],
    [['v3', undefined], undefined, [undefined, 'v3']],
    [['3', undefined], undefined, [undefined, '3']],
    [['shop', 'v3'], undefined, ['shop', 'v3']],
    [['v3', 'v2'], undefined, ['v3', 'v2']],
    [['v3', undefined], 'shop', ['shop', 'v3']],
    [['1.5', undefined], 'shop', ['shop', '1.5']],
    [[undefined, undefined], 'shop', ['shop', undefined]],
  ] as const;
  for (const [given, flag, [app, version]] of cases)
    assert.deepEqual(readAppAndVersion(given, flag), { app, version });
  assert.throws(() => readAppAndVersion(['shop', 'v3'], 'shed'), { code: 'usage' });
});
