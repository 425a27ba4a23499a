import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { StreamsClosing, StreamsRecord } from '@rig-ops/contract/recording';
import type { RecordingSpec } from '@rig-ops/contract/supervisor-sessions';
import { readRecording, recordedLines, recordedOutput } from '../testing/read-recording.ts';
import { until } from '../testing/until.ts';
import { openRecorder, type RecordedSession } from './open-recorder.ts';
import { recoverRecording } from './recover-recording.ts';
import type { RecordedEnd } from './session-recorder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rig-recording-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const terminal = { columns: 80, rows: 24, term: 'xterm-256color' };
const exited: RecordedEnd = { end: 'exited', exitCode: 0, signal: null };
const shell: RecordedSession = {
  id: 'ses_1',
  kind: 'shell',
  user: 'ann',
  app: 'shop',
  network: 'default',
  instanceName: 'web.1',
  release: 3,
  shownArgv: ['bash', '-l', "it's"],
  terminal,
};
const command: RecordedSession = { ...shell, kind: 'command', terminal: null };
const specOf = (change: Partial<RecordingSpec> = {}): RecordingSpec => ({
  path: join(folder, 'recordings', 'ses_1'),
  maxBytes: 1e9,
  input: false,
  required: false,
  ...change,
});
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const neverBroken = (reason: string): never => assert.fail(reason);

test('a terminal is recorded as asciicast v3: output, sizes, markers, the exit code', async () => {
  const spec = specOf();
  const recorder = await openRecorder(spec, shell, neverBroken);
  await recorder.output('stdout', Buffer.from('one'));
  recorder.resize({ columns: 100, rows: 30 });
  recorder.input(Buffer.from('secret'));
  recorder.marker('bob attached');
  await recorder.output('stdout', Buffer.from('two'));
  const report = await recorder.end({ end: 'killed', exitCode: 137, signal: 'SIGKILL' });
  const [header, ...events] = recordedLines<unknown>(spec.path) as [object, ...[number, string, string][]];
  assert.partialDeepStrictEqual(header, {
    version: 3,
    term: { cols: 80, rows: 24, type: 'xterm-256color' },
    command: `bash -l 'it'\\''s'`,
    title: 'shop web.1 ses_1',
  });
  assert.deepEqual(
    events.map(([, code, data]) => [code, data]),
    [
      ['o', 'one'],
      ['r', '100x30'],
      ['m', 'bob attached'],
      ['o', 'two'],
      ['m', 'ended: killed'],
      ['x', '137'],
    ],
  );
  assert.ok(events.every(([interval]) => interval >= 0 && interval < 5));
  assert.deepEqual(report, {
    path: spec.path,
    bytes: statSync(spec.path).size,
    sha256: sha256(readFileSync(spec.path)),
    truncated: false,
    failure: null,
  });
  assert.equal(statSync(spec.path).mode & 0o777, 0o600);
  assert.equal(statSync(join(folder, 'recordings')).mode & 0o777, 0o700);
});

test('characters that are cut anywhere come out whole, and what is no UTF-8 is kept to the byte', async () => {
  const bytes = Buffer.concat([
    Buffer.from('grüße 漢字 🙂 e\u0301'),
    Buffer.from([0xff, 0xfe, 0x80, 0xc3]),
    Buffer.from('ok'),
    Buffer.from([0xf0, 0x9f, 0x99]),
  ]);
  for (const size of [1, 2, 3, 5, 7]) {
    const spec = specOf({ path: join(folder, `cut-${size}`) });
    const recorder = await openRecorder(spec, shell, neverBroken);
    for (let at = 0; at < bytes.length; at += size) {
      await recorder.output('stdout', bytes.subarray(at, at + size));
      // Its own event: a marker stands between them.
      recorder.marker('');
    }
    await recorder.end(exited);
    assert.deepEqual(recordedOutput(spec.path), bytes, `cut every ${size} bytes`);
    assert.match(readRecording(spec.path), /🙂/);
  }
});

