import assert from 'node:assert/strict';
import { it } from 'node:test';
import { preparePod } from '../objects/pod-preparation.ts';
import { type PodSessionSpec, sessionJobOf } from './session-pods.ts';

const spec = {
  id: 's_1',
  app: 'shop',
  network: 'prod',
  argv: ['cat'],
  cwd: '/app',
  env: { SECRET: 'not for the cluster' },
  pod: {
    cluster: 'prod',
    platform: 'p1',
    namespace: 'rig-prod',
    network: 'prod',
    image: 'node:24',
    artifact: null,
    port: { inside: 8080, outside: 4000 },
    service: true,
    limits: { memoryBytes: 1024, cpus: 0.5 },
    health: { path: '/', intervalSeconds: 1, timeoutSeconds: 1, startSeconds: 1 },
    graceSeconds: 1,
  },
} as unknown as PodSessionSpec;

it('the pod of a session idles, is asked by no probe, and knows nothing of what the session is told', () => {
  const job = sessionJobOf(spec, preparePod({ artifact: null }, { image: null, workload: 'shop' }));
  const [container] = job.spec?.template.spec?.containers ?? [];
  assert.equal(container?.command?.at(-1), 'idle');
  assert.deepEqual(
    [container?.envFrom, container?.readinessProbe, container?.ports],
    [undefined, undefined, undefined],
  );
  assert.equal(container?.resources?.limits?.['memory'], '1024');
  assert.equal(job.spec?.template.spec?.restartPolicy, 'Never');
  assert.equal(job.metadata?.labels?.['rig.dev/session'], 's_1');
  assert.ok(!JSON.stringify(job).includes('not for the cluster'));
});
