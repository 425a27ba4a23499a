import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { StreamsClosing } from '@rig-ops/contract/recording';
import type { RecordingSpec, SessionReport } from '@rig-ops/contract/supervisor-sessions';
import type { Channel } from '@rig-ops/wire';
import { readRecording, recordedLines, recordedOutput } from '../testing/read-recording.ts';
import { TestSupervisor } from '../testing/test-supervisor.ts';
import { until } from '../testing/until.ts';

const terminal = { columns: 80, rows: 24, term: 'xterm-256color' };

let supervisor: TestSupervisor;
before(async () => {
  supervisor = new TestSupervisor();
  await supervisor.start();
});
after(() => supervisor.close());

const specOf = (name: string, change: Partial<RecordingSpec> = {}): RecordingSpec => ({
  path: join(supervisor.layout.recordings, name),
  maxBytes: 1e8,
  input: false,
  required: false,
  ...change,
});

async function all(channel: Channel, stream = 1): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const bytes of channel.read(stream)) chunks.push(Buffer.from(bytes));
  return Buffer.concat(chunks);
}

const ended = async (id: string): Promise<SessionReport> =>
  await until(`the end of ${id}`, async () => {
    const report = (await supervisor.sessions()).find(({ spec }) => spec.id === id);
    return report?.state === 'ended' ? report : null;
  });

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

test('a terminal is recorded as it was seen, and its end says what the file hashes to', async () => {
  const recording = specOf('ses_terminal');
  const script = 'stty -echo; printf ready; read -r secret; printf "grün \\377 %s" "${#secret}"; exit 3';
  const channel = await supervisor.begin(['sh', '-c', script], { id: 'ses_terminal', terminal, recording });
  assert.equal(((await channel.accepted) as { recorded: boolean }).recorded, true);
  channel.control({ type: 'resize', columns: 100, rows: 30 });
  const chunks: Buffer[] = [];
  for await (const bytes of channel.read(1)) {
    // Nothing is echoed from here on.
    if (chunks.push(Buffer.from(bytes)) === 1) await channel.write(0, Buffer.from('sesame\r'));
  }
  const output = Buffer.concat(chunks);
  const report = await ended('ses_terminal');
  assert.deepEqual(recordedOutput(recording.path), output);
  assert.equal(report.recording?.sha256, hashOf(recording.path));
  const events = recordedLines<[number, string, string]>(recording.path).slice(1);
  assert.ok(events.some(([, code, data]) => code === 'r' && data === '100x30'));
  assert.deepEqual(events.at(-1)?.slice(1), ['x', '3']);
  assert.doesNotMatch(readRecording(recording.path), /sesame/);
});

test('what a command printed is recorded to the byte, however fast it came', async () => {
  const recording = specOf('ses_pipes');
  const script = 'cat >/dev/null; head -c 20000000 /dev/urandom; printf err >&2';
  const argv = ['sh', '-c', script];
  const channel = await supervisor.begin(argv, { id: 'ses_pipes', recording });
  await channel.write(0, Buffer.from('sesame'));
  channel.end(0);
  const [output] = await Promise.all([all(channel), all(channel, 2)]);
  await ended('ses_pipes');
  const closing = recordedLines<StreamsClosing>(recording.path).at(-1);
  assert.deepEqual(closing?.streams.stdout, {
    bytes: 20_000_000,
    recordedBytes: 20_000_000,
    sha256: createHash('sha256').update(output).digest('hex'),
  });
  assert.equal(closing.streams.stderr.bytes, 3);
  assert.equal(closing.streams.stdin.bytes, 6);
});

test('who came and went is in it', async () => {
  const recording = specOf('ses_visited');
  const channel = await supervisor.begin(['cat'], { id: 'ses_visited', recording, detach: true });
  await channel.accepted;
  const visitor = (await supervisor.connect()).open('session-attach', {
    session: 'ses_visited',
    client: { id: 'cli_bob', user: 'bob', address: 'local' },
    mode: 'read',
    steal: false,
    from: null,
    terminal: null,
  });
  await visitor.accepted;
  visitor.close();
  await until('bob to be gone', async () => {
    const report = (await supervisor.sessions()).find(({ spec }) => spec.id === 'ses_visited');
    return report?.clients.length === 1 || null;
  });
  channel.end(0);
  await ended('ses_visited');
  const text = readRecording(recording.path);
  assert.match(text, /"marker":"bob came to watch"/);
  assert.match(text, /"marker":"bob left"/);
});

test('one that must be recorded does not begin when it cannot be', async () => {
  const started = join(supervisor.home, 'started');
  writeFileSync(join(supervisor.home, 'file'), '');
  const recording = specOf('x', { path: join(supervisor.home, 'file', 'ses'), required: true });
  const channel = await supervisor.begin(['touch', started], { id: 'ses_required', recording });
  await assert.rejects(channel.accepted, { code: 'recording_failed' });
  assert.equal(existsSync(started), false);
  assert.deepEqual(
    (await supervisor.sessions()).filter(({ spec }) => spec.id === 'ses_required'),
    [],
  );
});

test('one that must be recorded ends when it cannot be any more', async () => {
  const recording = specOf('ses_capped', { required: true, maxBytes: 300_000 });
  const argv = ['sh', '-c', 'cat /dev/urandom'];
  const channel = await supervisor.begin(argv, { id: 'ses_capped', recording });
  await all(channel);
  const { end, recording: told } = await ended('ses_capped');
  assert.equal(end, 'unrecorded');
  assert.equal(told?.truncated, true);
});

test('a program that could not be started leaves no recording', async () => {
  const recording = specOf('ses_none');
  const channel = await supervisor.begin(['/no/such/program'], { id: 'ses_none', recording });
  await assert.rejects(channel.accepted, { code: 'remote_not_started' });
  assert.equal(existsSync(recording.path), false);
});

test('what a killed supervisor has recorded is closed by the next one, with its hash', async () => {
  const recording = specOf('ses_killed');
  const argv = ['sh', '-c', 'echo before; exec sleep 60'];
  const channel = await supervisor.begin(argv, { id: 'ses_killed', terminal, recording });
  await channel.accepted;
  await until('a block', () => readRecording(recording.path).includes('before') || null);
  await supervisor.kill();
  await supervisor.start();
  const report = await ended('ses_killed');
  assert.equal(report.end, 'abandoned');
  assert.equal(report.recording?.sha256, hashOf(recording.path));
  assert.equal(report.recording.bytes, readFileSync(recording.path).length);
  assert.match(readRecording(recording.path), /before/);
});
