import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { bucketOf, NO_TRAFFIC, type ReleaseTraffic } from '@rig-ops/contract/edge-metrics';
import type { RolloutOrder } from '@rig-ops/contract/resources';
import type { FakeEngineOptions } from '../../engines/fake/fake-engine.ts';
import { VirtualTime } from '../../testing/virtual-time.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import type { DeploymentsDeps } from '../deploys/deployments-deps.ts';
import { readEdgeRoutes } from '../deploys/edge.ts';
import { Mortal } from '../deploys/testing/mortal.ts';
import {
  followDeploy,
  orderDeploy,
  startTestDeployments,
} from '../deploys/testing/start-test-deployments.ts';
import { PlatformEngines } from '../../engines/platform-engines.ts';

/** More writes than one deploy makes. */
const TOO_MANY = 300;
/** Every write takes two minutes; the suite takes every third, each case others: `RIG_EVERY_WRITE=1` takes all. */
const STRIDE = process.env['RIG_EVERY_WRITE'] === undefined ? 3 : 1;
const WEB = { Procfile: 'web: serve\n' };

interface Case {
  order: RolloutOrder;
  files?: Record<string, string>;
  /** Instances of `web`; one when absent. */
  count?: number;
  engine?: FakeEngineOptions;
  /** Whether the old instances stay beside the new ones when it has succeeded. */
  keepsOld?: boolean;
  /** The error it ends with; it succeeds when absent. */
  fails?: string;
  /** What the edge has counted of the new release. */
  fresh?: (asked: number) => Partial<ReleaseTraffic>;
  least: number;
  /** Where it begins. */
  offset: number;
}

/** Lets rigd die at each of its writes in turn, and expects the old or the new release, wholly. */
async function killAtEveryWrite(test: TestContext, wanted: Case): Promise<void> {
  const platform = await startTestDeployments(test, wanted.engine);
  const app = await platform.addApp('shop');
  const bundle = await platform.commit(app, wanted.files ?? WEB);
  const count = wanted.count ?? 1;
  const countsOf: NonNullable<DeploymentsDeps['countsOf']> = () => new Map([['web', count]]);
  const begin = (change: Partial<DeploymentsDeps> = {}) => {
    const time = new VirtualTime();
    return platform.live({ clock: time.clock, pause: time.pause, countsOf, ...change });
  };
  const running = async () =>
    (await platform.engine.instances())
      .filter(({ state }) => state === 'running')
      .map(({ spec }) => `${spec.name} v${spec.release}`)
      .toSorted();
  const namesOf = (version: number) =>
    Array.from({ length: count }, (_, index) => `web.${index + 1} v${version}`).toSorted();

  const calm = await begin();
  const first = await followDeploy(calm, (await orderDeploy(calm, app, bundle)).id);
  assert.equal(first.deploy.status, 'succeeded', JSON.stringify(first.deploy.error));
  await calm.stop();
  let live = 1;
  let deaths = 0;
  for (let writes = wanted.offset % STRIDE; writes < TOO_MANY; writes += STRIDE) {
    let asked = 0;
    platform.edge.onMetrics = () => {
      asked += 10;
      const latency = [[bucketOf(20), asked * 9]] as const;
      platform.edge.traffic = [
        { ...NO_TRAFFIC, release: live, requests: asked * 9, latency },
        ...Array.from({ length: writes + 5 }, (_, index) => index + 1).map((ahead) => ({
          ...NO_TRAFFIC,
          release: live + ahead,
          requests: asked,
          latency,
          ...wanted.fresh?.(asked),
        })),
      ];
    };
    const mortal = new Mortal(writes);
    const before = await begin({
      db: platform.db.withPlugin(mortal.plugin),
      engines: new PlatformEngines(mortal.reach(platform.engine)),
    });
    const ordered = await orderDeploy(before, app, bundle, wanted.order).catch((error: unknown) => {
      if (mortal.dead) return null;
      throw error;
    });
    const isOver = async (id: string) => (await followDeploy(before, id)) !== null;
    if (ordered !== null)
      await Promise.race([
        waitUntil(() => mortal.dead, 'rigd to die').catch(() => undefined),
        isOver(ordered.id).catch(() => undefined),
      ]);
    await before.stop();
    const after = await begin();
    const where = `died at write ${writes}, ${mortal.last}`;
    if (ordered !== null) {
      const { deploy, events } = await followDeploy(after, ordered.id);
      assert.equal(deploy.error?.code, wanted.fails, `${where}: ${deploy.error?.message}`);
      const steps = events
        .filter(({ type }) => type === 'step')
        .map(({ step, status }) => `${step} ${status}`);
      assert.equal(new Set(steps).size, steps.length, where);
      const old = live;
      if (wanted.fails === undefined) live = deploy.release ?? 0;
      const rollback = deploy.error?.details?.['rollback'];
      if (typeof rollback === 'string') live = (await followDeploy(after, rollback)).deploy.release ?? 0;
      const expected = [...namesOf(live), ...(wanted.keepsOld === true ? namesOf(old) : [])].toSorted(
        (left, right) => left.localeCompare(right),
      );
      const settled = async () => {
        const routed = (await readEdgeRoutes(platform.layout.edgeRoutes))?.apps[0];
        return (
          JSON.stringify(await running()) === JSON.stringify(expected) &&
          routed?.release === live &&
          routed.upstreams.length === count &&
          routed.shares === undefined
        );
      };
      await waitUntil(settled, `${expected.join()} routed; ${where}; ${(await running()).join()}`);
      assert.equal((await after.stateOf(app)).release, live, where);
    }
    await after.stop();
    if (!mortal.dead) break;
    deaths += 1;
  }
  assert.ok(deaths >= wanted.least / STRIDE - 1 && deaths < TOO_MANY - 1, `${deaths} deaths`);
}

