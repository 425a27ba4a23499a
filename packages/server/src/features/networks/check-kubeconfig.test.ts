import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkKubeconfig } from './check-kubeconfig.ts';

const kubeconfig = (change: { cluster?: object; user?: object; context?: object } = {}, more: object = {}) =>
  JSON.stringify({
    'current-context': 'dev',
    clusters: [{ name: 'c', cluster: { server: 'https://10.0.0.1:6443/', ...change.cluster } }],
    users: [{ name: 'u', user: { token: 'secret', ...change.user } }],
    contexts: [{ name: 'dev', context: { cluster: 'c', user: 'u', ...change.context } }],
    ...more,
  });

const refused = (text: string, message: RegExp): void =>
  assert.throws(
    () => checkKubeconfig(text),
    (error: Error) => {
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /secret/);
      return (error as Error & { code: string }).code === 'kubeconfig_invalid';
    },
  );

it('tells where a cluster is', () => {
  assert.deepEqual(checkKubeconfig(kubeconfig()), { context: 'dev', server: 'https://10.0.0.1:6443' });
});

it('takes nothing that would run a program or read a file of the machine of the platform', () => {
  for (const user of [
    { exec: { command: 'secret' } },
    { 'auth-provider': {} },
    { 'client-certificate': '/etc/secret' },
    { 'client-key': '/etc/secret' },
    { tokenFile: '/etc/secret' },
    { 'token-file': '/etc/secret' },
  ])
    refused(kubeconfig({ user }), /is of the machine where it was written/);
  refused(kubeconfig({ cluster: { 'certificate-authority': '/etc/secret' } }), /of the machine/);
  refused(kubeconfig({ cluster: { 'proxy-url': 'http://secret' } }), /of the machine/);
});

it('is one context, whole', () => {
  refused('secret', /no JSON/);
  refused('[]', /no JSON/);
  refused('{}', /contexts/);
  refused(kubeconfig({}, { users: [] }), /users/);
  refused(
    kubeconfig(
      {},
      {
        users: [
          { name: 'u', user: {} },
          { name: 'v', user: { exec: {} } },
        ],
      },
    ),
    /users/,
  );
  refused(kubeconfig({}, { 'current-context': 'other' }), /current-context/);
  refused(kubeconfig({ context: { user: 'other' } }), /another cluster or user/);
  for (const server of ['file:///etc/secret', 'https://a:secret@host', 'https://host/?secret', 7])
    refused(kubeconfig({ cluster: { server } }), /no address/);
});
