import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { collect, repository } from '../support/rig.ts';
import { CLUSTER_VARIABLE, DISPOSABLE, TestCluster } from '../support/kubernetes/test-cluster.ts';

const cluster = await TestCluster.open();
const folder = mkdtempSync(join(tmpdir(), 'rig-refusal-'));
/** What was asked of the cluster that nobody calls disposable. */
const asked: string[] = [];
/** The cluster as it would be without the label: who else works on it at this moment needs the label there. */
const unlabelled = createServer((request, answer) => {
  const { method = '', url = '' } = request;
  asked.push(`${method} ${url}`);
  cluster.client.connection.text({ method: 'GET', path: url }).then(
    (text) => answer.end(text.replaceAll(`"${DISPOSABLE.label}"`, '"example.com/kept"')),
    (error: unknown) => answer.writeHead(502).end(String(error)),
  );
});
after(() => {
  unlabelled.closeAllConnections();
  unlabelled.close();
  rmSync(folder, { recursive: true });
  cluster.close();
});

/** The suite as a person starts it, with one file that would run. */
const suite = async (kubeconfig: string) => {
  const argv = ['scripts/test.mjs', '--suite', 'kubernetes', 'test/architecture/packages.test.ts'];
  const env = { ...process.env, [CLUSTER_VARIABLE]: kubeconfig };
  return await collect(spawn(process.execPath, argv, { cwd: repository, env }));
};

test('a cluster that nobody calls disposable is refused, and nothing is run on it', async () => {
  await new Promise<void>((resolve) => unlabelled.listen(0, '127.0.0.1', resolve));
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  const { port } = unlabelled.address() as AddressInfo;
  const names = `clusters:
- { name: c, cluster: { server: "http://127.0.0.1:${port}" } }
users:
- { name: u, user: { token: t } }
contexts:
- { name: precious, context: { cluster: c, user: u } }
current-context: precious
`;
  writeFileSync(kubeconfig, `apiVersion: v1\nkind: Config\n${names}`);
  const { code, stdout, stderr } = await suite(kubeconfig);
  assert.equal(code, 5, stderr);
  assert.match(stderr, /cluster of context precious .* is not called disposable: nothing was done on it/);
  assert.match(stderr, /kubectl label namespace kube-system rig\.dev\/disposable=true/);
  assert.doesNotMatch(stdout, /passed/);
  await assert.rejects(TestCluster.open({ [CLUSTER_VARIABLE]: kubeconfig }), /is not called disposable/);
  assert.deepEqual(new Set(asked), new Set(['GET /version', 'GET /api/v1/namespaces/kube-system']));
});

test('without a cluster it says that it did not run', async () => {
  const { code, stdout, stderr } = await suite('');
  assert.equal(code, 2, stderr);
  assert.match(stderr, /the Kubernetes suite did not run: no cluster is given/);
  assert.doesNotMatch(stdout, /passed/);
});