test('random bytes come out as they went in, from a terminal and from pipes', async () => {
  const bytes = randomBytes(700_000);
  const cast = specOf({ path: join(folder, 'cast') });
  const terminalRecorder = await openRecorder(cast, shell, neverBroken);
  const pipes = specOf({ path: join(folder, 'pipes') });
  const pipeRecorder = await openRecorder(pipes, command, neverBroken);
  for (let at = 0; at < bytes.length; at += 30_011) {
    const part = bytes.subarray(at, at + 30_011);
    await terminalRecorder.output('stdout', part);
    await pipeRecorder.output(at % 2 === 0 ? 'stdout' : 'stderr', part);
  }
  await terminalRecorder.end(exited);
  await pipeRecorder.end(exited);
  assert.deepEqual(recordedOutput(cast.path), bytes);
  const records = recordedLines<StreamsRecord>(pipes.path).slice(1, -1);
  const all = records.map((record) =>
    'base64' in record
      ? Buffer.from(record.base64, 'base64')
      : Buffer.from('data' in record ? record.data : ''),
  );
  assert.equal(Buffer.concat(all).length, bytes.length);
});

test('pipes are recorded as records of JSON that end with the hash and length of each stream', async () => {
  const spec = specOf();
  const recorder = await openRecorder(spec, command, neverBroken);
  await recorder.output('stdout', Buffer.from('out'));
  await recorder.output('stderr', Buffer.from([0xff, 0x00]));
  recorder.input(Buffer.from('sesame'));
  await recorder.end({ end: 'exited', exitCode: 3, signal: null });
  const [header, out, err, closing, ...rest] = recordedLines<object>(spec.path);
  assert.partialDeepStrictEqual(header, {
    recording: 'rig-streams',
    version: 1,
    about: { session: 'ses_1' },
  });
  assert.partialDeepStrictEqual(out, { stream: 'stdout', data: 'out' });
  assert.partialDeepStrictEqual(err, { stream: 'stderr', base64: '/wA=' });
  const { t, ...end } = closing as StreamsClosing;
  assert.ok(t >= 0);
  assert.deepEqual(end, {
    end: 'exited',
    exitCode: 3,
    signal: null,
    truncated: false,
    streams: {
      stdin: { bytes: 6, recordedBytes: 0, sha256: null },
      stdout: { bytes: 3, recordedBytes: 3, sha256: sha256(Buffer.from('out')) },
      stderr: { bytes: 2, recordedBytes: 2, sha256: sha256(Buffer.from([0xff, 0x00])) },
    },
  });
  assert.deepEqual(rest, []);
  assert.doesNotMatch(readRecording(spec.path), /sesame/);
});

test('what is typed is recorded where that was asked for', async () => {
  const spec = specOf({ input: true });
  const recorder = await openRecorder(spec, shell, neverBroken);
  recorder.input(Buffer.from('ls\r'));
  await recorder.end(exited);
  assert.deepEqual(recordedLines<[number, string, string]>(spec.path)[1]?.slice(1), ['i', 'ls\r']);
});

test('while it is written it can be read up to about a second ago', async () => {
  const spec = specOf();
  const recorder = await openRecorder(spec, shell, neverBroken);
  await recorder.output('stdout', Buffer.from('so far'));
  await until('the block', () => readRecording(spec.path).includes('so far') || null);
  assert.equal(recorder.report.sha256, null);
  assert.equal(recorder.report.bytes, statSync(spec.path).size);
  await recorder.end(exited);
});

