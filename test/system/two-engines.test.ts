import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeNodeImages } from '../support/base-images.ts';
import { DockerDaemon } from '../support/docker-daemon.ts';
import { until, User } from '../support/rig.ts';

const started = await DockerDaemon.start();
const skip = started === null && 'dockerd cannot be started here';

interface Deployed {
  url: string;
}
interface Status {
  problems: { code: string; message: string }[];
  engines: { name: string }[];
}

const get = async (url: string): Promise<string> =>
  await (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();

/** What the daemon has of any platform. */
const containersOf = (daemon: DockerDaemon): string[] =>
  daemon.docker('ps', '-q', '--filter', 'label=rig.platform').split('\n').filter(Boolean);

describe('processes and containers on one platform', { skip }, () => {
  let daemon: DockerDaemon;
  let user: User;

  before(async () => {
    assert.ok(started);
    daemon = started;
    makeNodeImages(daemon);
    user = new User();
    await user.json(['platform', 'start', '--docker-host', daemon.host]);
    await user.json(['networks', 'create', 'boxes', '--engine', 'docker']);
  });
  after(async () => {
    await user?.close();
    await daemon?.close();
  });

  it('each app runs on what its network runs on, with all that there is', async () => {
    const source = user.example('hello-node');
    for (const [app, network] of [
      ['here', 'default'],
      ['boxed', 'boxes'],
    ] as const) {
      const { url } = await user.json<Deployed>([
        'deploy',
        source,
        '--app',
        app,
        '--network',
        network,
        '--yes',
      ]);
      assert.equal(await get(url), 'Hello from rig, release 1\n');
      await user.json(['deploy', source, '--app', app, '-m', 'again']);
      assert.equal(await get(url), 'Hello from rig, release 2\n');
      const ran = await user.run(['command', app, '--', 'node', '-p', 'process.env.PORT']);
      assert.equal(ran.code, 0);
      assert.equal(ran.stdout.trim() === '8080', app === 'boxed');
      await until(`a line of ${app}`, async () =>
        (await user.run(['logs', 'app', app])).stdout.includes('GET /'),
      );
    }
    assert.equal(containersOf(daemon).length, 1);
    const { engines } = await user.json<Status>(['status']);
    assert.deepEqual(
      engines.map(({ name }) => name),
      ['process', 'docker'],
    );
    const other = await user.run(['deploy', source, '--app', 'here', '--network', 'boxes', '-o', 'json']);
    assert.match(other.stdout, /app_in_other_network/);
    const full = await user.run(['networks', 'destroy', 'boxes', '--yes', '-o', 'json']);
    assert.match(full.stdout, /network_not_empty/);
  });

  it('a daemon that hangs is told as not known, as soon as somebody asks', async () => {
    daemon.signal('SIGSTOP');
    try {
      // What it answered a moment ago is believed for a second.
      await sleep(1_100);
      const { problems } = await user.json<Status>(['status']);
      assert.deepEqual(
        problems.map(({ code, message }) => [code, /is not known/.test(message)]),
        [['engine_away', true]],
      );
      assert.equal((await user.run(['status', '--check'])).code, 21);
    } finally {
      daemon.signal('SIGCONT');
    }
    await until('it to be well again', async () => (await user.run(['status', '--check'])).code === 0);
  });

  it('a daemon that dies is told, and the processes serve on', async () => {
    await daemon.end('SIGKILL');
    await until('the daemon to be missed', async () => {
      const { problems } = await user.json<Status>(['status']);
      return problems.some(({ code }) => code === 'engine_away');
    });
    const { url } = await user.json<Deployed>(['apps', 'info', 'here']);
    assert.equal(await get(url), 'Hello from rig, release 2\n');
    const refused = await user.run(['networks', 'create', 'more', '--engine', 'docker', '-o', 'json']);
    assert.match(refused.stdout, /engine_not_available/);
    assert.equal(await daemon.run(), true);
    await until('it to be well again', async () => {
      const { problems } = await user.json<Status>(['status']);
      return problems.length === 0;
    });
    await user.json(['apps', 'destroy', 'boxed', '--yes']);
    await user.json(['networks', 'destroy', 'boxes', '--yes']);
    assert.deepEqual(containersOf(daemon), []);
  });
});