// Most of their time they wait, each for a platform of its own.
describe('rigd killed at any write of a deploy', { concurrency: 5 }, () => {
  it('by canary', (test) =>
    killAtEveryWrite(test, {
      order: {
        steps: [
          { percent: 10, seconds: 3 },
          { percent: 50, seconds: 3 },
        ],
      },
      least: 20,
      offset: 0,
    }));

  it('by a canary that is taken back', (test) =>
    killAtEveryWrite(test, {
      order: { steps: [{ percent: 10, seconds: 30 }] },
      fresh: (asked) => ({ errors: asked }),
      fails: 'release_reverted',
      least: 15,
      offset: 1,
    }));

  it('in batches', (test) => killAtEveryWrite(test, { order: { surge: 1 }, count: 3, least: 25, offset: 7 }));

  it('in batches of which one fails', (test) =>
    killAtEveryWrite(test, {
      order: { surge: 1 },
      count: 3,
      engine: {
        program: ({ name, release }) =>
          release > 1 && name === 'web.2' ? { does: 'exit', exitCode: 3 } : { does: 'serve' },
      },
      fails: 'release_failed',
      least: 20,
      offset: 2,
    }));

  it('blue-green', (test) =>
    killAtEveryWrite(test, {
      order: { strategy: 'blue-green', keepSeconds: 80_000 },
      keepsOld: true,
      least: 15,
      offset: 3,
    }));

  it('that stops the old release first', (test) =>
    killAtEveryWrite(test, { order: { strategy: 'recreate' }, least: 15, offset: 8 }));

  it('that stops the old release first and fails', (test) =>
    killAtEveryWrite(test, {
      order: { strategy: 'recreate' },
      engine: { program: ({ release }) => (release > 1 ? { does: 'exit', exitCode: 3 } : { does: 'serve' }) },
      fails: 'release_failed',
      least: 15,
      offset: 4,
    }));

  it('that is taken back while it is watched', (test) =>
    killAtEveryWrite(test, {
      order: { watchSeconds: 60 },
      fresh: (asked) => ({ errors: asked }),
      fails: 'release_taken_back',
      least: 20,
      offset: 5,
    }));

  it('with a release command, which runs once', async (test) => {
    const ran: number[] = [];
    await killAtEveryWrite(test, {
      order: { watchSeconds: 2 },
      files: { Procfile: 'web: serve\nrelease: migrate\n' },
      engine: {
        program: ({ process, release }) => {
          if (process !== 'release') return { does: 'serve' };
          ran.push(release);
          return { does: 'exit', exitCode: 0 };
        },
      },
      least: 20,
      offset: 6,
    });
    assert.equal(new Set(ran).size, ran.length, 'no release runs its command twice');
  });
});
