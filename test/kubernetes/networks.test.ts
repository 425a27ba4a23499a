import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { resources } from '@rig-ops/kubernetes';
import { ClusterUser } from '../support/kubernetes/cluster-user.ts';
import { restrictedKubeconfig } from '../support/kubernetes/restricted-kubeconfig.ts';
import { TestCluster } from '../support/kubernetes/test-cluster.ts';
import { until } from '../support/rig.ts';

const cluster = await TestCluster.open();
let user: ClusterUser;
const other = `ks-other-${process.pid.toString(36)}`;
const foreign = `ks-foreign-${process.pid.toString(36)}`;
before(async () => {
  user = await ClusterUser.start(cluster, 'networks');
  await cluster.client.create(resources.namespaces, { metadata: { name: foreign } });
  await cluster.client.create(resources.configMaps, {
    metadata: { name: 'shop', namespace: foreign },
    data: { ours: 'no' },
  });
});
after(async () => {
  await cluster.client.delete(resources.namespaces, { name: foreign });
  await user.close();
  cluster.close();
});

const web = '[processes]\nweb = "node server.js"\n';
const serving = `require('node:http').createServer((_, answer) => answer.end('app ' + process.env.RIG_APP)).listen(process.env.PORT, process.env.HOST);`;
const ask = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();
const fetching = (url: string) =>
  `fetch('${url}', { signal: AbortSignal.timeout(4000) }).then((r) => r.text()).then(console.log, () => console.log('kept out'))`;

test('one platform holds networks of several engines', async () => {
  const near = user.source('near', { 'server.js': serving, 'rig.toml': `app = "near"\n${web}` });
  const far = user.app('far', { 'server.js': serving }, web);
  const urls = [
    await user.json<{ url: string }>(['deploy', near, '--yes']),
    await user.json<{ url: string }>(['deploy', far, '--yes']),
  ];
  assert.deepEqual(await Promise.all(urls.map(({ url }) => ask(url))), ['app near', 'app far']);
  const { networks } = await user.json<{ networks: { name: string; engine: string }[] }>([
    'networks',
    'list',
  ]);
  assert.deepEqual(
    networks.map(({ name, engine }) => `${name} ${engine}`).toSorted(),
    ['default process', `${user.network} kubernetes`].toSorted(),
  );
  const { stdout } = await user.run(['networks', 'info', user.network]);
  assert.ok(stdout.includes(`at ${cluster.client.connection.server}`), stdout);
});

test('what is made on the cluster is labelled, restricted, and lets in its own network alone', async () => {
  const namespace = await user.requireNamespace();
  const { metadata } = await cluster.client.read(resources.namespaces, { name: namespace });
  assert.equal(metadata?.labels?.['pod-security.kubernetes.io/enforce'], 'restricted');
  const platform = metadata?.labels?.['rig.dev/platform'] ?? '';
  assert.notEqual(platform, '');
  const [policy] = await cluster.client.list(resources.networkPolicies, { namespace });
  assert.deepEqual(policy?.spec?.podSelector, {});
  assert.deepEqual(policy?.spec?.policyTypes, ['Ingress']);
  assert.deepEqual(policy?.spec?.ingress?.[0]?.from?.[0], { podSelector: {} });

  const [deployment] = await cluster.client.list(resources.deployments, { namespace });
  const pod = deployment?.spec?.template.spec;
  assert.equal(pod?.automountServiceAccountToken, false);
  assert.equal(pod?.securityContext?.runAsNonRoot, true);
  assert.equal(pod?.securityContext?.seccompProfile?.type, 'RuntimeDefault');
  for (const container of [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])]) {
    assert.equal(container.securityContext?.allowPrivilegeEscalation, false);
    assert.deepEqual(container.securityContext?.capabilities?.drop, ['ALL']);
  }
  const [service] = await cluster.client.list(resources.services, { namespace });
  assert.deepEqual([service?.metadata?.name, service?.spec?.ports?.map(({ port }) => port)], ['far', [8080]]);
  const [budget] = await cluster.client.list(resources.podDisruptionBudgets, { namespace });
  assert.ok(budget, 'no PodDisruptionBudget');

  const content = await cluster.contentOf(namespace);
  for (const resource of [resources.deployments, resources.secrets, resources.services, resources.pods])
    for (const { metadata: { name = '', labels = {} } = {} } of await cluster.client.list<{
      metadata?: { name?: string; labels?: Record<string, string> };
    }>(resource, { namespace }))
      if (content?.includes(`${resource.kind}/${name}`) === true)
        assert.equal(labels['rig.dev/platform'], platform, `${resource.kind} ${name} tells not whose it is`);
});

