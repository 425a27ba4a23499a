import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { bucketOf, NO_TRAFFIC, type ReleaseTraffic } from '@rig-ops/contract/edge-metrics';
import type { RolloutOrder } from '@rig-ops/contract/resources';
import type { FakeEngineOptions } from '../../engines/fake/fake-engine.ts';
import type { FakeProgram } from '../../engines/fake/fake-program.ts';
import { VirtualTime } from '../../testing/virtual-time.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { callerNamed } from '../access/testing/caller-named.ts';
import { readEdgeRoutes } from '../deploys/edge.ts';
import {
  followDeploy,
  orderDeploy,
  orderRollback,
  startTestDeployments,
  steerDeploy,
} from '../deploys/testing/start-test-deployments.ts';

const WEB = { Procfile: 'web: serve\n' };
const CANARY: RolloutOrder = {
  steps: [
    { percent: 10, seconds: 60 },
    { percent: 50, seconds: 60 },
  ],
};

/** A platform on which v1 of an app is live, in a time of its own. */
async function startShop(
  test: TestContext,
  files: Record<string, string> = WEB,
  options: FakeEngineOptions = {},
) {
  const platform = await startTestDeployments(test, options);
  const app = await platform.addApp('shop');
  const time = new VirtualTime();
  const deployments = await platform.live({ clock: time.clock, pause: time.pause });
  const bundle = await platform.commit(app, files);
  const deploy = async (order?: RolloutOrder, what = bundle) =>
    followDeploy(deployments, (await orderDeploy(deployments, app, what, order)).id);
  const first = await deploy();
  assert.equal(first.deploy.status, 'succeeded', JSON.stringify(first.deploy.error));
  const release = async (version: number) =>
    deployments.routes.getRelease({
      params: { app: app.name, version: String(version) },
      query: {},
      body: undefined,
      identity: callerNamed('ann'),
      requestId: 'test',
      signal: new AbortController().signal,
    });
  const running = async () =>
    (await platform.engine.instances())
      .filter(({ state }) => state !== 'exited')
      .map(({ spec }) => `${spec.name} v${spec.release}`)
      .toSorted();
  const routed = async () => (await readEdgeRoutes(platform.layout.edgeRoutes))?.apps[0];
  return { platform, app, deployments, bundle, deploy, release, running, routed, time };
}

const stepsOf = (events: { type: string; step?: unknown; status?: unknown }[]) =>
  events.filter(({ type, status }) => type === 'step' && status === 'started').map(({ step }) => step);
const notesOf = (events: { type: string; message?: string }[]) =>
  events.filter(({ type }) => type === 'note').map(({ message }) => message ?? '');

const traffic = (release: number, requests: number, errors: number, ms = 20): ReleaseTraffic => ({
  ...NO_TRAFFIC,
  release,
  requests,
  errors,
  latency: [[bucketOf(ms), requests]],
});

