import { readFileSync } from 'node:fs';
import { resources } from '@rig-ops/kubernetes';
import type { TestCluster } from './test-cluster.ts';

/** A kubeconfig of somebody who may do nothing on the cluster; goes with the namespace. */
export async function restrictedKubeconfig(cluster: TestCluster, namespace: string): Promise<string> {
  const name = 'nobody';
  await cluster.client.create(resources.serviceAccounts, { metadata: { name, namespace } });
  const { status } = await cluster.client.connection.call<{ status: { token: string } }>({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
  });
  const text = readFileSync(cluster.kubeconfig, 'utf8');
  const server = /server: (\S+)/.exec(text)?.[1] ?? '';
  const authority = /certificate-authority-data: (\S+)/.exec(text)?.[1] ?? '';
  return [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    `- { name: c, cluster: { server: "${server}", certificate-authority-data: ${authority} } }`,
    'users:',
    `- { name: u, user: { token: ${status.token} } }`,
    'contexts:',
    '- { name: x, context: { cluster: c, user: u } }',
    'current-context: x',
    '',
  ].join('\n');
}
