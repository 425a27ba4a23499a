import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toErrorDocument } from '@rig-ops/contract/errors';
import { PluginError } from './plugin-error.ts';

test('a plugin has errors with a code and an exit code of its own', () => {
  const error = new PluginError('stock_empty', 'The shelf is empty.', {
    hint: 'Run `rig stock order`.',
    exitCode: 6,
    details: { shelf: 3 },
  });
  assert.deepEqual(toErrorDocument(error), {
    code: 'stock_empty',
    message: 'The shelf is empty.',
    hint: 'Run `rig stock order`.',
    exitCode: 6,
    details: { shelf: 3 },
  });
  assert.equal(new PluginError('stock_lost', 'Gone.', { hint: 'Look.' }).exitCode, 1);
});

test('a code is words, and an exit code says that something failed', () => {
  for (const code of ['empty', 'Stock_empty', 'stock-empty', 'stock_', ''])
    assert.throws(() => new PluginError(code, 'No.', { hint: 'No.' }), TypeError, code);
  for (const exitCode of [0, -1, 256, 1.5])
    assert.throws(() => new PluginError('stock_empty', 'No.', { hint: 'No.', exitCode }), TypeError);
});
