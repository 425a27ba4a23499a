import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogViewModel } from './log-view-model.ts';

async function* notes(...texts: string[]) {
  for (const text of texts) yield { type: 'note' as const, text };
}

test('what is looked for is found in what is there and in what comes', async () => {
  const model = new LogViewModel();
  await model.read(notes('apple', 'pear', 'Apple pie'));
  model.search('apple');
  assert.deepEqual(model.found.value, [0, 2]);
  await model.read(notes('plum', 'pineapple'));
  assert.deepEqual(model.found.value, [0, 2, 4]);
  assert.deepEqual([model.step(-1), model.step(-1), model.step(1), model.step(1)], [4, 2, 4, 0]);
  assert.equal(model.following.value, false);
});

test('a pattern that is none finds nothing and says so', async () => {
  const model = new LogViewModel();
  await model.read(notes('a'));
  model.search('/(/');
  assert.equal(model.found.value.length, 0);
  assert.match(model.wrongPattern.value ?? '', /regular expression/i);
  model.search('a');
  assert.equal(model.wrongPattern.value, null);
  assert.deepEqual(model.found.value, [0]);
});

test('who looks elsewhere is told how much has come', async () => {
  const model = new LogViewModel();
  await model.read(notes('a', 'b'));
  model.follow(false);
  await model.read(notes('c', 'd', 'e'));
  assert.equal(model.unseen.value, 3);
  model.follow(true);
  assert.equal(model.unseen.value, 0);
});
