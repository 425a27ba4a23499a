import assert from 'node:assert/strict';
import { it } from 'node:test';
import { podSpecOf, specOf } from '../testing/pod-fixtures.ts';
import { preparePod } from './pod-preparation.ts';
import { budgetOf, deploymentOf, filesOf, jobOf, ownerOf, secretOf, serviceOf } from './workload-objects.ts';

const nothingPrepared = preparePod({ artifact: null }, { image: null, workload: 'shop-web-v1' });
const owner = ownerOf('Deployment', { metadata: { name: 'shop-web-v1', uid: 'u1' } });

it('a pod asks for nothing that the level `restricted` refuses', () => {
  const { spec } = deploymentOf(specOf(), 2, nothingPrepared).spec?.template ?? {};
  assert.partialDeepStrictEqual(spec?.securityContext, {
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  for (const { securityContext } of spec?.containers ?? []) {
    assert.deepEqual(securityContext, { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
  }
  for (const name of ['hostNetwork', 'hostPID', 'hostIPC'] as const) assert.equal(spec?.[name], undefined);
  assert.ok(spec?.volumes?.every(({ hostPath }) => hostPath === undefined));
  assert.equal(spec?.automountServiceAccountToken, false);
});

it('the configuration is in the Secret, and nowhere in the Deployment', () => {
  const spec = specOf({ env: { TOKEN: 'hunter2', PORT: '8080' } });
  assert.doesNotMatch(JSON.stringify(deploymentOf(spec, 1, nothingPrepared)), /hunter2|TOKEN/);
  assert.doesNotMatch(JSON.stringify(jobOf(spec, nothingPrepared)), /hunter2|TOKEN/);
  const { data, metadata } = secretOf(spec, 'shop-web-v1', owner);
  assert.equal(Buffer.from(data?.['TOKEN'] ?? '', 'base64').toString(), 'hunter2');
  assert.deepEqual(metadata?.ownerReferences, [owner]);
});

it('arguments reach the program as they are: nothing in them is replaced by a variable', () => {
  const argv = ['sh', '-c', 'echo $(HOME) $$ $x', '$'];
  const [container] =
    deploymentOf(specOf({ argv }), 1, nothingPrepared).spec?.template.spec?.containers ?? [];
  assert.deepEqual(container?.command, ['sh', '-c', 'echo $$(HOME) $$$$ $$x', '$$']);
});

it('limits are asked for as well, and a probe asks what the release says', () => {
  const pod = podSpecOf({
    limits: { memoryBytes: 64 * 2 ** 20, cpus: 0.25 },
    health: { path: '/up', intervalSeconds: 7, timeoutSeconds: 2.4, startSeconds: 60 },
  });
  const deployment = deploymentOf(specOf({ pod }), 1, nothingPrepared);
  const [container] = deployment.spec?.template.spec?.containers ?? [];
  const limits = { memory: '67108864', cpu: '250m' };
  assert.deepEqual(container?.resources, { limits, requests: limits });
  assert.partialDeepStrictEqual(container?.readinessProbe, {
    httpGet: { path: '/up', port: 8080 },
    periodSeconds: 7,
    timeoutSeconds: 2,
  });
  assert.equal(container?.livenessProbe, undefined);
});

it('the template of a process is the same whoever asks for it: another one would start all copies anew', () => {
  const first = deploymentOf(specOf({ id: 'ins_1', env: { A: '1' } }), 1, nothingPrepared);
  const pod = podSpecOf({ port: { inside: 8080, outside: 20_001 } });
  const second = deploymentOf(
    specOf({ id: 'ins_2', name: 'web.2', env: { A: '2' }, pod }),
    5,
    nothingPrepared,
  );
  assert.deepEqual(second.spec?.template, first.spec?.template);
});

it('a Service and a budget select pods of the app, of this platform alone', () => {
  const all = { 'rig.dev/platform': 'p1', 'rig.dev/app-id': 'app_shop', 'rig.dev/process': 'web' };
  assert.deepEqual(serviceOf(specOf(), null)?.spec?.selector, all);
  assert.deepEqual(serviceOf(specOf(), 'v7')?.spec?.selector, { ...all, 'rig.dev/release': 'v7' });
  assert.equal(serviceOf(specOf({ process: 'worker' }), null), null);
  assert.equal(budgetOf(specOf(), owner).spec?.selector?.matchLabels?.['rig.dev/release'], 'v1');
});

it('what runs once is not started again by the cluster', () => {
  const { spec } = jobOf(specOf({ process: 'release' }), nothingPrepared);
  assert.equal(spec?.backoffLimit, 0);
  assert.equal(spec?.template.spec?.restartPolicy, 'Never');
  assert.equal(spec?.parallelism, 0, 'and its pod is made behind all that it needs');
});

it('the files of a release come before its program, and their key is in a Secret that the app has not', () => {
  const artifact = { url: 'http://rig:1', key: 'k3y', sha256: 'ab', bytes: 5, authority: null };
  const spec = specOf({ pod: podSpecOf({ artifact }) });
  const prepared = preparePod(spec.pod, { image: 'rig:1', workload: 'shop-web-v1' });
  const deployment = deploymentOf(spec, 1, prepared);
  const {
    initContainers: [first] = [],
    containers: [app] = [],
    volumes,
  } = deployment.spec?.template.spec ?? {};
  assert.deepEqual([first?.image, first?.envFrom], ['rig:1', [{ secretRef: { name: 'shop-web-v1-files' } }]]);
  assert.deepEqual(first?.securityContext, app?.securityContext);
  assert.deepEqual(app?.envFrom, [{ secretRef: { name: 'shop-web-v1-env' } }]);
  assert.partialDeepStrictEqual(app?.volumeMounts, [
    { mountPath: '/tmp' },
    { mountPath: '/.rig', readOnly: true },
    { mountPath: '/app' },
  ]);
  assert.deepEqual(volumes?.length, 3);
  assert.doesNotMatch(JSON.stringify(deployment), /k3y/);
  const { data } = filesOf(spec, 'shop-web-v1', owner) ?? {};
  assert.equal(Buffer.from(data?.['RIG_ARTIFACT_KEY'] ?? '', 'base64').toString(), 'k3y');
  assert.equal(filesOf(specOf(), 'shop-web-v1', owner), null);
});

it('an image that is a release runs as the user it names, and what rig puts into its pod is still laid by rig', () => {
  const pod = podSpecOf({ user: '1000:1001', image: 'ghcr.io/team/shop@sha256:1' });
  const prepared = preparePod(pod, { image: 'rig:1', workload: 'shop-web-v1' });
  const { spec } = deploymentOf(specOf({ pod }), 1, prepared).spec?.template ?? {};
  const [app, prepare] = [spec?.containers[0], spec?.initContainers?.[0]];
  assert.partialDeepStrictEqual(app?.securityContext, { runAsUser: 1000, runAsGroup: 1001 });
  assert.partialDeepStrictEqual(prepare?.securityContext, {
    runAsUser: 10_001,
    capabilities: { drop: ['ALL'] },
  });
  assert.deepEqual(
    [spec?.securityContext?.runAsUser, spec?.securityContext?.runAsNonRoot],
    [undefined, true],
  );
  assert.equal(spec?.volumes?.length, 2, 'nothing is unpacked');
  // It may have a home of its own.
  assert.equal(secretOf(specOf({ pod }), 'shop-web-v1', owner).data?.['HOME'], undefined);
  const named = deploymentOf(specOf({ pod: { ...pod, user: '1000' } }), 1, prepared);
  assert.equal(named.spec?.template.spec?.containers[0]?.securityContext?.runAsGroup, undefined);
});

const portsOf = (inside: number) =>
  serviceOf(specOf({ pod: podSpecOf({ port: { inside, outside: 1 } }) }), null)?.spec?.ports?.map(
    ({ name, port, targetPort }) => [name, port, targetPort],
  );

it('neighbours find every app at one port, and at that of its image', () => {
  assert.deepEqual(portsOf(8080), [['http', 8080, 'http']]);
  assert.deepEqual(portsOf(3000), [
    ['http', 8080, 'http'],
    ['own', 3000, 'http'],
  ]);
});
