import assert from 'node:assert/strict';
import { it } from 'node:test';
import { NETWORK_LABEL, platformLabels } from '../objects/object-labels.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { Namespaces, policyOf } from './namespaces.ts';

const of = { namespace: 'rig-team-p1', network: 'team' };

it('a namespace is made once, with the level that is enforced in it and who is let in', async () => {
  const cluster = new MemoryCluster();
  const namespaces = new Namespaces(cluster.client, 'p1');
  await Promise.all([namespaces.ensure(of), namespaces.ensure(of)]);
  await namespaces.ensure(of);
  assert.deepEqual(cluster.takeCalls(), ['apply namespaces/rig-team-p1', 'apply networkpolicies/rig']);
  const { labels } = cluster.objects.get('namespaces/rig-team-p1')?.metadata ?? {};
  assert.equal(labels?.['pod-security.kubernetes.io/enforce'], 'restricted');
  assert.deepEqual(policyOf(of, 'p1').spec?.ingress?.[0]?.from, [
    { podSelector: {} },
    { namespaceSelector: { matchLabels: { 'rig.dev/home': 'true' } } },
  ]);
  namespaces.doubt(of.namespace);
  await namespaces.ensure(of);
  assert.equal(cluster.takeCalls().length, 2);
});

it('one that somebody else has is refused, and left as it is', async () => {
  for (const labels of [{}, platformLabels('p2')]) {
    const cluster = new MemoryCluster();
    cluster.objects.set('namespaces/rig-team-p1', {
      metadata: { name: 'rig-team-p1', labels: { ...labels } },
    });
    await assert.rejects(new Namespaces(cluster.client, 'p1').ensure(of), { code: 'cluster_conflict' });
    assert.deepEqual(cluster.takeCalls(), []);
  }
});

it('a network that is destroyed takes its namespace along', async () => {
  const cluster = new MemoryCluster();
  const labels = { ...platformLabels('p1'), [NETWORK_LABEL]: 'team' };
  cluster.objects.set('namespaces/rig-team-p1', { metadata: { name: 'rig-team-p1', uid: 'u', labels } });
  await new Namespaces(cluster.client, 'p1').remove('team');
  assert.deepEqual(cluster.calls, [
    { verb: 'delete', plural: 'namespaces', name: 'rig-team-p1', options: { uid: 'u' } },
  ]);
});
