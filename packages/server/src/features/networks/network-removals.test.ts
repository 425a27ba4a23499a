import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import { MemoryLog } from '../../testing/memory-log.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { openDatabase } from '../../store/database.ts';
import { NetworkRemovals, type NetworkRemovalsDeps } from './network-removals.ts';
import { SqlNetworkStore } from './sql-network-store.ts';
import { networkOf } from './testing/network-of.ts';

async function destroyed() {
  const db = await openDatabase(':memory:');
  const networks = new SqlNetworkStore(db);
  await networks.create(networkOf('prod', { engine: 'kubernetes', cluster: 'prod', follows: false }));
  await networks.remove('prod');
  const state = { isAway: true, asked: [] as string[], removed: [] as string[] };
  const deps = {
    db,
    engines: {
      own: {
        forgetNetwork: async (name: string, cluster: string | null) => {
          state.asked.push(`${name} ${cluster}`);
          if (state.isAway) throw new RigError('cluster_unreachable', 'It does not answer.');
        },
      },
      cluster: 'platform',
    },
    clusters: { remove: async (name: string) => void state.removed.push(name) },
    log: new MemoryLog().logger,
    pauseMs: 5,
  } as unknown as NetworkRemovalsDeps;
  return { deps, networks, state };
}

it('what a network has left on a cluster that is away is told, and removed when it is back, also by a later rigd', async () => {
  const { deps, networks, state } = await destroyed();
  const first = new NetworkRemovals(deps);
  const [removal] = await first.list();
  assert.ok(removal);
  assert.equal((await first.remove(removal))?.code, 'cluster_unreachable');
  const [problem] = await first.problems();
  assert.match(problem?.message ?? '', /network prod.*It does not answer/);
  assert.deepEqual(state.removed, [], 'its credentials are needed still');
  await assert.rejects(networks.create(networkOf('prod')), { code: 'network_being_removed' });

  const later = new NetworkRemovals(deps);
  later.start();
  await waitUntil(() => state.asked.length > 3, 'several tries');
  state.isAway = false;
  await waitUntil(async () => (await later.list()).length === 0, 'it to be done');
  await later.stop();
  assert.deepEqual([...new Set(state.asked)], ['prod prod']);
  assert.deepEqual([state.removed, await later.problems()], [['prod'], []]);
  await networks.create(networkOf('prod'));
});

it('what is given up is asked for no more', async () => {
  const { deps, networks, state } = await destroyed();
  const removals = new NetworkRemovals(deps);
  await removals.giveUp({ name: 'prod', cluster: 'prod' });
  assert.deepEqual([await removals.list(), state.removed, state.asked], [[], ['prod'], []]);
  await networks.create(networkOf('prod'));
});