describe('a canary', () => {
  it('gets its shares of the requests in turn and is promoted', async (test) => {
    const { platform, deploy, release, routed, running } = await startShop(test);
    const seen: string[] = [];
    let asked = 0;
    platform.edge.onMetrics = () => {
      asked += 1;
      platform.edge.traffic = [traffic(1, 90 * asked, 0), traffic(2, 10 * asked, 0)];
      void routed().then((app) => seen.push(JSON.stringify(app?.shares)));
    };
    const { deploy: done, events } = await deploy(CANARY);
    assert.equal(done.status, 'succeeded', JSON.stringify(done.error));
    assert.deepEqual(stepsOf(events), ['build', 'start', 'health', 'canary', 'switch', 'drain']);
    assert.deepEqual(
      [...new Set(seen)].filter((each) => each !== undefined),
      [
        [90, 10],
        [50, 50],
      ].map(([old, fresh]) =>
        JSON.stringify([
          { release: 1, percent: old },
          { release: 2, percent: fresh },
        ]),
      ),
    );
    assert.match(notesOf(events)[0] ?? '', /^10 % of the requests go to v2 for 1 min\.$/);
    const { outcome, strategy } = (await release(2)).rollout ?? {};
    assert.equal(strategy, 'canary');
    assert.match(outcome ?? '', /^50 %: 0 of \d+ requests failed/);
    assert.equal((await routed())?.shares, undefined);
    assert.deepEqual(await running(), ['web.1 v2']);
  });

  it('is taken back when more of its requests fail, with the reason in the release', async (test) => {
    const { platform, deploy, release, routed, running } = await startShop(test);
    platform.edge.onMetrics = () => {
      const asked = (platform.edge.traffic[1]?.requests ?? 0) + 10;
      platform.edge.traffic = [traffic(1, asked * 9, 0), traffic(2, asked, asked / 2)];
    };
    const { deploy: done, events } = await deploy(CANARY);
    assert.deepEqual(
      [done.status, done.step, done.error?.code, done.error?.exitCode],
      ['failed', 'canary', 'release_reverted', 11],
    );
    assert.match(
      done.error?.message ?? '',
      /v2 was taken back at 10 % of the requests: \d+ of \d+ requests failed \(50\.0 %\)/,
    );
    assert.equal((await release(2)).failure, done.error?.message);
    assert.equal((await release(2)).status, 'failed');
    assert.deepEqual(await running(), ['web.1 v1']);
    const app = await routed();
    assert.deepEqual([app?.release, app?.shares, app?.upstreams.length], [1, undefined, 1]);
    assert.equal(events.at(-1)?.type, 'done');
  });

  it('is taken back when it is slower, also behind a restart of the edge', async (test) => {
    const { platform, deploy } = await startShop(test);
    let asked = 0;
    platform.edge.onMetrics = () => {
      asked += 1;
      if (asked === 5) platform.edge.epoch = 'second';
      const count = asked < 5 ? 10_000 + asked : asked * 10;
      platform.edge.traffic = [traffic(1, count * 9, 0, 20), traffic(2, count, 0, asked < 5 ? 20 : 900)];
    };
    const { deploy: done } = await deploy(CANARY);
    assert.equal(done.error?.code, 'release_reverted');
    assert.match(
      done.error?.message ?? '',
      /95 % were answered within \d+ ms, \d+ ms with the release before/,
    );
  });

  it('waits for ever in a step without a time, until it is promoted', async (test) => {
    const { app, deploy, deployments, release, routed } = await startShop(test);
    const deploying = deploy({
      steps: [
        { percent: 25, seconds: null },
        { percent: 50, seconds: 60 },
      ],
    });
    await waitUntil(async () => (await routed())?.shares?.[1]?.percent === 25, 'the share');
    await steerDeploy(deployments, app, 'promote');
    const { deploy: done } = await deploying;
    assert.equal(done.status, 'succeeded');
    assert.equal((await release(2)).rollout?.outcome, 'Promoted by hand.');
    await assert.rejects(steerDeploy(deployments, app, 'promote'), { code: 'deploy_not_found' });
  });

  it('ends when it is cancelled, or when one of its instances ends', async (test) => {
    const { app, deploy, deployments, platform, routed, running } = await startShop(test);
    const order: RolloutOrder = { steps: [{ percent: 25, seconds: null }] };
    const cancelled = deploy(order);
    await waitUntil(async () => (await routed())?.shares?.[1]?.percent === 25, 'the share');
    await steerDeploy(deployments, app, 'cancel');
    assert.equal((await cancelled).deploy.error?.code, 'cancelled');
    assert.deepEqual(await running(), ['web.1 v1']);
    const crashed = deploy(order);
    await waitUntil(async () => (await routed())?.shares?.[1]?.release === 3, 'the share');
    const fresh = (await platform.engine.instances()).find(({ spec }) => spec.release === 3);
    await platform.engine.crash(fresh?.spec.id ?? '', 5);
    const { error } = (await crashed).deploy;
    assert.deepEqual(
      [error?.code, error?.message],
      ['release_failed', 'web.1 exited with code 5 before its release was live.'],
    );
    assert.deepEqual(await running(), ['web.1 v1']);
  });
});

describe('blue-green', () => {
  it('keeps the old instances for a return at once, for a time', async (test) => {
    const { app, deploy, deployments, platform, routed, running } = await startShop(test);
    const old = (await routed())?.upstreams[0]?.instance;
    const { events } = await deploy({ strategy: 'blue-green', keepSeconds: 600 });
    assert.deepEqual(stepsOf(events), ['build', 'start', 'health', 'switch', 'drain']);
    assert.deepEqual(await running(), ['web.1 v1', 'web.1 v2']);
    const back = await followDeploy(deployments, (await orderRollback(deployments, app)).id);
    assert.equal(back.deploy.status, 'succeeded', JSON.stringify(back.deploy.error));
    assert.equal((await routed())?.upstreams[0]?.instance, old);
    assert.equal((await routed())?.release, 3);
    // The strategy of a rollback is what its release says: rolling, and so v2 is gone.
    assert.deepEqual(await running(), ['web.1 v1']);
    assert.equal((await platform.engine.instances()).length, 1);
  });

  it('lets them go when their time is over', async (test) => {
    const { deploy, running } = await startShop(test);
    await deploy({ strategy: 'blue-green', keepSeconds: 1 });
    await waitUntil(async () => (await running()).length === 1, 'the old instance to go');
    assert.deepEqual(await running(), ['web.1 v2']);
  });
});

