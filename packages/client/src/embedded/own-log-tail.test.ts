import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from '../testing/temporary-folder.ts';
import { findStartError, readLinesSince, readRigdProblem, sizeOf, tellLine } from './own-log-tail.ts';

const line = (fields: object) => JSON.stringify({ at: '2026-01-01T00:00:00Z', level: 'error', ...fields });

test('only what was written since is read, also from a log that was rotated', async (t) => {
  const path = join(await makeFolder(t), 'rigd.log');
  assert.equal(await sizeOf(path), 0);
  assert.deepEqual(await readLinesSince(path, 0, 5), []);
  await writeFile(path, 'before\n');
  const size = await sizeOf(path);
  await appendFile(path, 'one\n\ntwo\nthree\n');
  assert.deepEqual(await readLinesSince(path, size, 5), ['one', 'two', 'three']);
  assert.deepEqual(await readLinesSince(path, size, 2), ['two', 'three']);
  await writeFile(path, 'new\n');
  assert.deepEqual(await readLinesSince(path, size, 5), ['new']);
});

test('the last error with a code of rig is found, with the hint of the registry where it has none', () => {
  const taken = { code: 'port_taken', message: 'Port 1 is taken.' };
  const found = findStartError([
    line({ code: 'disk_full', message: 'Full.' }),
    line(taken),
    line({ message: 'crash', error: { code: 'ERR_MODULE_NOT_FOUND', message: 'No.' } }),
    'plain text',
    '{"cut',
    JSON.stringify({ level: 'warn', code: 'unreachable', message: 'Later.' }),
  ]);
  assert.equal(found?.code, 'port_taken');
  assert.equal(found.message, 'Port 1 is taken.');
  assert.equal(found.exitCode, 7);
  assert.match(found.hint, /port/);
  assert.equal(findStartError(['text', '{', line({ message: 'x', error: null })]), undefined);
});

test('a JSON line is told by its messages, any other as it is', () => {
  assert.equal(
    tellLine(line({ message: 'rigd ends', error: { message: 'No such file' } })),
    'rigd ends: No such file',
  );
  assert.equal(tellLine(line({ message: 'rigd ends' })), 'rigd ends');
  assert.equal(tellLine('text'), 'text');
  assert.equal(tellLine('{"cut'), '{"cut');
});

test('why rigd does not answer is what it has given up with since it answered last', async (t) => {
  const path = join(await makeFolder(t), 'rigd.log');
  assert.equal(await readRigdProblem(path), undefined);
  await writeFile(path, `${line({ code: 'disk_full', message: 'long ago' })}\n`);
  await appendFile(path, `${line({ level: 'info', message: 'rigd listens' })}\n`);
  assert.equal(await readRigdProblem(path), undefined);
  await appendFile(
    path,
    `${line({ code: 'database_unavailable', message: 'it is away', hint: 'Start it.' })}\n`,
  );
  const problem = await readRigdProblem(path);
  assert.deepEqual(
    [problem?.code, problem?.message, problem?.hint],
    ['database_unavailable', 'it is away', 'Start it.'],
  );
});
