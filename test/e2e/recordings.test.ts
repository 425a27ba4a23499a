import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AuditEvent, Session } from '@rig-ops/contract/resources';
import { describe, until, User } from '../support/rig.ts';

let user: User;
before(async () => {
  user = new User();
  await user.json(['deploy', user.example('hello-node'), '--yes']);
});
after(() => user.close());

/** Runs a program that is recorded, and answers its session once that has ended. */
async function record(script: string, options: string[] = [], stdin = ''): Promise<Session> {
  const args = ['command', 'hello-node', '--record', ...options, '-o', 'json', '--', 'sh', '-c', script];
  const outcome = await user.run(args, { stdin });
  const { session } = JSON.parse(outcome.stdout) as { session?: string };
  assert.ok(session !== undefined, describe(args, outcome));
  return await ended(session);
}

const inApp = (...argv: string[]) => ['command', 'hello-node', '--record', '--', ...argv];

const get = async (session: string): Promise<Session> =>
  await user.json<Session & Record<string, unknown>>(['api', 'GET', `/v1/sessions/${session}`]);

const ended = async (session: string): Promise<Session> =>
  await until(`the end of ${session}`, async () => {
    const found = await get(session);
    return found.state === 'ended' && found.recording?.state !== 'recording' ? found : null;
  });

const auditOf = async (session: string): Promise<AuditEvent[]> =>
  (await user.json<{ events: AuditEvent[] }>(['audit', 'list', '--session', session])).events;

const folder = () => join(user.home, 'platform', 'recordings');
const fileOf = (session: string): string => {
  const name = readdirSync(folder()).find((each) => each.startsWith(session));
  return join(folder(), name ?? assert.fail(`no recording of ${session}`));
};
const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Files below a folder that hold a text. */
function filesWith(text: string, root: string): string[] {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map(({ name, parentPath }) => join(parentPath, name))
    .filter((path) => readFileSync(path).includes(text));
}

test('a command is recorded, exported to the byte, and replayed as text; its hash is in the audit log', async () => {
  const script = 'printf "gr\\303\\274n\\n\\377\\n"; echo to stderr >&2; exit 3';
  const session = await record(script);
  const file = fileOf(session.id);
  assert.equal(statSync(folder()).mode & 0o777, 0o700);
  assert.partialDeepStrictEqual(session.recording, { state: 'kept', sha256: hashOf(file), truncated: false });
  const events = await auditOf(session.id);
  assert.deepEqual(events.map(({ action, result }) => `${action} ${result}`).toReversed(), [
    'session.start started',
    'session.end succeeded',
  ]);
  assert.partialDeepStrictEqual(events[0]?.details, {
    session: session.id,
    exitCode: 3,
    end: 'exited',
    recording: { sha256: hashOf(file) },
  });
  const out = join(user.sources, 'out.raw');
  const exported = await user.json(['sessions', 'export', session.id, '--format', 'raw', '-f', out]);
  assert.equal(exported['recordingSha256'], hashOf(file));
  assert.equal(readFileSync(out).toString('latin1'), 'gr\u00C3\u00BCn\n\u00FF\nto stderr\n');
  assert.equal(statSync(out).mode & 0o777, 0o600);
  await user.fails(['sessions', 'export', session.id, '-f', out], 'invalid_input', 3);
  const { stdout } = await user.run(['sessions', 'replay', session.id]);
  assert.equal(stdout, 'grün\n\uFFFD\nto stderr\n');
  assert.ok(
    (await auditOf(session.id)).some(
      ({ action, details }) => action === 'session.replay' && details['purpose'] === 'export',
    ),
  );
});

test('what is typed, the values of variables and masked arguments are nowhere in the state of the platform', async () => {
  const secrets = ['typed-sesame', 'variable-sesame', 'argument-sesame'];
  const [typed = '', variable = '', argument = ''] = secrets;
  const script = 'cat >/dev/null; sleep 0.2; echo done';
  await record(`${script}; : --password=${argument}`, ['--env', `PIN=${variable}`], `${typed}\n`);
  for (const secret of secrets) assert.deepEqual(filesWith(secret, user.home), [], secret);
});