describe('recreate', () => {
  it('ends the old instances before the new ones start', async (test) => {
    const old: number[] = [];
    const platform: Awaited<ReturnType<typeof startShop>>[] = [];
    const program = ({ release }: { release: number }): FakeProgram => {
      if (release === 2)
        void platform[0]
          ?.running()
          .then((running) => old.push(running.filter((name) => name === 'web.1 v1').length));
      return { does: 'serve' };
    };
    const shop = await startShop(test, WEB, { program });
    platform.push(shop);
    const { deploy, running } = shop;
    const { deploy: done, events } = await deploy({ strategy: 'recreate' });
    assert.equal(done.status, 'succeeded', JSON.stringify(done.error));
    assert.deepEqual(stepsOf(events), ['build', 'stop', 'start', 'health', 'switch', 'drain']);
    assert.match(notesOf(events)[0] ?? '', /requests fail until/);
    assert.deepEqual(await running(), ['web.1 v2']);
    assert.deepEqual(old, [0]);
  });

  it('brings the old release back when the new one does not become healthy', async (test) => {
    let program: FakeProgram = { does: 'serve' };
    const { deploy, deployments, app, running, routed } = await startShop(test, WEB, {
      program: ({ release }) => (release === 2 ? program : { does: 'serve' }),
    });
    program = { does: 'exit', exitCode: 3 };
    const { deploy: done } = await deploy({ strategy: 'recreate' });
    assert.equal(done.error?.code, 'release_failed');
    assert.deepEqual(await running(), ['web.1 v1']);
    assert.equal((await deployments.stateOf(app)).release, 1);
    await waitUntil(async () => (await routed())?.upstreams.length === 1, 'v1 to be routed again');
  });
});

