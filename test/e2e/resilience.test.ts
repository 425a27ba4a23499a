import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformRecord, SupervisorRecord } from '@rig-ops/contract/supervisor';
import { collect, isAlive, processesOf, until, User } from '../support/rig.ts';

let user: User;
before(() => {
  user = new User();
});
after(() => user.close());

const platform = () => user.platformFile<PlatformRecord>('platform.json');
const ask = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();
/** Kills the rigd of this test's own platform and waits until another one answers. */
async function killRigd(): Promise<number> {
  const { pid, url } = platform();
  process.kill(pid, 'SIGKILL');
  const killedAt = performance.now();
  await until('rigd to answer again', async () => {
    const record = platform();
    return record.pid !== pid && (await fetch(`${record.url ?? url}/v1/version`)).ok;
  });
  return performance.now() - killedAt;
}

test('two first commands at once start one platform', async () => {
  const outcomes = await Promise.all([1, 2, 3].map(() => user.run(['apps', 'list', '-o', 'json'])));
  for (const { code, stdout, stderr } of outcomes) {
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { apps: [], nextCursor: null });
  }
  const { pid } = user.platformFile<SupervisorRecord>('supervisor.json');
  assert.ok(isAlive(pid));
  // supervisor, rigd, edge
  assert.equal(processesOf(user.home).length, 3);
});

test('kill -9 of rigd: the app serves on, rigd is back by itself and knows everything', async () => {
  const { url } = await user.json<{ url: string }>(['deploy', user.example('hello-node'), '--yes']);
  const before = await user.json<{ instances: { id: string }[] }>(['apps', 'info', 'hello-node']);
  let failed = 0;
  let answered = 0;
  const ended = new AbortController();
  const client = (async () => {
    while (!ended.signal.aborted) {
      await ask(url).then(
        () => (answered += 1),
        () => (failed += 1),
      );
    }
  })();
  await until('requests', () => answered > 20);
  const urlBefore = platform().url;
  await killRigd();
  const seen = answered;
  await until('more requests', () => answered > seen + 20);
  ended.abort();
  await client;
  assert.equal(failed, 0);
  assert.equal(platform().url, urlBefore);
  const afterwards = await user.json<{ instances: { id: string }[] }>(['apps', 'info', 'hello-node']);
  assert.deepEqual(
    afterwards.instances.map(({ id }) => id),
    before.instances.map(({ id }) => id),
  );
});

test('a deploy whose platform is killed in the middle of the build ends well', async () => {
  const root = user.source('slow', {
    'rig.toml':
      'app = "slow"\n[build]\ncommand = "sleep 2; echo built > result.txt"\n[processes]\nweb = "node s.js"\n',
    's.js':
      "require('node:http').createServer((q, r) => r.end(require('node:fs').readFileSync('result.txt'))).listen(process.env.PORT, process.env.HOST)",
  });
  const deploying = user.run(['deploy', root, '--yes', '-o', 'json']);
  await until('the build', async () => {
    const { apps } = await user.json<{ apps: { name: string; status: string }[] }>(['apps', 'list']);
    return apps.some(({ name, status }) => name === 'slow' && status === 'deploying');
  });
  await killRigd();
  const { code, stdout, stderr } = await deploying;
  assert.equal(code, 0, stdout + stderr);
  const { url } = JSON.parse(stdout) as { url: string };
  assert.equal(await ask(url), 'built\n');
  const { releases } = await user.json<{ releases: unknown[] }>(['releases', 'list', 'slow']);
  assert.equal(releases.length, 1);
});

