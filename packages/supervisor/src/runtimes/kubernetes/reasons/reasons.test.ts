import assert from 'node:assert/strict';
import { it } from 'node:test';
import { viewOf } from '../status/pod-view.ts';
import { explainEnd } from './explain-end.ts';
import { explainDeployment } from './explain-failure.ts';
import { explainWait } from './explain-wait.ts';

const of = { image: 'shop:1', program: 'serve' };

const hopeless = (reason: string, message = '') => explainWait({ reason, message }, of);

it('what will not come about by waiting ends the start', () => {
  for (const [reason, message, text] of [
    ['InvalidImageName', '', /no name of an image/],
    ['ImagePullBackOff', 'Back-off pulling image', /cannot be fetched: Back-off/],
    ['CreateContainerConfigError', 'container has runAsNonRoot and image will run as root', /runs as root/],
    [
      'RunContainerError',
      'exec: "serve": executable file not found in $PATH',
      /^ENOENT: there is no program "serve"/,
    ],
  ] as const) {
    const found = hopeless(reason, message);
    assert.match(found.text, text);
    assert.equal(found.hopeless, true, reason);
  }
  for (const [reason, message] of [
    ['ErrImagePull', 'rpc error'],
    ['Unschedulable', '0/3 nodes are available'],
    ['CrashLoopBackOff', 'back-off 10s'],
    ['CreateContainerConfigError', 'failed to sync secret cache: timed out waiting for the condition'],
    ['CreateContainerError', 'context deadline exceeded'],
  ] as const)
    assert.equal(hopeless(reason, message).hopeless, false, reason);
});

const failing = (message: string) =>
  explainDeployment({ status: { conditions: [{ type: 'ReplicaFailure', status: 'True', message }] } });

it('a quota is told from a controller that is busy', () => {
  const quota = failing('pods "shop-web-v1-x" is forbidden: exceeded quota: team, requested: pods=1');
  assert.deepEqual(
    [quota?.hopeless, quota?.text.startsWith('a quota of the cluster is used up')],
    [true, true],
  );
  assert.equal(failing('violates PodSecurity "restricted:latest"')?.hopeless, true);
  assert.equal(failing('namespace is being terminated')?.hopeless, false);
  assert.equal(failing('context canceled')?.hopeless, false);
  assert.equal(explainDeployment({ status: {} }), null);
});

const end = (exitCode: number, reason: string, message = '') =>
  explainEnd({ end: { exitCode, reason, message }, removal: null }, 'serve');

it('an end says its code, the memory it had too much of, or that it never began', () => {
  assert.partialDeepStrictEqual(end(137, 'OOMKilled'), {
    exitCode: 137,
    signal: 'SIGKILL',
    outOfMemory: true,
  });
  assert.partialDeepStrictEqual(end(143, 'Error'), { exitCode: 143, signal: 'SIGTERM', outOfMemory: false });
  const never = end(128, 'StartError', 'exec: "serve": permission denied: unknown');
  assert.deepEqual([never.exitCode, never.startError], [null, 'EACCES: "serve" may not be run']);
  assert.equal(explainEnd({ end: null, removal: null }, 'serve').exitCode, null);
});

const status = (containerStatus: object) =>
  viewOf({
    metadata: { name: 'p', uid: 'u' },
    status: {
      containerStatuses: [
        { name: 'app', image: '', imageID: '', ready: false, restartCount: 0, ...containerStatus },
      ],
    },
  }).run;

it('a container that is behind its first run counts as ended until the next one begins', () => {
  const terminated = { exitCode: 3, reason: 'Error' };
  assert.deepEqual(status({ state: { waiting: { reason: 'ContainerCreating' } } }), {
    number: 0,
    begun: false,
    end: null,
    before: null,
  });
  const end = { exitCode: 3, reason: 'Error', message: '' };
  assert.deepEqual(status({ state: { terminated } }), { number: 0, begun: true, end, before: null });
  const crashing = {
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated },
    restartCount: 1,
  };
  assert.deepEqual(status(crashing), { number: 1, begun: true, end, before: null });
  const again = { state: { running: { startedAt: '' } }, lastState: { terminated }, restartCount: 2 };
  assert.deepEqual(status(again), { number: 2, begun: true, end: null, before: end });
});
