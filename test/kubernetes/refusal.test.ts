import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, test } from 'node:test';
import { resources } from '@rig-ops/kubernetes';
import { collect, repository } from '../support/rig.ts';
import { CLUSTER_VARIABLE, DISPOSABLE, TestCluster } from '../support/kubernetes/test-cluster.ts';

const cluster = await TestCluster.open();
after(() => cluster.close());

/** The suite as a person starts it, with one file that would run. */
const suite = async (kubeconfig: string) => {
  const argv = ['scripts/test.mjs', '--suite', 'kubernetes', 'test/architecture/packages.test.ts'];
  const env = { ...process.env, [CLUSTER_VARIABLE]: kubeconfig };
  return await collect(spawn(process.execPath, argv, { cwd: repository, env }));
};

const label = async (value: string | null): Promise<void> => {
  await cluster.client.merge(
    resources.namespaces,
    { name: 'kube-system' },
    { metadata: { labels: { [DISPOSABLE.label]: value } } },
  );
};

test('a cluster that nobody calls disposable is refused, and nothing is run on it', async () => {
  await label(null);
  try {
    const { code, stdout, stderr } = await suite(cluster.kubeconfig);
    assert.equal(code, 5, stderr);
    assert.match(stderr, /is not called disposable: nothing was done on it/);
    assert.match(stderr, /kubectl label namespace kube-system rig\.dev\/disposable=true/);
    assert.doesNotMatch(stdout, /passed/);
    await assert.rejects(TestCluster.open(), /is not called disposable/);
  } finally {
    await label(DISPOSABLE.value);
  }
});

test('without a cluster it says that it did not run', async () => {
  const { code, stdout, stderr } = await suite('');
  assert.equal(code, 2, stderr);
  assert.match(stderr, /the Kubernetes suite did not run: no cluster is given/);
  assert.doesNotMatch(stdout, /passed/);
});
