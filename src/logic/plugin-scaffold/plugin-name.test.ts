import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePluginName } from './plugin-name.ts';

test('a name is a topic, with or without its prefix and scope', () => {
  const plain = { packageName: 'rig-plugin-stock', topic: 'stock', folder: 'rig-plugin-stock' };
  assert.deepEqual(parsePluginName('stock'), plain);
  assert.deepEqual(parsePluginName('rig-plugin-stock'), plain);
  assert.deepEqual(parsePluginName('@acme/stock-2'), {
    packageName: '@acme/rig-plugin-stock-2',
    topic: 'stock-2',
    folder: 'rig-plugin-stock-2',
  });
});

test('what could not be typed, published or made a folder of is refused', () => {
  const bad = [
    '',
    'Stock',
    '1stock',
    'stock-',
    'a b',
    '../x',
    '@acme',
    '@acme/',
    '@/x',
    '@A/x',
    'a/b',
    'x/../y',
  ];
  for (const name of [...bad, 'rig-plugin-', 'stock\n', `a${'b'.repeat(40)}`, '@acme/x/y', 'ünö'])
    assert.throws(() => parsePluginName(name), { code: 'invalid_name' }, JSON.stringify(name));
});
