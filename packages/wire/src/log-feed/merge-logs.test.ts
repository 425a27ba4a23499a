import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import { firstOfLog, lastOf, LiveMerge, mergeByTime } from './merge-logs.ts';

interface Line {
  at?: string;
  text: string;
}
async function* log(...lines: Line[]): AsyncGenerator<Line> {
  for (const line of lines) {
    await tick();
    yield line;
  }
}
const at = (seconds: number, text: string): Line => ({ at: new Date(seconds * 1000).toISOString(), text });
async function textsOf(lines: AsyncIterable<Line>): Promise<string> {
  const texts: string[] = [];
  for await (const { text } of lines) texts.push(text);
  return texts.join(' ');
}

test('history comes by time, and in the order of the logs within one moment', async () => {
  const a = [at(1, 'a1'), at(3, 'a3'), at(3, 'a3b'), at(9, 'a9')];
  const b = [at(2, 'b2'), at(3, 'b3'), at(4, 'b4')];
  assert.equal(await textsOf(mergeByTime([log(...a), log(...b)])), 'a1 b2 a3 a3b b3 b4 a9');
  assert.equal(await textsOf(mergeByTime([log(...b), log(...a)])), 'a1 b2 b3 a3 a3b b4 a9');
  assert.equal(await textsOf(mergeByTime([])), '');
});

test('a gap comes where it was found', async () => {
  const gapped = log(at(1, 'a1'), { text: 'gap' }, at(5, 'a5'));
  assert.equal(await textsOf(mergeByTime([log(at(2, 'b2')), gapped])), 'a1 gap b2 a5');
});

test('newest first', async () => {
  const logs = [log(at(9, 'a9'), at(3, 'a3'), at(1, 'a1')), log(at(4, 'b4'), at(3, 'b3'))];
  assert.equal(await textsOf(mergeByTime(logs, { reverse: true })), 'a9 b4 a3 b3 a1');
});

async function* failing(): AsyncGenerator<Line> {
  yield at(1, 'x');
  throw new Error('lost');
}

test('an error of one log ends all, and the others are let go', async () => {
  let ended = false;
  async function* good(): AsyncGenerator<Line> {
    try {
      yield at(2, 'y');
      yield at(3, 'z');
    } finally {
      ended = true;
    }
  }
  await assert.rejects(textsOf(mergeByTime([failing(), good()])), /lost/);
  assert.equal(ended, true);
});

test('the last and the first so many', async () => {
  const many = Array.from({ length: 2500 }, (_, index) => at(index, String(index)));
  assert.equal(await textsOf(lastOf(log(...many), 3)), '2497 2498 2499');
  assert.equal(await textsOf(lastOf(log(...many), 0)), '');
  assert.equal(await textsOf(firstOfLog(log(...many), 2)), '0 1');
  assert.equal(await textsOf(firstOfLog(log(...many), 0)), '');
});

test('live logs are merged as they come; one that is not read is not asked for more', async () => {
  const asked: string[] = [];
  async function* counting(name: string, count: number): AsyncGenerator<Line> {
    for (let index = 0; index < count; index += 1) {
      asked.push(name);
      yield at(index, `${name}${index}`);
    }
  }
  const merge = new LiveMerge<Line>();
  merge.add(counting('a', 3));
  merge.add(counting('b', 3));
  await tick();
  await tick();
  assert.deepEqual(asked, ['a', 'b']);
  const seen: string[] = [];
  for await (const { text } of merge) {
    seen.push(text);
    if (text === 'a1') merge.add(counting('c', 1));
  }
  assert.deepEqual(seen.toSorted(), ['a0', 'a1', 'a2', 'b0', 'b1', 'b2', 'c0']);
  for (const name of ['a', 'b']) {
    const own = seen.filter((text) => text.startsWith(name));
    assert.deepEqual(own, own.toSorted());
  }
});

test('an error of a live log reaches the reader, and leaving early lets all go', async () => {
  const merge = new LiveMerge<Line>();
  merge.add(failing());
  await assert.rejects(textsOf(merge), /lost/);
  const ended = new Set<string>();
  const left = new LiveMerge<Line>();
  for (const name of ['a', 'b']) {
    left.add(
      (async function* endless(): AsyncGenerator<Line> {
        try {
          for (;;) {
            await tick();
            yield at(0, name);
          }
        } finally {
          ended.add(name);
        }
      })(),
    );
  }
  for await (const _ of left) break;
  while (ended.size < 2) await tick();
});
