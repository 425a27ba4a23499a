import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { readKubeconfig, readOwnCluster } from './kubeconfig.ts';

interface Parts {
  cluster?: object;
  user?: object;
  current?: string;
}

const kubeconfig = ({ cluster = {}, user = { token: 'abc' }, current = 'prod' }: Parts = {}): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': current,
    contexts: [
      { name: 'prod', context: { cluster: 'c1', user: 'u1', namespace: 'web' } },
      { name: 'test', context: { cluster: 'c2', user: 'u1' } },
      { name: 'torn', context: { cluster: 'c9', user: 'u1' } },
    ],
    clusters: [
      { name: 'c1', cluster: { server: 'https://10.0.0.1:6443/', ...cluster } },
      { name: 'c2', cluster: { server: 'https://10.0.0.2:6443' } },
    ],
    users: [{ name: 'u1', user }],
  });

const failsSaying = (text: string, says: RegExp, context?: string) => {
  assert.throws(
    () => readKubeconfig(text, { trusted: false, context }),
    (error) => isRigError(error) && error.code === 'kubeconfig_invalid' && says.test(error.message),
  );
};

describe('a kubeconfig', () => {
  it('is read for its current context, or for one by its name', () => {
    const { cluster, user, namespace } = readKubeconfig(kubeconfig(), { trusted: false });
    assert.deepEqual([cluster.server, user.token, namespace], ['https://10.0.0.1:6443', 'abc', 'web']);
    const other = readKubeconfig(kubeconfig(), { trusted: false, context: 'test' });
    assert.deepEqual([other.cluster.server, other.namespace], ['https://10.0.0.2:6443', null]);
  });

  it('says what is wrong with it', () => {
    failsSaying('a: [b', /cannot be used/);
    failsSaying('just words', /no kubeconfig/);
    failsSaying(kubeconfig({ current: '' }), /no current-context; it has prod, test, torn/);
    failsSaying(kubeconfig(), /no context live; it has prod/, 'live');
    failsSaying(kubeconfig(), /cluster of its context torn/, 'torn');
    failsSaying(kubeconfig({ cluster: { server: 'nonsense' } }), /no address/);
  });

  it('that was sent may not start programs, read files, or go through a proxy', () => {
    for (const user of [
      { exec: { command: '/bin/sh' } },
      { 'auth-provider': { name: 'oidc' } },
      { 'client-key': '/etc/shadow' },
      { 'token-file': '/root/token' },
    ])
      failsSaying(kubeconfig({ user }), /is of the machine where it was written/);
    for (const cluster of [{ 'certificate-authority': '/etc/shadow' }, { 'proxy-url': 'http://10.0.0.9' }])
      failsSaying(kubeconfig({ cluster }), /is of the machine where it was written/);
    const trusted = readKubeconfig(kubeconfig({ user: { exec: { command: 'aws' } } }), { trusted: true });
    assert.deepEqual(trusted.user.exec, { command: 'aws' });
  });

  it('of the cluster around is made of the service account', () => {
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    assert.equal(readOwnCluster(env).cluster.server, 'https://[fd00::1]:443');
    assert.throws(() => readOwnCluster({}), /no pod of a cluster/);
  });
});
