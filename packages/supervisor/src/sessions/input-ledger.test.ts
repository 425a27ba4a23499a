import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputLedger } from './input-ledger.ts';

const isThere = (client: string) => client === 'writer';

test('a client that is there is not forgotten, however many come; those that are away are, the oldest first', () => {
  const ledger = new InputLedger();
  ledger.enter('writer', 'ann', isThere);
  ledger.take('writer', 7);
  for (let number = 0; number < 150; number += 1) {
    ledger.enter(`watcher-${number}`, 'bob', isThere);
    ledger.take(`watcher-${number}`, 1);
  }
  assert.deepEqual([ledger.received('writer'), ledger.userOf('writer')], [7, 'ann']);
  assert.equal(ledger.userOf('watcher-50'), undefined);
  assert.deepEqual([ledger.received('watcher-51'), ledger.userOf('watcher-149')], [1, 'bob']);
  assert.equal(ledger.total, 157);
});