describe('a watch', () => {
  it('ends well when nothing happens', async (test) => {
    const { deploy } = await startShop(test);
    const { deploy: done, events } = await deploy({ watchSeconds: 60 });
    assert.equal(done.status, 'succeeded');
    assert.equal(stepsOf(events).at(-1), 'watch');
  });

  it('returns to the release before when requests fail', async (test) => {
    const { app, deploy, deployments, platform, release, running } = await startShop(test);
    platform.edge.traffic = [traffic(1, 1000, 1)];
    platform.edge.onMetrics = () => {
      const asked = (platform.edge.traffic[1]?.requests ?? 0) + 10;
      platform.edge.traffic = [traffic(1, 1000, 1), traffic(2, asked, asked)];
    };
    const { deploy: done } = await deploy({ watchSeconds: 300 });
    assert.deepEqual(
      [done.status, done.error?.code, done.error?.exitCode],
      ['failed', 'release_taken_back', 11],
    );
    const rollback = String(done.error?.details?.['rollback']);
    const back = await followDeploy(deployments, rollback);
    assert.equal(back.deploy.status, 'succeeded', JSON.stringify(back.deploy.error));
    assert.deepEqual(
      [back.deploy.kind, back.deploy.release, back.deploy.rollout?.automatic],
      ['rollback', 3, true],
    );
    assert.deepEqual(await running(), ['web.1 v3']);
    const [taken, restored] = [await release(2), await release(3)];
    assert.equal(taken.status, 'failed');
    assert.match(taken.failure ?? '', /requests failed \(100\.0 %\) within/);
    assert.equal(restored.rollbackOf, 1);
    assert.match(restored.message ?? '', /^Automatic rollback of v2: /);
    // A rollback by hand never returns to what was taken back.
    await assert.rejects(async () => {
      const again = await followDeploy(deployments, (await orderRollback(deployments, app)).id);
      assert.equal((await release(again.deploy.release ?? 0)).rollbackOf, 1);
      throw new Error('as it should be');
    }, /as it should be/);
  });

  it('returns when an instance ends over and over', async (test) => {
    const { platform, app, deploy, deployments } = await startShop(test);
    const deploying = deploy({ watchSeconds: 86_000 });
    await waitUntil(async () => (await deployments.stateOf(app)).release === 2, 'v2 to be live');
    const ended = new AbortController();
    void deploying.finally(() => ended.abort());
    while (!ended.signal.aborted) {
      const fresh = (await platform.engine.instances()).find(
        ({ spec, state }) => spec.release === 2 && state === 'running',
      );
      if (fresh !== undefined) await platform.engine.crash(fresh.spec.id);
      await delay(20);
    }
    const { deploy: done } = await deploying;
    assert.match(done.error?.message ?? '', /web\.1 ended 3 times within/);
    const back = await followDeploy(deployments, String(done.error?.details?.['rollback']));
    assert.equal(back.deploy.status, 'succeeded');
  });

  it('returns at once when somebody cancels', async (test) => {
    const { app, deploy, deployments } = await startShop(test);
    const deploying = deploy({ watchSeconds: 86_000 });
    await waitUntil(async () => (await deployments.stateOf(app)).release === 2, 'v2 to be live');
    await waitUntil(
      () =>
        steerDeploy(deployments, app, 'cancel').then(
          () => true,
          () => false,
        ),
      'the watch to take the wish',
    );
    const { deploy: done } = await deploying;
    assert.match(done.error?.message ?? '', /ann took it back/);
    const back = await followDeploy(deployments, String(done.error?.details?.['rollback']));
    assert.equal(back.deploy.status, 'succeeded');
  });

  it('of a first release has nothing to return to', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const time = new VirtualTime();
    const deployments = await platform.live({ clock: time.clock, pause: time.pause });
    platform.edge.onMetrics = () => {
      const asked = (platform.edge.traffic[0]?.requests ?? 0) + 10;
      platform.edge.traffic = [traffic(1, asked, asked)];
    };
    const { id } = await orderDeploy(deployments, app, await platform.commit(app, WEB), { watchSeconds: 60 });
    const { deploy } = await followDeploy(deployments, id);
    assert.equal(deploy.error?.code, 'release_taken_back');
    assert.match(deploy.error?.message ?? '', /no release to return to; it stays live/);
    assert.equal((await deployments.stateOf(app)).status, 'running');
  });
});

describe('a release command', () => {
  const RELEASE = { Procfile: 'web: serve\nrelease: migrate\n' };

  it('runs once with the environment of the release, before its instances', async (test) => {
    const ran: string[] = [];
    const program = ({ process, env }: { process: string; env: Record<string, string> }): FakeProgram => {
      ran.push(`${process} ${env['RIG_RELEASE']}`);
      return process === 'release' ? { does: 'exit', exitCode: 0 } : { does: 'serve' };
    };
    const { deploy, running } = await startShop(test, RELEASE, { program });
    const { events } = await deploy();
    assert.deepEqual(stepsOf(events), ['build', 'release', 'start', 'health', 'switch', 'drain']);
    assert.deepEqual(ran, ['release 1', 'web 1', 'release 2', 'web 2']);
    assert.deepEqual(await running(), ['web.1 v2']);
  });

  it('that fails leaves everything as it was', async (test) => {
    let exitCode = 0;
    const program = ({ process }: { process: string }): FakeProgram =>
      process === 'release' ? { does: 'exit', exitCode } : { does: 'serve' };
    const { deploy, running, routed } = await startShop(test, RELEASE, { program });
    const before = await routed();
    exitCode = 7;
    const { deploy: done } = await deploy();
    assert.deepEqual(
      [done.step, done.error?.code, done.error?.exitCode],
      ['release', 'release_phase_failed', 11],
    );
    assert.equal(done.error?.message, 'The release command exited with code 7.');
    assert.deepEqual(await routed(), before);
    assert.deepEqual(await running(), ['web.1 v1']);
  });

  it('that does not end is ended', async (test) => {
    let program: FakeProgram = { does: 'exit', exitCode: 0 };
    const files = {
      'rig.toml': '[processes]\nweb = "serve"\n[release]\ncommand = "migrate"\ntimeout = 30\n',
    };
    const { deploy, running } = await startShop(test, files, {
      program: ({ process }) => (process === 'release' ? program : { does: 'serve' }),
    });
    program = { does: 'wait' };
    const { deploy: done } = await deploy();
    assert.equal(done.error?.message, 'The release command did not end within 30 s.');
    assert.deepEqual(await running(), ['web.1 v1']);
  });
});
