import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogLine, LogRecord } from '@rig-ops/contract/log-record';
import { MemoryLog } from '../testing/test-platform.ts';
import { joinPartialLines } from '@rig-ops/wire/log-feed';

const linesOf = (log: MemoryLog, follow = false) =>
  log.read({ app: 'hello', follow }) as AsyncGenerator<LogRecord>;

async function join(...records: (string | Partial<LogLine>)[]): Promise<string[]> {
  const log = new MemoryLog();
  log.append(...records);
  const lines: string[] = [];
  for await (const line of joinPartialLines(linesOf(log))) {
    assert.ok(line.type === 'line');
    lines.push(`${line.instance}:${line.stream}:${Buffer.from(line.bytes).toString()}`);
  }
  return lines;
}

test('parts are joined per instance and stream, whatever comes between', async () => {
  assert.deepEqual(
    await join(
      { message: 'a1', partial: true },
      { message: 'b', instance: 'web.2' },
      { message: 'e1', stream: 'stderr', partial: true },
      { message: 'a2', partial: true },
      { message: 'e2', stream: 'stderr' },
      { message: 'a3' },
    ),
    ['web.2:stdout:b', 'web.1:stderr:e1e2', 'web.1:stdout:a1a2a3'],
  );
});

test('a character cut between two parts is whole again', async () => {
  const [first, second] = [Buffer.from('ü').subarray(0, 1), Buffer.from('ü').subarray(1)];
  assert.deepEqual(
    await join(
      { message: '\uFFFD', base64: first.toString('base64'), partial: true },
      { message: '\uFFFD', base64: second.toString('base64') },
    ),
    ['web.1:stdout:ü'],
  );
});

test('what never ends is shown at the end, and before an error', async () => {
  assert.deepEqual(await join({ message: 'cut', partial: true }), ['web.1:stdout:cut']);
  const log = new MemoryLog();
  log.append({ message: 'cut', partial: true });
  async function* failing(): AsyncGenerator<LogRecord> {
    yield* linesOf(log);
    throw new Error('lost');
  }
  const seen: string[] = [];
  await assert.rejects(async () => {
    for await (const line of joinPartialLines(failing()))
      if (line.type === 'line') seen.push(Buffer.from(line.bytes).toString());
  }, /lost/);
  assert.deepEqual(seen, ['cut']);
});

test('an endless line is shown piece by piece', async () => {
  const part = { message: 'x'.repeat(65_536), partial: true };
  const lines = await join(...Array.from({ length: 40 }, () => part));
  assert.ok(lines.length >= 2);
  assert.ok(lines.every((line) => line.length < 1_200_000));
  assert.equal(lines.join('').replaceAll('web.1:stdout:', '').length, 40 * 65_536);
});

test('a prompt is shown although nothing follows', async () => {
  const log = new MemoryLog();
  log.append({ message: 'Password: ', partial: true });
  const lines = joinPartialLines(linesOf(log, true), { idleMs: 5 });
  const { value } = await lines.next();
  assert.ok(value?.type === 'line');
  assert.equal(Buffer.from(value.bytes).toString(), 'Password: ');
  log.append('next');
  const after = (await lines.next()).value;
  assert.ok(after?.type === 'line');
  assert.equal(Buffer.from(after.bytes).toString(), 'next');
  log.end();
  assert.equal((await lines.next()).done, true);
});