test('a followed log neither loses nor repeats a line while rigd is killed', async () => {
  const total = 3000;
  const root = user.source('counter', {
    Procfile: 'counter: node counter.js\n',
    'counter.js': `
      let n = 0;
      const timer = setInterval(() => {
        for (let i = 0; i < 10 && n < ${total}; i++) console.log('line ' + ++n);
        if (n >= ${total}) clearInterval(timer), setInterval(() => undefined, 1000);
      }, 10);`,
  });
  const following = (async () => {
    await until('the app', async () => (await user.run(['apps', 'info', 'counter'])).code === 0);
    const child = user.spawn(['logs', 'app', 'counter', '-f', '-n', '100000', '-o', 'json']);
    const seen: string[] = [];
    let rest = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const { type, message } = JSON.parse(line) as { type: string; message?: string };
        if (type === 'line' && message?.startsWith('line ')) seen.push(message);
        if (type === 'gap') seen.push(line);
      }
    });
    const done = collect(child);
    await until('some lines', () => seen.length > 50);
    await killRigd();
    await until('more lines', () => seen.length > 600);
    await killRigd();
    await until('the last line', () => seen.includes(`line ${total}`), 60_000);
    child.kill('SIGINT');
    assert.equal((await done).code, 130);
    return seen;
  })();
  await user.json(['deploy', root, '--yes']);
  const seen = await following;
  assert.deepEqual(
    seen,
    Array.from({ length: total }, (_, index) => `line ${index + 1}`),
  );
});

test('an instance that dies is started again, and status tells how often', async () => {
  const root = user.source('fragile', {
    'rig.toml': 'app = "fragile"\n[processes]\nweb = "node s.js"\n',
    's.js': `
      require('node:http').createServer((request, response) => {
        if (request.url === '/die') process.exit(9);
        response.end('alive');
      }).listen(process.env.PORT, process.env.HOST);`,
  });
  const { url } = await user.json<{ url: string }>(['deploy', root, '--yes']);
  await fetch(`${url}/die`, { method: 'POST' }).then(
    (response) => response.text(),
    () => undefined,
  );
  await until('a restart', async () => {
    const { status, instances } = await user.json<{ status: string; instances: { restarts: number }[] }>([
      'apps',
      'info',
      'fragile',
    ]);
    return status === 'running' && instances[0]?.restarts === 1;
  });
  assert.equal(await ask(url), 'alive');
});

test('a supervisor that is killed comes back by itself, and the app is still the same process', async () => {
  const { url } = await user.json<{ url: string }>(['apps', 'info', 'hello-node']);
  const before = appProcesses();
  assert.ok(before.length > 0);
  for (const round of [1, 2]) {
    const supervisor = user.platformFile<SupervisorRecord>('supervisor.json').pid;
    const rigd = platform().pid;
    process.kill(supervisor, 'SIGKILL');
    await until(`supervisor and rigd to be back (${round})`, async () => {
      const now = platform();
      const isNew = user.platformFile<SupervisorRecord>('supervisor.json').pid !== supervisor;
      return isNew && now.pid !== rigd && (await fetch(`${now.url}/v1/version`)).ok;
    });
    assert.match(await ask(url), /Hello from rig/);
  }
  const app = await until('the app to run', async () => {
    const info = await user.json<{ status: string; url: string }>(['apps', 'info', 'hello-node']);
    return info.status === 'running' ? info : null;
  });
  assert.equal(app.url, url);
  assert.deepEqual(appProcesses(), before);
});

test('a stop ends everything although the supervisor was killed just before', async () => {
  for (const pauseMs of [0, 600]) {
    await user.json(['apps', 'list']);
    process.kill(user.platformFile<SupervisorRecord>('supervisor.json').pid, 'SIGKILL');
    // Then another one is on its way up.
    await sleep(pauseMs);
    const stopped = await user.run(['platform', 'stop']);
    assert.equal(stopped.code, 0, stopped.stderr);
    assert.deepEqual(processesOf(user.home), []);
  }
});

/** What runs besides supervisor, rigd and edge. */
function appProcesses(): number[] {
  return processesOf(user.home).filter((pid) => {
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return !/\/(supervisor|server|edge)\/(dist|src)\/main\.[jt]s\0/.test(argv);
  });
}
