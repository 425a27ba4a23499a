import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import { LogReader, type ReadState } from './log-reader.ts';
import { RowStore } from './row-store.ts';

const encoder = new TextEncoder();
const line = (text: string) => ({
  type: 'line' as const,
  at: '2026-11-26T10:00:00.000Z',
  app: 'shop',
  source: 'app' as const,
  instance: 'web.1',
  stream: 'stdout' as const,
  bytes: encoder.encode(text),
});

function reader(limits = { rows: 1000, characters: 1e6 }) {
  const states: ReadState[] = [];
  let gone = 0;
  const made = new LogReader(
    (count) => {
      gone += count;
    },
    (state) => states.push(state),
    new RowStore(limits),
  );
  return { made, states, gone: () => gone };
}

test('lines and gaps become rows, and the end is told', async () => {
  const { made, states } = reader();
  await made.read(
    (async function* () {
      yield line('one\r');
      yield { type: 'gap' as const, from: '1.2', to: '1.9', count: 8, reason: 'expired' as const };
      yield line('two');
    })(),
  );
  assert.deepEqual(
    [0, 1, 2].map((number) => made.rows.at(number)?.text),
    ['one', '8 lines are missing here: they were too old to be kept.', 'two'],
  );
  assert.deepEqual(states.at(-1), { state: 'ended' });
});

test('while it is paused nothing is asked for', async () => {
  const { made, states } = reader();
  const asked: number[] = [];
  const done = made.read(
    (async function* () {
      for (let at = 0; at < 10; at += 1) {
        asked.push(at);
        yield line(`${at}`);
        await tick();
      }
    })(),
  );
  while (asked.length < 2) await tick();
  made.pause();
  for (let turn = 0; turn < 20; turn += 1) await tick();
  const held = asked.length;
  assert.ok(held < 10);
  assert.deepEqual(states.at(-1), { state: 'paused' });
  for (let turn = 0; turn < 20; turn += 1) await tick();
  assert.equal(asked.length, held);
  made.resume();
  await done;
  assert.equal(made.rows.length, 10);
});

test('the oldest go, and a failure is told behind what came before it', async () => {
  const { made, states, gone } = reader({ rows: 3, characters: 1e6 });
  const error = new Error('gone');
  await made.read(
    (async function* () {
      for (let at = 0; at < 8; at += 1) yield line(`${at}`);
      throw error;
    })(),
  );
  assert.equal(gone(), 5);
  assert.equal(made.rows.at(7)?.text, '7');
  assert.deepEqual(states.at(-1), { state: 'failed', error });
});
