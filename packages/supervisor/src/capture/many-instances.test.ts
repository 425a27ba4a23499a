import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { TestSupervisor } from '../testing/test-supervisor.ts';

const INSTANCES = 100;
const LINES = 300;

let supervisor: TestSupervisor;
beforeEach(() => {
  supervisor = new TestSupervisor();
});
afterEach(() => supervisor.close());

test('of a hundred instances at once every line is kept, in the order of its instance', async () => {
  await supervisor.start();
  const ids = Array.from({ length: INSTANCES }, (_, index) => `ins_${index}`);
  // All of them write while the others do: each begins when the last one is there.
  const script = `while [ ! -e "$0" ]; do sleep 0.05; done; i=0
    while [ $i -lt ${LINES} ]; do echo "$1 out $i"; echo "$1 err $i" >&2; i=$((i+1)); done`;
  const begin = `${supervisor.home}/begin`;
  for (const id of ids) await supervisor.run(id, ['sh', '-c', script, begin, id]);
  await supervisor.run('starter', ['touch', begin]);
  for (const id of ids) await supervisor.ended(id, 60_000);
  const found = new Map<string, string[]>();
  for (const { text, source } of await supervisor.log('apps/app_demo')) {
    if (source.kind !== 'app') continue;
    const key = `${text.split(' ')[0]} ${source.stream}`;
    const lines = found.get(key) ?? [];
    lines.push(text);
    found.set(key, lines);
  }
  for (const id of ids) {
    for (const [stream, word] of [
      ['stdout', 'out'],
      ['stderr', 'err'],
    ] as const) {
      const expected = Array.from({ length: LINES }, (_, number) => `${id} ${word} ${number}`);
      assert.deepEqual(found.get(`${id} ${stream}`), expected, `${id} ${stream}`);
    }
  }
});
