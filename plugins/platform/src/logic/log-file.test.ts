import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { followLines, readLastLines } from './log-file.ts';

async function makeLog(t: TestContext, content?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rig-own-log-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'rigd.log');
  if (content !== undefined) await writeFile(path, content);
  return path;
}

test('the last lines are whole lines, however long, and end behind the last newline', async (t) => {
  const long = 'x'.repeat(200_000);
  const path = await makeLog(t, `one\n${long}\n\nlast\nunfinished`);
  const end = (await readLastLines(path, 0)).end.offset;
  assert.equal(end, 200_000 + 'one\n\n\nlast\n'.length);
  assert.deepEqual((await readLastLines(path, 0)).lines, []);
  assert.deepEqual((await readLastLines(path, 1)).lines, ['last']);
  assert.deepEqual((await readLastLines(path, 3)).lines, [long, '', 'last']);
  assert.deepEqual((await readLastLines(path, 99)).lines, ['one', long, '', 'last']);
});

test('a log that is missing or empty has no lines', async (t) => {
  const path = await makeLog(t);
  assert.deepEqual((await readLastLines(path, 5)).lines, []);
  await writeFile(path, '');
  assert.deepEqual((await readLastLines(path, 5)).lines, []);
});

test('following goes on behind the history, over a rotation and a truncation, until it is stopped', async (t) => {
  const path = await makeLog(t, 'history\nunfin');
  const { end } = await readLastLines(path, 10);
  const stop = new AbortController();
  const lines = followLines(path, end, stop.signal);
  const next = async () => (await lines.next()).value;
  await appendFile(path, 'ished\nsecond\n');
  assert.equal(await next(), 'unfinished');
  assert.equal(await next(), 'second');
  await appendFile(path, 'last of the old\n');
  await rename(path, `${path}.1`);
  await appendFile(path, 'first of the new\n');
  assert.equal(await next(), 'last of the old');
  assert.equal(await next(), 'first of the new');
  await truncate(path);
  // Shorter than what was read before, so that the cut shows.
  await appendFile(path, 'cut\n');
  assert.equal(await next(), 'cut');
  const waiting = lines.next();
  stop.abort(new Error('enough'));
  await assert.rejects(waiting, /^Error: enough$/);
});

test('following waits for a log that is not there yet', async (t) => {
  const path = await makeLog(t);
  const { end } = await readLastLines(path, 10);
  const stop = new AbortController();
  const lines = followLines(path, end, stop.signal);
  const waiting = lines.next();
  await writeFile(path, 'hello\n');
  assert.equal((await waiting).value, 'hello');
  stop.abort();
  await lines.return();
});
