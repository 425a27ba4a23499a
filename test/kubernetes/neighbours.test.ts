import assert from 'node:assert/strict';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { resources } from '@rig-ops/kubernetes';
import { ClusterUser } from '../support/kubernetes/cluster-user.ts';
import { TestCluster } from '../support/kubernetes/test-cluster.ts';
import { until } from '../support/rig.ts';

const cluster = await TestCluster.open();
let user: ClusterUser;
before(async () => {
  user = await ClusterUser.start(cluster, 'names');
});
after(async () => {
  await user.close();
  cluster.close();
});

const web = '[processes]\nweb = "node server.js"\n';
const serving = `require('node:http').createServer((_, answer) => answer.end('v' + process.env.RIG_RELEASE)).listen(process.env.PORT, process.env.HOST);`;
/** Calls its neighbour by its name and says which release has answered, or that none did. */
const calling = `
(async () => {
  for (;;) {
    const said = await fetch('http://called:8080', { headers: { connection: 'close' }, signal: AbortSignal.timeout(5000) })
      .then((answer) => answer.text()).catch((error) => 'none: ' + (error.cause?.code ?? error.name));
    console.log(said);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
})();
`;

interface Deployed {
  release: { version: number } | null;
}

test('neighbours reach the live release by its name: over a canary, what replaces it, and a return, without a request that fails', async (t) => {
  const source = user.app('called', { 'server.js': serving }, web);
  const deploy = async (...args: string[]) => {
    writeFileSync(join(source, 'server.js'), `${serving} // ${Math.random()}\n`);
    return await user.json<Deployed>(['deploy', source, '--yes', ...args]);
  };
  await deploy();
  const caller = user.app('caller', { 'server.js': serving }, web);
  await user.json(['deploy', caller, '--yes']);

  const child = user.spawn(['command', 'caller', '--', 'node', '-e', calling]);
  t.after(() => child.kill('SIGKILL'));
  const heard: string[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => heard.push(line));
  const more = async (count = 25) => {
    const had = heard.length;
    await until('more answers', () => heard.length >= had + count, 60_000);
    return heard.slice(had);
  };
  const onlyFrom = async (release: string) =>
    assert.deepEqual([...new Set(await more())], [release], 'who answers');
  await onlyFrom('v1');

  const canary = deploy('--strategy', 'canary', '--steps', '50%');
  const namespace = await user.requireNamespace();
  await until(
    'the pod of the canary to be ready',
    async () => {
      const labels = { 'rig.dev/app': 'called', 'rig.dev/release': 'v2' };
      const [pod] = await cluster.client.list(resources.pods, { namespace, labels });
      return pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    },
    60_000,
  );
  await onlyFrom('v1');
  await until(
    'the promotion',
    async () => (await user.run(['releases', 'promote', 'called'])).code === 0,
    60_000,
  );
  assert.equal((await canary).release?.version, 2);
  await onlyFrom('v2');

  await deploy('--strategy', 'rolling');
  await onlyFrom('v3');
  await deploy('--strategy', 'blue-green');
  await onlyFrom('v4');
  await user.json(['rollback', '--app', 'called']);
  const back = await more();
  assert.equal(new Set(back).size, 1, back.join());
  assert.deepEqual(
    heard.filter((each) => each.startsWith('none')),
    [],
  );
});
