import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayShare } from './shared-modules.ts';

test('a plugin shares the copy of the bundle where that keeps what its version promised', () => {
  const rows: [installed: string | undefined, bundled: string, shares: boolean][] = [
    [undefined, '1.2.3', true],
    ['1.2.3', '1.2.3', true],
    ['1.2.3', '1.2.4', true],
    ['1.2.3', '1.3.0', true],
    ['1.2.3', '2.0.0', false],
    ['0.1.0', '0.1.4', true],
    ['0.1.0', '0.2.0', false],
    // Newer than the bundle: it may use what the bundle does not have.
    ['1.2.4', '1.2.3', false],
    ['1.3.0', '1.2.9', false],
    ['2.0.0', '1.2.3', false],
    ['1.3.0-beta.1', '1.3.0', false],
    ['1.3.0-beta.1', '1.3.0-beta.1', true],
    ['next', '1.3.0', false],
  ];
  for (const [installed, bundled, shares] of rows)
    assert.equal(mayShare(installed, bundled), shares, `${installed} → ${bundled}`);
});
