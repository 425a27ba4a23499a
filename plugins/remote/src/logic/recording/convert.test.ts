import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBlocks } from '@rig-ops/wire/recording';
import { about, castHead, inChunks, recordingOf } from '../../testing/make-recording.ts';
import { convert, type Format } from './convert.ts';

const written = async (recording: Buffer, format: Format, size?: number): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const part of convert(readBlocks(inChunks(recording, size)), format)) parts.push(part);
  return Buffer.concat(parts);
};
const lines = async (recording: Buffer, format: Format): Promise<unknown[]> =>
  (await written(recording, format))
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => JSON.parse(line) as unknown);

const shell = recordingOf(
  [...castHead(100, 30), [0.5, 'o', '$ '], [1, 'i', 'ls\r']],
  [
    [0.25, 'o', 'l\b\u001B[Kls\r\n\u001B[32mfile\u001B[0m\r\n'],
    [1, 'm', 'bob attached'],
    [0, 'r', '80x24'],
    '# rig {"bytes":"/wA="}',
    [0.1, 'o', '\uFFFD\u0000'],
    [0.0001, 'x', '3'],
  ],
);
const pipes = recordingOf([
  { recording: 'rig-streams', version: 1, about },
  { t: 0.1, stream: 'stdout', data: 'one\ntwo\n' },
  { t: 0.2, stream: 'stderr', base64: '/wA=' },
  { t: 0.3, end: 'exited', exitCode: 0, signal: null, truncated: false, streams: {} },
]);

test('a terminal in asciicast 3 is what lies there, with the notes that keep its bytes', async () => {
  const text = (await written(shell, 'asciicast-v3')).toString();
  assert.match(text, /^\{"version":3,"term":\{"cols":100,"rows":30/);
  assert.ok(text.includes('\n# rig {"bytes":"/wA="}\n[0.1,"o","\uFFFD\\u0000"]\n[0.0001,"x","3"]\n'));
});

test('asciicast 2 counts from the beginning, and has no event for the exit', async () => {
  const [header, ...events] = await lines(shell, 'asciicast-v2');
  assert.deepEqual(header, {
    version: 2,
    width: 100,
    height: 30,
    timestamp: 1_795_687_200,
    command: 'bash',
    title: 'shop web.1 ses_1',
    env: { TERM: 'xterm-256color' },
  });
  assert.deepEqual(events, [
    [0.5, 'o', '$ '],
    [1.5, 'i', 'ls\r'],
    [1.75, 'o', 'l\b\u001B[Kls\r\n\u001B[32mfile\u001B[0m\r\n'],
    [2.75, 'm', 'bob attached'],
    [2.75, 'r', '80x24'],
    [2.85, 'o', '\uFFFD\u0000'],
  ]);
});

test('raw is what the program printed, to the byte; text is what a person saw', async () => {
  assert.deepEqual(
    await written(shell, 'raw'),
    Buffer.concat([Buffer.from('$ l\b\u001B[Kls\r\n\u001B[32mfile\u001B[0m\r\n'), Buffer.from([0xff, 0x00])]),
  );
  assert.equal((await written(shell, 'text')).toString(), '$ ls\nfile\n\uFFFD\n');
});

test('a terminal as records has times from the beginning', async () => {
  const [header, ...records] = await lines(shell, 'ndjson');
  assert.partialDeepStrictEqual(header, {
    recording: 'rig-terminal',
    terminal: { columns: 100, rows: 30, term: 'xterm-256color' },
  });
  assert.deepEqual(records.at(-2), { t: 2.85, stream: 'stdout', base64: '/wA=' });
  assert.deepEqual(records.at(-1), { t: 2.8501, exitCode: 3 });
});

test('pipes as records are what lies there; as asciicast their lines begin at the left edge', async () => {
  assert.deepEqual((await lines(pipes, 'ndjson')).slice(1, 3), [
    { t: 0.1, stream: 'stdout', data: 'one\ntwo\n' },
    { t: 0.2, stream: 'stderr', base64: '/wA=' },
  ]);
  assert.deepEqual(await lines(pipes, 'asciicast-v3'), [
    {
      version: 3,
      term: { cols: 80, rows: 24 },
      timestamp: 1_795_687_200,
      command: 'bash',
      title: 'shop web.1 ses_1',
    },
    [0.1, 'o', 'one\r\ntwo\r\n'],
    [0.1, 'o', '\uFFFD\u0000'],
    [0.1, 'x', '0'],
  ]);
  assert.deepEqual(
    await written(pipes, 'raw'),
    Buffer.concat([Buffer.from('one\ntwo\n'), Buffer.from([0xff, 0])]),
  );
});

test('a recording is read in whatever pieces it comes, up to its last whole block', async () => {
  const whole = await written(shell, 'asciicast-v3');
  assert.deepEqual(await written(shell, 'asciicast-v3', 1), whole);
  const cut = await written(shell.subarray(0, -3), 'raw');
  assert.equal(cut.toString(), '$ ');
});

test('what is no recording is said to be none', async () => {
  await assert.rejects(written(Buffer.alloc(100, 'x'), 'text'), { code: 'recording_unreadable' });
  await assert.rejects(written(recordingOf(['{"version":9}']), 'text'), { code: 'recording_unreadable' });
  const broken = Buffer.from(shell);
  broken.fill(0x55, 20, 60);
  await assert.rejects(written(broken, 'text'), { code: 'recording_unreadable' });
});