test('one that was altered, or removed, is not handed out', async () => {
  const { id } = await record('echo hello');
  const file = fileOf(id);
  const bytes = readFileSync(file);
  bytes[bytes.length - 6] = (bytes.at(-6) ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const args = ['sessions', 'export', id, '-f', join(user.sources, 'altered.cast')];
  await user.fails(args, 'recording_altered', 7);
  assert.equal(existsSync(join(user.sources, 'altered.cast')), false);
  rmSync(file);
  await user.fails(args, 'recording_altered', 7);
  await user.fails(['sessions', 'export', 'ses_unknown', '-f', 'x'], 'session_not_found', 6);
  const unrecorded = await startedBy('true');
  await user.fails(['sessions', 'export', unrecorded, '-f', 'x'], 'recording_not_found', 6);
});

/** Id of the session of a program that is run without asking for a recording. */
async function startedBy(...argv: string[]): Promise<string> {
  const args = ['command', 'hello-node', '-o', 'json', '--', ...argv];
  const outcome = await user.run(args);
  const { session } = JSON.parse(outcome.stdout) as { session?: string };
  return session ?? assert.fail(describe(args, outcome));
}

test('what must be recorded is, without being asked; where it cannot be, nothing is started', async () => {
  await user.json(['access', 'policy', 'set', 'app/hello-node', '--recording', 'required']);
  try {
    const session = await startedBy('echo', 'kept');
    assert.equal((await ended(session)).recording?.state, 'kept');
    renameSync(folder(), `${folder()}.away`);
    writeFileSync(folder(), '');
    try {
      await user.fails(['command', 'hello-node', '--shell', 'true'], 'recording_failed', 1);
    } finally {
      rmSync(folder());
      renameSync(`${folder()}.away`, folder());
    }
  } finally {
    await user.json(['access', 'policy', 'set', 'app/hello-node', '--recording', 'off']);
  }
});

test('a session that ends while rigd is dead is closed once, with its recording, when rigd is back', async () => {
  const child = user.spawn(inApp('sh', '-c', 'echo begun; sleep 1; echo over'));
  if (child.stdout !== null) await once(child.stdout, 'data');
  const { sessions } = await user.json<{ sessions: Session[] }>(['api', 'GET', '/v1/sessions']);
  const running = sessions[0] ?? assert.fail('no session runs');
  process.kill(user.platformFile<{ pid: number }>('platform.json').pid, 'SIGKILL');
  const session = await ended(running.id);
  child.kill('SIGKILL');
  assert.equal(session.recording?.sha256, hashOf(fileOf(session.id)));
  const ends = (await auditOf(session.id)).filter(({ action }) => action === 'session.end');
  assert.equal(ends.length, 1);
  assert.match((await user.run(['sessions', 'replay', session.id])).stdout, /^begun\nover\n$/);
});

test('a session whose supervisor dies is closed as abandoned, with what was recorded', async () => {
  const child = user.spawn(inApp('sh', '-c', 'echo begun; sleep 600'));
  const running = await until('a block', async () => {
    const { sessions } = await user.json<{ sessions: Session[] }>(['api', 'GET', '/v1/sessions']);
    const [session] = sessions;
    if (session === undefined) return null;
    const { stdout } = await user.run(['sessions', 'replay', session.id]);
    return stdout === 'begun\n' ? session : null;
  });
  process.kill(user.platformFile<{ pid: number }>('supervisor.json').pid, 'SIGKILL');
  child.kill('SIGKILL');
  await user.run(['platform', 'start']);
  const session = await ended(running.id);
  assert.equal(session.end, 'abandoned');
  assert.equal(session.recording?.sha256, hashOf(fileOf(session.id)));
  assert.partialDeepStrictEqual(
    (await auditOf(session.id)).find(({ action }) => action === 'session.end'),
    {
      result: 'failed',
      details: { end: 'abandoned', recording: { sha256: session.recording.sha256 } },
    },
  );
  assert.equal((await user.run(['sessions', 'replay', session.id])).stdout, 'begun\n');
});