test('apps of a network find one another by name, and those of another one are kept out', async (t) => {
  const friend = user.app('friend', { 'server.js': serving }, web);
  await user.json(['deploy', friend, '--yes']);
  const found = await user.run(['command', 'friend', '--', 'node', '-e', fetching('http://far:8080')]);
  assert.equal(found.stdout, 'app far\n', found.stderr);
  const variable = await user.run([
    'command',
    'friend',
    '--',
    'node',
    '-e',
    fetching('${process.env.RIG_FAR_URL}').replaceAll("'", '`'),
  ]);
  assert.equal(variable.stdout, 'app far\n', variable.stderr);

  await user.json([
    'networks',
    'create',
    other,
    '--engine',
    'kubernetes',
    '--kubeconfig',
    cluster.kubeconfig,
  ]);
  t.after(async () => {
    await user.run(['apps', 'destroy', 'stranger', '--yes']);
    await user.run(['networks', 'destroy', other, '--yes']);
  });
  const stranger = user.app('stranger', { 'server.js': serving }, web);
  const manifest = join(stranger, 'rig.toml');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(user.network, other));
  await user.json(['deploy', stranger, '--yes']);
  if (process.env['RIG_TEST_NETWORK_POLICY'] === 'off') {
    t.diagnostic(
      'the cluster does not enforce NetworkPolicy (RIG_TEST_NETWORK_POLICY=off): its effect is not tested',
    );
    return;
  }
  const namespace = await user.requireNamespace();
  const reach = fetching(`http://far.${namespace}.svc.cluster.local:8080`);
  const kept = await user.run(['command', 'stranger', '--', 'node', '-e', reach]);
  assert.equal(kept.stdout, 'kept out\n', kept.stderr);
});

test('what somebody else changes in an object of rig is put back; what is theirs stays', async () => {
  const namespace = await user.requireNamespace();
  const [deployment] = await cluster.client.list(resources.deployments, {
    namespace,
    labels: { 'rig.dev/app': 'far' },
  });
  const name = deployment?.metadata?.name ?? '';
  await cluster.client.connection.call({
    method: 'PATCH',
    path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
    query: { fieldManager: 'somebody' },
    contentType: 'application/merge-patch+json',
    body: { metadata: { annotations: { 'example.com/theirs': 'yes' } } },
  });
  await user.json(['config', 'set', '--app', 'far', 'A=1']);
  await user.json(['rollback', '--app', 'far']);
  const { data } = await cluster.client.read(resources.configMaps, { namespace: foreign, name: 'shop' });
  assert.deepEqual(data, { ours: 'no' });
});

test('a cluster that cannot be used is told with what to do', async () => {
  await user.fails(
    [
      'networks',
      'create',
      'nowhere',
      '--engine',
      'kubernetes',
      '--kubeconfig',
      join(user.sources, 'absent.yaml'),
    ],
    'kubeconfig_invalid',
    3,
  );
  const broken = join(user.sources, 'broken.yaml');
  writeFileSync(broken, 'clusters: 7\n');
  await user.fails(
    ['networks', 'create', 'nowhere', '--engine', 'kubernetes', '--kubeconfig', broken],
    'kubeconfig_invalid',
    3,
  );
  const { networks } = await user.json<{ networks: { name: string }[] }>(['networks', 'list']);
  assert.ok(networks.every(({ name }) => name !== 'nowhere'));

  const gone = join(user.sources, 'gone.yaml');
  const elsewhere = readFileSync(cluster.kubeconfig, 'utf8').replace(
    /server: .*/,
    'server: https://127.0.0.1:9',
  );
  writeFileSync(gone, elsewhere);
  const poor = join(user.sources, 'poor.yaml');
  writeFileSync(poor, await restrictedKubeconfig(cluster, foreign));
  const cases = [
    { name: 'gone', kubeconfig: gone, code: 'cluster_unreachable', exitCode: 8, said: /127\.0\.0\.1:9/ },
    {
      name: 'poor',
      kubeconfig: poor,
      code: 'cluster_not_permitted',
      exitCode: 5,
      said: /nobody" cannot list/,
    },
  ];
  for (const { name, kubeconfig, code, exitCode, said } of cases) {
    await user.json(['networks', 'create', name, '--engine', 'kubernetes', '--kubeconfig', kubeconfig]);
    const source = user.app(`app-${name}`, { 'server.js': serving }, web);
    const manifest = join(source, 'rig.toml');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(user.network, name));
    const error = await user.fails(['deploy', source, '--yes'], code, exitCode);
    assert.match(`${error.message} ${error.hint}`, said);
    const { builds } = await user.json<{ builds: unknown[] }>(['builds', 'list', '--app', `app-${name}`]);
    assert.deepEqual(builds, [], 'it was built before anybody looked');
    const { problem } = await user.json<{ problem?: { message: string } }>(['networks', 'info', name]);
    assert.match(problem?.message ?? '', said);
    const { problems } = await user.json<{ problems: { message: string }[] }>(['status']);
    assert.ok(
      problems.some(({ message }) => said.test(message)),
      JSON.stringify(problems),
    );
    assert.equal((await user.run(['apps', 'destroy', `app-${name}`, '--yes'])).code, 0);
    assert.equal((await user.run(['networks', 'destroy', name, '--yes'])).code, 0);
  }
});

test('the credentials of the cluster are kept from everybody else, and shown nowhere', async () => {
  const secret = /client-key-data: (\S{40})|token: (\S{40})/
    .exec(readFileSync(cluster.kubeconfig, 'utf8'))
    ?.slice(1)
    .find(Boolean);
  assert.ok(secret);
  const platform = join(user.home, 'platform');
  await until('the logs of the platform', () => readdirSync(platform).length > 0);
  for (const entry of readdirSync(platform, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || path.includes('/clusters/') || /\.sqlite/.test(path)) continue;
    assert.ok(!readFileSync(path).includes(secret), `${path} has a secret of the cluster in it`);
  }
  for (const args of [['networks', 'info', user.network], ['networks', 'list'], ['doctor'], ['status']]) {
    const { stdout, stderr } = await user.run([...args, '-o', 'json']);
    assert.ok(!`${stdout}${stderr}`.includes(secret), `rig ${args.join(' ')} shows it`);
  }
});
