import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { runCommand } from '@rig-ops/kit/harness';
import { accepted, collect, place, program, startPlatform } from '../testing/test-platform.ts';
import RunCommand from './command.ts';

test('streams, arguments and exit code are exact', async (t) => {
  const [stdin, stderr] = [randomBytes(700_000), randomBytes(300_001)];
  const platform = await startPlatform(
    t,
    program(async (channel, write) => {
      await Promise.all([
        write(2, stderr),
        (async () => {
          for await (const chunk of channel.read(0)) await write(1, chunk);
        })(),
      ]);
      return 255;
    }),
  );
  const argv = ['sh', '-c', 'echo "$1"', '--', '', ' a  b ', '-o', 'json', '--json', 'ü\n'];
  const run = await runCommand(RunCommand, ['hello', '--', ...argv], { ...platform, stdin });
  assert.equal(run.error, undefined);
  assert.equal(run.exitCode, 255);
  assert.equal(run.result, undefined);
  assert.ok(run.stdoutBytes.equals(stdin), `${run.stdoutBytes.length} bytes of stdout`);
  assert.deepEqual(platform.asked, [{ app: 'hello', argv }]);
});

test('process and instance are passed on, and exclude one another', async (t) => {
  const platform = await startPlatform(
    t,
    program(async () => 0),
  );
  await runCommand(RunCommand, ['hello', '-p', 'worker', '--', 'ls'], platform);
  await runCommand(RunCommand, ['hello', '--instance', 'web.2', '--', 'ls'], platform);
  assert.deepEqual(platform.asked, [
    { app: 'hello', argv: ['ls'], process: 'worker' },
    { app: 'hello', argv: ['ls'], instance: 'web.2' },
  ]);
  const both = await runCommand(RunCommand, ['x', '-p', 'web', '-i', 'web.1', '--', 'ls'], platform);
  assert.equal(both.exitCode, 2);
  assert.equal(platform.asked.length, 2);
});

test('the app is that of rig.toml when it is left out', async (t) => {
  const platform = await startPlatform(
    t,
    program(async () => 0),
  );
  await writeFile(join(platform.rigHome, 'rig.toml'), 'app = "from-toml"\n');
  const run = await runCommand(RunCommand, ['--', 'ls', '-l'], platform);
  assert.equal(run.exitCode, 0);
  assert.deepEqual(platform.asked, [{ app: 'from-toml', argv: ['ls', '-l'] }]);
});

test('without a program the usage is explained', async (t) => {
  const platform = await startPlatform(
    t,
    program(async () => 0),
  );
  for (const argv of [['hello', 'ls'], ['hello', '--'], []]) {
    const run = await runCommand(RunCommand, argv, platform);
    assert.equal(run.error?.code, 'usage');
    assert.equal(run.exitCode, 2);
    assert.match(run.error?.hint ?? '', / -- /);
  }
  assert.deepEqual(platform.asked, []);
});

test('--no-stdin gives an empty stdin', async (t) => {
  const platform = await startPlatform(
    t,
    program(async (channel) => (await collect(channel.read(0))).length),
  );
  const options = { ...platform, stdin: 'abc' };
  assert.equal((await runCommand(RunCommand, ['a', '--', 'wc'], options)).exitCode, 3);
  assert.equal((await runCommand(RunCommand, ['a', '--no-stdin', '--', 'wc'], options)).exitCode, 0);
});

test('a program that does not read its stdin ends all the same', async (t) => {
  const platform = await startPlatform(
    t,
    program(async () => 4),
  );
  const run = await runCommand(RunCommand, ['a', '--', 'true'], {
    ...platform,
    stdin: Buffer.alloc(5_000_000),
  });
  assert.equal(run.error, undefined);
  assert.equal(run.exitCode, 4);
});

test('what refuses the program keeps its code and the exit code of the table', async (t) => {
  const refusal = new RigError('app_not_found', 'There is no app nope.');
  const platform = await startPlatform(t, (request) => request.refuse(toErrorDocument(refusal)));
  const run = await runCommand(RunCommand, ['nope', '--', 'ls'], platform);
  assert.equal(run.error?.code, 'app_not_found');
  assert.equal(run.exitCode, 6);
  assert.equal(run.error?.details?.origin, undefined);
});