test('at its size limit it stops, says so, and the session goes on unless it must be recorded', async () => {
  for (const required of [false, true]) {
    const reasons: string[] = [];
    const spec = specOf({ path: join(folder, `capped-${required}`), maxBytes: 400_000, required });
    const recorder = await openRecorder(spec, command, (reason) => reasons.push(reason));
    const bytes = randomBytes(64 * 1024);
    for (let round = 0; round < 100; round += 1) await recorder.output('stdout', bytes);
    recorder.marker('nobody will know');
    const report = await recorder.end(exited);
    assert.equal(report.truncated, true);
    assert.ok(report.bytes > 200_000 && report.bytes < 402_000, `${report.bytes} bytes`);
    assert.equal(report.sha256, sha256(readFileSync(spec.path)));
    assert.equal(reasons.length, required ? 1 : 0);
    const text = readRecording(spec.path);
    assert.match(text, /size limit/);
    assert.doesNotMatch(text, /nobody will know/);
    const closing = recordedLines<StreamsClosing>(spec.path).at(-1);
    const { bytes: all, recordedBytes, sha256: hash } = closing?.streams.stdout ?? assert.fail();
    assert.equal(all, 100 * bytes.length);
    assert.ok(recordedBytes > 0 && recordedBytes < all);
    const kept = Buffer.concat(Array.from({ length: 100 }, () => bytes)).subarray(0, recordedBytes);
    assert.equal(hash, sha256(kept));
  }
});

test('a recording that cannot be made refuses a session that must be recorded, and no other', async () => {
  writeFileSync(join(folder, 'file'), '');
  const path = join(folder, 'file', 'ses_1');
  await assert.rejects(openRecorder(specOf({ path, required: true }), shell, neverBroken), {
    code: 'recording_failed',
  });
  const recorder = await openRecorder(specOf({ path }), shell, neverBroken);
  assert.equal(recorder.output('stdout', Buffer.from('x')), undefined);
  const report = await recorder.end(exited);
  assert.match(report.failure ?? '', /EEXIST|ENOTDIR/);
  assert.equal(report.sha256, null);
});

test('a recording is never written over', async () => {
  const spec = specOf({ required: true });
  mkdirSync(join(folder, 'recordings'));
  writeFileSync(spec.path, 'evidence');
  await assert.rejects(openRecorder(spec, shell, neverBroken), { code: 'recording_failed' });
  assert.equal(readFileSync(spec.path, 'utf8'), 'evidence');
});

test('what a dead supervisor left is whole up to its last block', async () => {
  const spec = specOf();
  const recorder = await openRecorder(spec, shell, neverBroken);
  await recorder.output('stdout', Buffer.from('kept'));
  await until('the block', () => readRecording(spec.path).includes('kept') || null);
  const whole = readFileSync(spec.path);
  // Half a block behind it, as a kill in the middle of a write leaves.
  appendFileSync(spec.path, whole.subarray(0, 40));
  const report = await recoverRecording(spec.path);
  assert.deepEqual(readFileSync(spec.path), whole);
  assert.deepEqual(report, {
    path: spec.path,
    bytes: whole.length,
    sha256: sha256(whole),
    truncated: false,
    failure: null,
  });
  truncateSync(spec.path, 5);
  assert.equal((await recoverRecording(spec.path)).bytes, 0);
  assert.equal((await recoverRecording(join(folder, 'none'))).failure, 'The file is gone.');
  await recorder.end(exited);
});

test('a program that floods is held back, and memory stays bounded', async () => {
  const recorder = await openRecorder(specOf(), command, neverBroken);
  const bytes = randomBytes(64 * 1024);
  let waits = 0;
  let most = 0;
  for (let round = 0; round < 300; round += 1) {
    const room = recorder.output('stdout', bytes);
    most += bytes.length;
    if (room === undefined) continue;
    assert.ok(most <= 2.4 * 1024 * 1024, `${most} bytes were taken without a pause`);
    waits += 1;
    most = 0;
    await room;
    most = 1024 * 1024;
  }
  assert.ok(waits > 0);
  await recorder.end(exited);
});

test('the tool of Zstandard reads it', { skip: !hasZstd() }, async () => {
  const spec = specOf();
  const recorder = await openRecorder(spec, shell, neverBroken);
  await recorder.output('stdout', Buffer.from('hello'));
  await recorder.end(exited);
  assert.equal(execFileSync('zstd', ['-dc', spec.path]).toString(), readRecording(spec.path));
});

function hasZstd(): boolean {
  try {
    execFileSync('zstd', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
