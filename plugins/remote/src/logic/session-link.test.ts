import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { SessionNotice } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import { type SessionServer, startSessionServer } from '../testing/session-server.ts';
import { CapturingSink } from './byte-sink.ts';
import { type LinkStatus, SessionLink, type SessionLinkOptions } from '@rig-ops/wire/session-link';

function link(server: SessionServer, options: Partial<SessionLinkOptions> = {}): SessionLink {
  return new SessionLink({
    connect: () => server.client.connect(),
    opening: { kind: 'command', params: { app: 'a', argv: ['x'] } },
    stdout: new CapturingSink(1e9),
    stderr: new CapturingSink(1e9),
    ...options,
  });
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('input and output are exact over many cuts of the connection', async (t) => {
  const server = await startSessionServer(t, async (io) => {
    let count = 0;
    for await (const chunk of io.stdin) {
      await io.write(1, chunk);
      count += chunk.length;
      if (count % 3 === 0) await io.write(2, chunk.subarray(0, 10));
    }
    return 7;
  });
  let took = 0;
  let cutAt = 100_000;
  let cuts = 0;
  const stdout = new CapturingSink(1e9);
  const statuses: LinkStatus['state'][] = [];
  const running = link(server, {
    stdout: {
      take: async (bytes) => {
        took += bytes.length;
        await stdout.take(bytes);
        if (took < cutAt) return;
        cutAt = took + 20_000 + Math.floor(Math.random() * 150_000);
        cuts += 1;
        server.cut();
      },
    },
    onStatus: ({ state }) => statuses.push(state),
  });
  const input = randomBytes(6_000_000);
  for (let at = 0; at < input.length; at += 9973) await running.write(input.subarray(at, at + 9973));
  running.end();
  const outcome = await running.outcome;
  assert.ok('exitCode' in outcome);
  assert.equal(outcome.exitCode, 7);
  assert.equal(sha256(stdout.bytes), sha256(input));
  assert.ok(cuts > 20, `${cuts} cuts`);
  assert.ok(statuses.length >= cuts, statuses.join(' '));
  assert.equal(statuses.at(-1), 'back');
});

test('what is written while there is no connection arrives once, in order, with its end', async (t) => {
  const server = await startSessionServer(t, async (io) => {
    for await (const chunk of io.stdin) await io.write(1, chunk);
    return 0;
  });
  const stdout = new CapturingSink(1e6);
  const lost = Promise.withResolvers<void>();
  const running = link(server, { stdout, onStatus: ({ state }) => state === 'lost' && lost.resolve() });
  await running.accepted;
  await running.write(Buffer.from('one '));
  server.setDeaf(true);
  server.cut();
  await lost.promise;
  await running.write(Buffer.from('two '));
  await running.write(Buffer.from('three'));
  running.control({ type: 'signal', signal: 'SIGUSR1' });
  running.end();
  const heard = new Promise((resolve) => {
    const [session] = server.sessions;
    assert.ok(session);
    session.onControl = resolve;
  });
  server.setDeaf(false);
  assert.ok('exitCode' in (await running.outcome));
  assert.equal(stdout.bytes.toString(), 'one two three');
  assert.deepEqual(await heard, { type: 'signal', signal: 'SIGUSR1' });
});

test('a program that reads nothing holds the writer back', async (t) => {
  const server = await startSessionServer(t, () => new Promise(() => undefined));
  const running = link(server);
  running.outcome.catch(() => undefined);
  await running.accepted;
  let written = 0;
  const chunk = Buffer.alloc(50_000);
  const flood = (async () => {
    for (let i = 0; i < 1000; i += 1) {
      await running.write(chunk);
      written += chunk.length;
    }
  })();
  const calm = new Promise<void>((resolve) => {
    let before = -1;
    const look = setInterval(() => {
      if (before === written) {
        clearInterval(look);
        resolve();
      }
      before = written;
    }, 200);
  });
  await calm;
  assert.ok(written < 3_000_000, `${written}`);
  running.close(new RigError('interrupted', 'Enough.'));
  await flood;
});

test('a sink that stalls over a cut gets what comes next behind what it has', async (t) => {
  const total = 3_000_000;
  const server = await startSessionServer(t, async (io) => {
    for (let i = 0; i < total / 10_000; i += 1) await io.write(1, Buffer.alloc(10_000, i % 251));
    return 0;
  });
  const gate = Promise.withResolvers<void>();
  const stalled = Promise.withResolvers<void>();
  const stdout = new CapturingSink(1e9);
  const back = Promise.withResolvers<void>();
  const running = link(server, {
    stdout: {
      take: async (bytes) => {
        stalled.resolve();
        await gate.promise;
        await stdout.take(bytes);
      },
    },
    onStatus: ({ state }) => state === 'back' && back.resolve(),
  });
  await stalled.promise;
  server.cut();
  await back.promise;
  gate.resolve();
  await running.outcome;
  const expected = Buffer.concat(
    Array.from({ length: total / 10_000 }, (_, i) => Buffer.alloc(10_000, i % 251)),
  );
  assert.equal(sha256(stdout.bytes), sha256(expected));
});

test('a session that has gone meanwhile is 255, and how to find out is told', async (t) => {
  const server = await startSessionServer(t, () => new Promise(() => undefined));
  const running = link(server);
  await running.accepted;
  server.refusal = new RigError('not_found', 'There is no such session.');
  server.cut();
  await assert.rejects(running.outcome, {
    code: 'remote_connection_lost',
    exitCode: 255,
    hint: /rig sessions attach ses_1/,
    details: { origin: 'rig', session: 'ses_1', instance: 'web.1' },
  });
});

test('it gives up when the window is over', async (t) => {
  const server = await startSessionServer(t, () => new Promise(() => undefined), { reconnectSeconds: 1 });
  const running = link(server);
  await running.accepted;
  server.setDeaf(true);
  server.cut();
  await assert.rejects(running.outcome, { code: 'remote_connection_lost' });
});

test('what refuses the session at first is told as it is', async (t) => {
  const server = await startSessionServer(t, () => new Promise(() => undefined));
  server.refusal = new RigError('not_permitted', 'You may not.');
  const running = link(server, { opening: { kind: 'attach', params: { session: 'ses_9' } } });
  await assert.rejects(running.accepted, { code: 'not_permitted' });
  await assert.rejects(running.outcome, { code: 'not_permitted' });
});

test('detaching leaves the session', async (t) => {
  const server = await startSessionServer(t, () => new Promise(() => undefined));
  const running = link(server);
  await running.accepted;
  running.control({ type: 'detach' });
  assert.deepEqual(await running.outcome, { left: 'detached' });
});

test('closing ends it with the reason, also while the connection is away', async (t) => {
  const server = await startSessionServer(t, () => new Promise(() => undefined));
  const lost = Promise.withResolvers<void>();
  const running = link(server, { onStatus: ({ state }) => state === 'lost' && lost.resolve() });
  await running.accepted;
  server.setDeaf(true);
  server.cut();
  await lost.promise;
  running.close(new RigError('interrupted', 'Enough.'));
  await assert.rejects(running.outcome, { code: 'interrupted' });
});

test('a gap is told where it is', async (t) => {
  const server = await startSessionServer(t, async (io) => {
    await io.write(1, Buffer.from('abc'));
    io.notify({ type: 'gap', stream: 'stdout', from: 3, to: 10 });
    await io.write(1, Buffer.from('kl'));
    io.notify({ type: 'ending', why: 'idle', seconds: 60 });
    return await new Promise(() => undefined);
  });
  const seen: (SessionNotice | string)[] = [];
  const told = Promise.withResolvers<void>();
  const see = (what: SessionNotice | string) => {
    seen.push(what);
    if (seen.length === 4) told.resolve();
  };
  const running = link(server, {
    stdout: { take: async (bytes) => see(Buffer.from(bytes).toString()) },
    onNotice: see,
  });
  running.outcome.catch(() => undefined);
  await told.promise;
  assert.deepEqual(
    seen.filter((each) => typeof each === 'string' || each.type === 'gap'),
    ['abc', { type: 'gap', stream: 'stdout', from: 3, to: 10 }, 'kl'],
  );
  running.close(new RigError('interrupted', 'Enough.'));
});