test('a connection lost before the exit status is 255, whatever was printed before', async (t) => {
  const platform = await startPlatform(
    t,
    program(async (channel, write) => {
      await write(1, Buffer.from('partial'));
      // stdin leaves the client behind ACCEPT only, so by now it knows that the program runs.
      await collect(channel.read(0));
      platform.sockets[0]?.terminate();
      return await new Promise<never>(() => undefined);
    }),
  );
  const run = await runCommand(RunCommand, ['a', '--', 'sleep', '9'], { ...platform, stdin: 'go' });
  assert.equal(run.error?.code, 'remote_connection_lost');
  assert.equal(run.exitCode, 255);
  assert.deepEqual(run.error?.details, { origin: 'rig', ...place });
});

test('a channel closed without an exit status is 255 and never 0', async (t) => {
  const platform = await startPlatform(t, (request) => {
    const channel = request.accept(accepted);
    channel.end(1);
    channel.end(2);
    channel.close();
  });
  const run = await runCommand(RunCommand, ['a', '--', 'ls'], platform);
  assert.equal(run.error?.code, 'remote_connection_lost');
  assert.equal(run.exitCode, 255);
  assert.equal(run.error?.details?.origin, 'rig');
});

test('output that is missing is 251', async (t) => {
  const platform = await startPlatform(t, (request) => {
    const channel = request.accept(accepted);
    void channel.write(1, Buffer.from('four'));
    channel.exit({ exitCode: 0, signal: null, stdoutBytes: 5, stderrBytes: 0 });
  });
  const run = await runCommand(RunCommand, ['a', '--', 'ls'], platform);
  assert.equal(run.error?.code, 'remote_protocol');
  assert.equal(run.exitCode, 251);
  assert.match(run.error?.message ?? '', /5 bytes of stdout, 4/);
  assert.equal(run.stdout, 'four');
});

test('an exit that makes no sense is 251', async (t) => {
  const platform = await startPlatform(t, (request) => request.accept(accepted).exit({ exitCode: '0' }));
  const run = await runCommand(RunCommand, ['a', '--', 'ls'], platform);
  assert.equal(run.exitCode, 251);
});

test('-o json is one document with the streams in it', async (t) => {
  const platform = await startPlatform(
    t,
    program(async (_, write) => {
      await write(1, Buffer.from('grüße\n'));
      await write(2, Buffer.from([0xff, 0xfe]));
      return 3;
    }),
  );
  const run = await runCommand(RunCommand, ['a', '--', 'x'], { ...platform, machine: true });
  assert.equal(run.exitCode, 3);
  assert.equal(run.stdout, '');
  assert.equal(run.stderr, '');
  assert.deepEqual(run.result, {
    ...place,
    exitCode: 3,
    signal: null,
    stdout: 'grüße\n',
    stdoutEncoding: 'utf-8',
    stdoutBytes: 7 + 1,
    stdoutTruncated: false,
    stderr: '//4=',
    stderrEncoding: 'base64',
    stderrBytes: 2,
    stderrTruncated: false,
  });
});

test('-o json keeps 16 MiB of a stream and says that there was more', async (t) => {
  const limit = 16 * 1024 * 1024;
  const platform = await startPlatform(
    t,
    program(async (_, write) => {
      await write(1, Buffer.alloc(limit - 1, 'a'));
      await write(1, Buffer.from('ü and more'));
      return 0;
    }),
  );
  const run = await runCommand(RunCommand, ['a', '--', 'x'], { ...platform, machine: true });
  assert.equal(run.result?.stdoutTruncated, true);
  assert.equal(run.result?.stdoutEncoding, 'utf-8');
  assert.equal(String(run.result?.stdout).length, limit - 1);
  assert.equal(run.result?.stdoutBytes, limit - 1 + 11);
});

test('an abort ends the session and tells the platform', async (t) => {
  const ended = Promise.withResolvers<RigError | undefined>();
  const started = Promise.withResolvers<void>();
  const platform = await startPlatform(t, (request) => {
    const channel = request.accept(accepted);
    void channel.closed.then(ended.resolve);
    started.resolve();
  });
  const stop = new AbortController();
  const running = runCommand(RunCommand, ['a', '--', 'x'], { ...platform, signal: stop.signal });
  await started.promise;
  stop.abort(new RigError('interrupted', 'Enough.'));
  assert.equal((await running).exitCode, 130);
  assert.equal((await ended.promise)?.code, 'interrupted');
});
