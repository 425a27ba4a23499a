import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { resources } from '@rig-ops/kubernetes';
import { TestCluster } from '../support/kubernetes/test-cluster.ts';
import { repository, until } from '../support/rig.ts';

const cluster = await TestCluster.open();
const folder = join(repository, 'deploy', 'kubernetes');
const own = `ks-manifests-${process.pid.toString(36)}`;
const kubectl = (args: readonly string[], input = '') =>
  spawnSync('kubectl', ['--kubeconfig', cluster.kubeconfig, ...args], { encoding: 'utf8', input });
/** What is there may be somebody's platform: everything is in a namespace of the test, and named after it. */
const render = (path: string): string => {
  const { status, stdout, stderr } = kubectl(['kustomize', join(folder, path)]);
  assert.equal(status, 0, stderr);
  return stdout
    .replaceAll(/^(\s*namespace:) rig$/gm, `$1 ${own}`)
    .replaceAll('system:serviceaccount:rig:rig', `system:serviceaccount:${own}:rig`)
    .replaceAll(/\brig-own-namespaces$/gm, own);
};
const minor = Number(/^v?1\.(\d+)/.exec(cluster.version)?.[1]);
const needs = (version: number, what: string) => {
  if (kubectl(['kustomize', join(folder, 'base')]).status !== 0) return 'there is no kubectl with kustomize';
  return minor < version && `${what} needs Kubernetes 1.${version}`;
};

before(async () => {
  await cluster.client.create(resources.namespaces, { metadata: { name: own } });
});
after(async () => {
  kubectl(['delete', 'validatingadmissionpolicy,validatingadmissionpolicybinding', own]);
  kubectl(['delete', 'clusterrolebinding', own]);
  await cluster.client.delete(resources.namespaces, { name: own });
  cluster.close();
});

describe('every overlay is taken by the API server', { skip: needs(21, 'policy/v1') }, () => {
  for (const overlay of readdirSync(join(folder, 'overlays')))
    test(overlay, () => {
      const args = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '-f', '-'];
      const { status, stdout, stderr } = kubectl(args, render(join('overlays', overlay)));
      assert.equal(status, 0, stderr);
      assert.match(stdout, /^statefulset\.apps\/rig serverside-applied/m);
      assert.doesNotMatch(stderr, /would violate PodSecurity/);
    });
});

test('a platform is kept to its own namespaces, whatever its role lets it do', {
  skip: needs(30, 'ValidatingAdmissionPolicy'),
}, async () => {
  const policy = kubectl(['kustomize', join(folder, 'components', 'own-namespaces')]);
  assert.equal(policy.status, 0, policy.stderr);
  const applied = kubectl(
    ['apply', '--server-side', '-f', '-'],
    policy.stdout
      .replaceAll('system:serviceaccount:rig:rig', `system:serviceaccount:${own}:rig`)
      .replaceAll(/\brig-own-namespaces$/gm, own),
  );
  assert.equal(applied.status, 0, applied.stderr);
  const role = ['--clusterrole=cluster-admin', `--serviceaccount=${own}:rig`];
  kubectl(['create', 'clusterrolebinding', own, ...role]);
  const asPlatform = (...args: string[]) =>
    kubectl([...args, '--dry-run=server', `--as=system:serviceaccount:${own}:rig`]);
  const denied = /denied request: The platform changes namespaces that are named rig-… and nothing else/;
  await until(
    'the policy to hold',
    () => denied.test(asPlatform('create', 'namespace', 'foreign').stderr),
    60_000,
  );
  assert.match(asPlatform('create', 'secret', 'generic', 'x', '-n', 'default').stderr, denied);
  assert.match(asPlatform('label', 'namespace', 'default', 'a=b').stderr, denied);
  const made = asPlatform('create', 'namespace', 'rig-of-its-own');
  assert.equal(made.status, 0, made.stderr);
  // Of everybody else it asks nothing.
  const others = kubectl(['create', 'secret', 'generic', 'x', '-n', 'default', '--dry-run=server']);
  assert.equal(others.status, 0, others.stderr);
});
