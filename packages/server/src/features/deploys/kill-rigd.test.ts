import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { waitUntil } from '../../testing/wait-until.ts';
import { readEdgeRoutes } from './edge.ts';
import { Mortal } from './testing/mortal.ts';
import { followDeploy, orderDeploy, startTestDeployments } from './testing/start-test-deployments.ts';
import { callerNamed } from '../access/testing/caller-named.ts';
import { PlatformEngines } from '../../engines/platform-engines.ts';

/** More writes than one deploy makes. */
const TOO_MANY = 200;
const WEB_APP = { Procfile: 'web: serve\n' };

type TestPlatform = Awaited<ReturnType<typeof startTestDeployments>>;

/** Deploys in a life that dies after so many writes, and goes on in the next. */
async function deployAcrossDeath(platform: TestPlatform, writes: number, bundle: string) {
  const app = await platform.apps.get('shop');
  assert.ok(app);
  const mortal = new Mortal(writes);
  const first = await platform.live({
    db: platform.db.withPlugin(mortal.plugin),
    engines: new PlatformEngines(mortal.reach(platform.engine)),
  });
  const ordered = await orderDeploy(first, app, bundle).catch((error: unknown) => {
    if (mortal.dead) return null;
    throw error;
  });
  const ended = async () =>
    ordered === null || (await first.routes.getDeploy(requestOf(ordered.id))).status !== 'running';
  await waitUntil(() => mortal.dead || ended().catch(() => mortal.dead), 'the deploy to end or rigd to die');
  await first.stop();
  const second = await platform.live();
  const outcome = ordered === null ? null : await followDeploy(second, ordered.id);
  return { app, mortal, second, outcome };
}

const requestOf = (deploy: string) => ({
  params: { deploy },
  query: {},
  body: undefined,
  identity: callerNamed('ann'),
  requestId: 'test',
  signal: new AbortController().signal,
});

const runningOf = async (platform: TestPlatform) =>
  (await platform.engine.instances())
    .filter(({ state }) => state !== 'exited')
    .map(({ spec }) => `${spec.name} v${spec.release}`);

describe('rigd killed in the middle of a deploy', () => {
  it('goes on with it, wherever it was', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    let deaths = 0;
    for (let writes = 0; writes < TOO_MANY; writes += 1) {
      // Another source each time: the artifact of the same one would be taken again.
      const bundle = await platform.commit(app, { ...WEB_APP, 'writes.txt': String(writes) });
      const { mortal, outcome, second } = await deployAcrossDeath(platform, writes, bundle);
      const where = `died at write ${writes}, ${mortal.last}`;
      if (outcome !== null) {
        assert.equal(outcome.deploy.status, 'succeeded', `${where}: ${JSON.stringify(outcome.deploy.error)}`);
        const { release } = outcome.deploy;
        const settled = async () => {
          const running = await runningOf(platform);
          const routes = await readEdgeRoutes(platform.layout.edgeRoutes);
          const [routed] = routes?.apps ?? [];
          return (
            running.length === 1 &&
            running[0] === `web.1 v${release}` &&
            routed?.release === release &&
            routed?.upstreams.length === 1
          );
        };
        await waitUntil(settled, `one instance of v${release}, routed; ${where}`);
        assert.equal((await second.stateOf(app)).status, 'running', where);
        const steps = outcome.events.filter(({ type }) => type === 'step');
        assert.equal(new Set(steps.map(({ step, status }) => `${step} ${status}`)).size, steps.length, where);
      }
      await second.stop();
      if (!mortal.dead) break;
      deaths += 1;
    }
    assert.ok(deaths > 15 && deaths < TOO_MANY - 1, `${deaths} deaths`);
  });

  it('cleans up after a deploy that fails, wherever it was', async (test) => {
    let broken = false;
    const platform = await startTestDeployments(test, {
      program: () => (broken ? { does: 'exit', exitCode: 3 } : { does: 'serve' }),
    });
    const app = await platform.addApp('shop');
    const bundle = await platform.commit(app, WEB_APP);
    const calm = await platform.live();
    assert.equal(
      (await followDeploy(calm, (await orderDeploy(calm, app, bundle)).id)).deploy.status,
      'succeeded',
    );
    await calm.stop();
    broken = true;
    let deaths = 0;
    for (let writes = 0; writes < TOO_MANY; writes += 1) {
      const { mortal, outcome, second } = await deployAcrossDeath(platform, writes, bundle);
      const where = `died at write ${writes}, ${mortal.last}`;
      if (outcome !== null) {
        assert.equal(outcome.deploy.status, 'failed', where);
        assert.equal(outcome.deploy.error?.code, 'release_failed', where);
        assert.deepEqual(await runningOf(platform), ['web.1 v1'], where);
        const state = await second.stateOf(app);
        assert.equal(state.release, 1, where);
        assert.equal(state.instances.length, 1, where);
      }
      await second.stop();
      if (!mortal.dead) break;
      deaths += 1;
    }
    assert.ok(deaths > 10 && deaths < TOO_MANY - 1, `${deaths} deaths`);
  });
});
