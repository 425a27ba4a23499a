import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { Random } from '@rig-ops/bundle/testing';
import { isRigError } from '@rig-ops/contract/errors';
import type { Deployments } from '../../deployments.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { PlatformEngines } from '../../engines/platform-engines.ts';
import { readEdgeRoutes } from './edge.ts';
import { Mortal } from './testing/mortal.ts';
import { requestOf, startTestDeployments } from './testing/start-test-deployments.ts';

const LIVES = 6;
const ORDERS_PER_LIFE = 4;
/** What somebody may be told who orders while others do. */
const REFUSALS = new Set([
  'deploy_in_progress',
  'deploy_not_found',
  'deploy_not_cancellable',
  'release_not_found',
  'release_current',
  'config_conflict',
]);

async function play(test: TestContext, seed: number): Promise<void> {
  const random = new Random(seed);
  const below = (bound: number) => random.below(bound);
  const isHeads = () => below(2) === 0;
  const platform = await startTestDeployments(test, {
    program: ({ argv }) =>
      argv.join(' ').includes('broken') ? { does: 'exit', exitCode: 3 } : { does: 'serve' },
  });
  const app = await platform.addApp('shop');
  const params = { app: app.name };
  const told: string[] = [];

  const deploy = async ({ routes }: Deployments, command: string) => {
    const bundle = await platform.commit(app, { Procfile: `web: ${command}\n` });
    const guard = isHeads() ? { waitSeconds: 60 } : {};
    await routes.createDeploy({ ...requestOf(), params, body: { bundle, guard } });
  };
  const rollBack = async ({ routes }: Deployments) => {
    const only = [undefined, 'code', 'config'][below(3)] as 'code' | 'config' | undefined;
    const to = isHeads() ? undefined : 1 + below(6);
    const body = { ...(to === undefined ? {} : { to }), ...(only === undefined ? {} : { only }) };
    await routes.createRollback({ ...requestOf(), params, body });
  };
  const orders: ((life: Deployments) => Promise<unknown>)[] = [
    (life) => deploy(life, `serve ${below(4)}`),
    (life) => deploy(life, `serve ${below(4)}`),
    (life) => deploy(life, 'broken'),
    rollBack,
    rollBack,
    ({ routes }) => routes.cancelDeploy({ ...requestOf(), params, body: undefined }),
    ({ routes }) =>
      routes.changeConfig({
        ...requestOf(),
        params,
        body: { set: [{ key: 'A', value: String(below(3)) }], deploy: below(10) < 7 },
      }),
    ({ routes }) => routes.pruneReleases({ ...requestOf(), params, body: { keep: 1 + below(3) } }),
    ({ routes }) =>
      routes.tagRelease({
        ...requestOf(),
        params: { ...params, tag: 'stable' },
        body: { version: 1 + below(6), force: true },
      }),
  ];

  const isOver = async ({ routes }: Deployments) =>
    (await routes.listDeploys({ ...requestOf(), params, body: undefined })).deploys.every(
      ({ status }) => status !== 'running' && status !== 'queued',
    );
  for (let number = 0; number < LIVES; number += 1) {
    const mortal = new Mortal(5 + below(80));
    const life = await platform
      .live({
        db: platform.db.withPlugin(mortal.plugin),
        engines: new PlatformEngines(mortal.reach(platform.engine)),
      })
      .catch((error: unknown) => {
        if (mortal.dead) return null;
        throw error;
      });
    if (life === null) continue;
    for (let count = 0; count < ORDERS_PER_LIFE && !mortal.dead; count += 1) {
      const which = below(orders.length);
      const outcome = await orders[which]?.(life).then(
        () => 'taken',
        (error: unknown) => {
          if (mortal.dead) return 'dead';
          if (isRigError(error) && REFUSALS.has(error.code)) return error.code;
          throw error;
        },
      );
      told.push(`${number}: order ${which} ${outcome}`);
      if (isHeads())
        await waitUntil(() => mortal.dead || isOver(life).catch(() => mortal.dead), 'an order to end');
    }
    if (mortal.dead) told.push(`${number}: died before ${mortal.last}`);
    await life.stop();
  }

  const calm = await platform.live();
  const history = () => `seed ${seed}\n${told.join('\n')}`;
  await waitUntil(() => isOver(calm), `every deploy to end; ${history()}`);
  const { releases } = await calm.routes.listReleases({ ...requestOf(), params, body: undefined });
  const live = releases.filter(({ status }) => status === 'live').map(({ version }) => version);
  assert.ok(live.length <= 1, history());
  assert.ok(!releases.some(({ status }) => status === 'pending'), history());
  const versions = releases.map(({ version }) => version);
  assert.equal(new Set(versions).size, versions.length, history());
  const settled = async () => {
    const running = (await platform.engine.instances()).filter(({ state }) => state !== 'exited');
    const routes = await readEdgeRoutes(platform.layout.edgeRoutes);
    const routed = routes?.apps ?? [];
    return (
      running.length === live.length &&
      running.every(({ spec }) => spec.release === live[0]) &&
      routed.filter(({ upstreams }) => upstreams.length > 0).every(({ release }) => release === live[0]) &&
      routed.filter(({ upstreams }) => upstreams.length === 1).length === live.length
    );
  };
  await waitUntil(settled, `one instance of v${live[0] ?? 'none'}, routed; ${history()}`);
  if (live.length === 1) assert.equal((await calm.stateOf(app)).release, live[0], history());
  await calm.stop();
}

const { RIG_TEST_SEED } = process.env;
const seeds = RIG_TEST_SEED === undefined ? [1, 2, 3] : RIG_TEST_SEED.split(',').map(Number);

for (const seed of seeds)
  it(`whatever is ordered, cancelled and killed ends in one release (seed ${seed})`, (test) =>
    play(test, seed));
