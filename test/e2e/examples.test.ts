import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { repository, until, User } from '../support/rig.ts';

interface Deployed {
  url: string;
  release: { version: number; detector: string; processes: { name: string }[] };
}

let user: User;
before(() => {
  user = new User();
});
after(() => user.close());

const get = async (url: string, init: RequestInit = {}) => {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000), ...init });
  return { status: response.status, body: await response.text(), type: response.headers.get('content-type') };
};

const deploy = (name: string) =>
  user.json<Deployed>(['deploy', user.example(name), '--yes'], { limitMs: 280_000 });

const walkthroughs: Record<string, () => Promise<void>> = {
  'hello-node': async () => {
    const { url, release } = await deploy('hello-node');
    assert.equal(release.version, 1);
    assert.equal(release.detector, 'node');
    assert.deepEqual(await get(url), {
      status: 200,
      body: 'Hello from rig, release 1\n',
      type: 'text/plain; charset=utf-8',
    });
    const lines = await until('the request in the log', async () => {
      const { stdout } = await user.run(['logs', 'app', 'hello-node', '-o', 'json']);
      const records = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      return records.some(({ message }) => message === 'GET /') ? records : null;
    });
    assert.equal(lines.at(-1)?.type, 'end');
    const said = await user.run(['command', 'hello-node', '--', 'node', '-p', 'process.env.RIG_INSTANCE']);
    assert.deepEqual([said.code, said.stdout], [0, 'web.1\n']);
  },
  'express-api': async () => {
    const { url, release } = await deploy('express-api');
    assert.equal(release.detector, 'node');
    assert.deepEqual(JSON.parse((await get(url)).body), { notes: 1 });
    const made = await get(`${url}/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'Ünïcode' }),
    });
    assert.deepEqual([made.status, JSON.parse(made.body)], [201, { id: '2', text: 'Ünïcode' }]);
    const build = await user.run(['logs', 'build', '--app', 'express-api']);
    assert.match(build.stdout, /npm ci/);
  },
  'vite-site': async () => {
    const { url, release } = await deploy('vite-site');
    assert.deepEqual(
      release.processes.map(({ name }) => name),
      ['web'],
    );
    const page = await get(url);
    assert.equal(page.status, 200);
    assert.match(page.type ?? '', /^text\/html/);
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page.body)?.[1];
    assert.ok(script, page.body);
    assert.match((await get(new URL(script, url).href)).body, /A static site, built by/);
  },
  'procfile-worker': async () => {
    const { url, release } = await deploy('procfile-worker');
    assert.equal(release.detector, 'procfile');
    assert.deepEqual(release.processes.map(({ name }) => name).toSorted(), ['web', 'worker']);
    assert.equal((await get(url)).body, 'web of procfile-worker\n');
    await until('a line of the worker', async () => {
      const { stdout } = await user.run(['logs', 'app', 'procfile-worker']);
      return /worker\.1.*worker tick \d+/.test(stdout);
    });
  },
  'static-site': async () => {
    const { url, release } = await deploy('static-site');
    assert.equal(release.detector, 'static');
    assert.match((await get(url)).body, /Nothing to build, nothing to run/);
    assert.match((await get(`${url}/style.css`)).type ?? '', /^text\/css/);
  },
};

test('every example has its walkthrough', () => {
  assert.deepEqual(
    readdirSync(join(repository, 'examples')).toSorted(),
    Object.keys(walkthroughs).toSorted(),
  );
});

for (const [name, walk] of Object.entries(walkthroughs)) test(`${name} deploys unmodified and works`, walk);

test('status shows them all as healthy', async () => {
  const status = await user.json<{ healthy: boolean; apps: { name: string; status: string }[] }>(['status']);
  assert.deepEqual(
    status.apps.map(({ name, status: state }) => [name, state]),
    Object.keys(walkthroughs)
      .toSorted()
      .map((name) => [name, 'running']),
  );
  assert.equal(status.healthy, true);
  const text = await user.run(['status']);
  for (const name of Object.keys(walkthroughs)) assert.ok(text.stdout.includes(name), text.stdout);
});
