import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ClusterUser } from '../support/kubernetes/cluster-user.ts';
import { TestCluster } from '../support/kubernetes/test-cluster.ts';

const cluster = await TestCluster.open();
let user: ClusterUser;
before(async () => {
  user = await ClusterUser.start(cluster, 'codes');
});
after(async () => {
  await user.close();
  cluster.close();
});

const serving = `require('node:http').createServer((_, answer) => answer.end('up')).listen(process.env.PORT, process.env.HOST);`;

test('a program that ends while something is sent to it still has its exit code, and all that it has said', async () => {
  const source = user.app('codes', { 'server.js': serving }, '[processes]\nweb = "node server.js"\n');
  await user.json(['deploy', source, '--yes']);
  const stdin = 'x'.repeat(2_000_000);
  const run = async (code: number) => {
    const line = `head -c 10 >/dev/null; seq 20000; echo bye >&2; exit ${code}`;
    const ended = await user.run(['command', 'codes', '--', 'sh', '-c', line], { stdin });
    assert.deepEqual([ended.code, ended.stderr], [code, 'bye\n']);
    assert.equal(ended.stdout.split('\n').length, 20_001);
  };
  for (let round = 0; round < 2; round += 1) await Promise.all([0, 3, 42, 255].map(run));
});
