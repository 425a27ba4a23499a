import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { accepted, program, startPlatform } from '../testing/test-platform.ts';
import { CapturingSink } from './byte-sink.ts';
import { type ProgramRun, runProgram } from './run-program.ts';

function makeRun(options: Partial<ProgramRun> = {}): ProgramRun & { signals: EventEmitter } {
  return {
    params: { app: 'a', argv: ['x'] },
    stdin: null,
    stdout: new CapturingSink(1000),
    stderr: new CapturingSink(1000),
    signal: new AbortController().signal,
    ...options,
    signals: new EventEmitter(),
  };
}

test('signals go to the program, whose exit code counts', async (t) => {
  const started = Promise.withResolvers<void>();
  const platform = await startPlatform(
    t,
    program(async (channel, write) => {
      await write(1, Buffer.from('ready'));
      return await new Promise<number>((resolve) => {
        channel.onControl = (message) => {
          assert.deepEqual(message, { type: 'signal', signal: 'SIGTERM' });
          resolve(143);
        };
      });
    }),
  );
  const run = makeRun({
    stdout: {
      take: () => {
        started.resolve();
        return Promise.resolve();
      },
    },
  });
  const running = runProgram(platform.client, run);
  await started.promise;
  run.signals.emit('SIGTERM');
  assert.equal((await running).exitCode, 143);
  assert.deepEqual(run.signals.eventNames(), []);
});

test('a second Ctrl-C ends the session of a program that ignores the first', async (t) => {
  const seen: unknown[] = [];
  const heard = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<string | undefined>();
  const platform = await startPlatform(t, (request) => {
    const channel = request.accept(accepted);
    channel.onControl = (message) => {
      seen.push(message);
      heard.resolve();
    };
    void channel.write(1, Buffer.from('ready'));
    void channel.closed.then((error) => closed.resolve(error?.code));
  });
  const ready = Promise.withResolvers<void>();
  const run = makeRun({
    stdout: {
      take: () => {
        ready.resolve();
        return Promise.resolve();
      },
    },
  });
  const running = runProgram(platform.client, run);
  await ready.promise;
  run.signals.emit('SIGINT');
  await heard.promise;
  run.signals.emit('SIGINT');
  await assert.rejects(running, { code: 'interrupted', exitCode: 130 });
  assert.equal(await closed.promise, 'interrupted');
  assert.equal(seen.length, 1);
});

test('a signal before the program has started gives up, with the exit code of the signal', async (t) => {
  const asked = Promise.withResolvers<void>();
  const platform = await startPlatform(t, () => asked.resolve());
  const run = makeRun();
  const running = runProgram(platform.client, run);
  await asked.promise;
  run.signals.emit('SIGTERM');
  await assert.rejects(running, { code: 'interrupted', exitCode: 143 });
});

test('a stalled stdout stops the program, and nothing is lost', async (t) => {
  let written = 0;
  const total = 64 * 100_000;
  const flood = program(async (_, write) => {
    for (let i = 0; i < 64; i += 1) {
      await write(1, Buffer.alloc(100_000));
      written += 100_000;
    }
    return 0;
  });
  const platform = await startPlatform(t, (request) => {
    if (request.kind === 'command') flood(request);
    else request.accept();
  });
  const gate = Promise.withResolvers<void>();
  let taken = 0;
  const stalled = Promise.withResolvers<void>();
  const run = makeRun({
    stdout: {
      take: async (bytes) => {
        stalled.resolve();
        await gate.promise;
        taken += bytes.length;
      },
    },
  });
  const connection = await platform.client.connect();
  const running = runProgram(platform.client, run);
  await stalled.promise;
  // Another channel's round trip proves that everything the program could send was sent.
  for (let i = 0; i < 20; i += 1) {
    const other = connection.open('probe', {});
    await other.accepted;
    other.close();
  }
  assert.ok(written < 1_000_000, `${written} bytes were taken from the program`);
  gate.resolve();
  await running;
  assert.equal(taken, total);
});

test('stdin goes on as it comes, and its end arrives', async (t) => {
  const platform = await startPlatform(
    t,
    program(async (channel, write) => {
      for await (const chunk of channel.read(0)) await write(1, chunk);
      return 0;
    }),
  );
  const stdin = new PassThrough();
  const echoed = Promise.withResolvers<string>();
  const run = makeRun({
    stdin,
    stdout: {
      take: (bytes) => {
        echoed.resolve(Buffer.from(bytes).toString());
        return Promise.resolve();
      },
    },
  });
  const running = runProgram(platform.client, run);
  stdin.write('first');
  assert.equal(await echoed.promise, 'first');
  stdin.end('last');
  assert.equal((await running).stdoutBytes, 9);
});

test('stdin that cannot be read ends the session: cut input must not look whole', async (t) => {
  const closed = Promise.withResolvers<string | undefined>();
  const platform = await startPlatform(t, (request) => {
    void request.accept(accepted).closed.then((error) => closed.resolve(error?.code));
  });
  const broken = Object.assign(new Error('illegal operation on a directory'), { code: 'EISDIR' });
  const stdin = new Readable({
    read() {
      this.destroy(broken);
    },
  });
  const running = runProgram(platform.client, makeRun({ stdin }));
  await assert.rejects(running, { code: 'invalid_input', message: /EISDIR/ });
  assert.equal(await closed.promise, 'invalid_input');
});
