import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HostileProxy } from '../testing/hostile-proxy.ts';
import { startPlatform } from '../testing/test-platform.ts';

const program = fileURLToPath(new URL('../testing/follower.ts', import.meta.url));

/** Follows in a process of its own; `until` waits until it has printed a text. */
function follow(t: TestContext, port: number, keepAliveMs: number) {
  const argv = ['--conditions=rig-source', '--disable-warning=ExperimentalWarning', program];
  const child = spawn(process.execPath, [...argv, String(port), String(keepAliveMs)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  const told = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (told[name] += text));
  const until = async (name: keyof typeof told, text: string) => {
    const deadline = performance.now() + 20_000;
    while (!told[name].includes(text)) {
      assert.ok(performance.now() < deadline, `waited in vain for ${text} in ${JSON.stringify(told)}`);
      await sleep(5);
    }
  };
  return { child, told, until };
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index};`);

test('a proxy that cuts idle connections does not cut one that is kept alive', async (t) => {
  const platform = await startPlatform(t);
  const proxy = await HostileProxy.start(platform.port, { idleMs: 400 });
  t.after(() => proxy.close());
  platform.log.append('first');
  const follower = follow(t, proxy.port, 40);
  await follower.until('stdout', 'first');
  // Far longer than the proxy has patience; that it would have cut is shown by the next test.
  await sleep(1_600);
  platform.log.append('last');
  await follower.until('stdout', 'last');
  assert.equal(proxy.cuts, 0);
  assert.equal(follower.told.stderr, '');
});

test('where it is cut all the same, it goes on behind the last line', async (t) => {
  const platform = await startPlatform(t);
  const proxy = await HostileProxy.start(platform.port, { idleMs: 150 });
  t.after(() => proxy.close());
  platform.log.append('first');
  const follower = follow(t, proxy.port, 0);
  await follower.until('stdout', 'first');
  await follower.until('stderr', 'lost\nback\nlost\n');
  assert.ok(proxy.cuts >= 2);
  platform.log.append('last');
  await follower.until('stdout', 'last');
  assert.equal(follower.told.stdout, 'first\nlast\n');
});

test('after a change of address, of which neither side is told, it goes on elsewhere', async (t) => {
  const platform = await startPlatform(t);
  const proxy = await HostileProxy.start(platform.port);
  t.after(() => proxy.close());
  platform.log.append(...numbered(0, 10));
  const follower = follow(t, proxy.port, 40);
  await follower.until('stdout', 'line 9;');
  proxy.swallow();
  platform.log.append(...numbered(10, 20));
  await follower.until('stderr', 'lost\nback\n');
  platform.log.append(...numbered(20, 30));
  await follower.until('stdout', 'line 29;');
  assert.equal(follower.told.stdout, `${numbered(0, 30).join('\n')}\n`);
});

test('a laptop that has slept for longer than the platform waits goes on behind the last line', async (t) => {
  const platform = await startPlatform(t, { keepAliveMs: 30 });
  platform.log.append(...numbered(0, 10));
  const follower = follow(t, platform.port, 30);
  await follower.until('stdout', 'line 9;');
  follower.child.kill('SIGSTOP');
  await platform.untilSilent();
  platform.log.append(...numbered(10, 20));
  follower.child.kill('SIGCONT');
  await follower.until('stdout', 'line 19;');
  platform.log.append(...numbered(20, 30));
  await follower.until('stdout', 'line 29;');
  assert.equal(follower.told.stdout, `${numbered(0, 30).join('\n')}\n`);
  assert.match(follower.told.stderr, /^(lost\nback\n)+$/);
  platform.log.end();
  const [code] = (await once(follower.child, 'exit')) as [number];
  assert.equal(code, 0);
});
