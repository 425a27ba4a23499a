import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS, type Plan } from '../../detectors/plan.ts';
import type { RuntimePlan } from '../releases/release-store.ts';
import type { BuildImage } from './build-image.ts';
import { runtimeInImage } from './runtime-in-image.ts';

const image: BuildImage = {
  id: 'sha256:1',
  reference: 'nginx:1',
  digest: 'nginx@sha256:2',
  pulled: true,
  bytes: 1,
  entrypoint: ['/entry'],
  command: ['serve', '--all'],
  port: 80,
};
const plan: Plan = {
  ...DEFAULT_SETTINGS,
  detector: 'dockerfile',
  root: '.',
  steps: [],
  caches: [],
  reuse: null,
  notes: [],
  processes: [],
  image: { reference: 'nginx:1' },
};
const runtime: RuntimePlan = {
  ...DEFAULT_SETTINGS,
  processes: [
    { name: 'web', instances: 1, argv: [] },
    { name: 'worker', instances: 2, argv: ['work'] },
  ],
  releasePhase: { argv: ['migrate'], timeoutSeconds: 5 },
};

test('a process stands behind the entry point of its image, in the place of its command', () => {
  const inImage = runtimeInImage(runtime, plan, image);
  assert.deepEqual(inImage.processes, [
    { name: 'web', instances: 1, argv: ['/entry', 'serve', '--all'] },
    { name: 'worker', instances: 2, argv: ['/entry', 'work'] },
  ]);
  assert.deepEqual(inImage.releasePhase, { argv: ['/entry', 'migrate'], timeoutSeconds: 5 });
  assert.equal(inImage.image, 'sha256:1');
  assert.deepEqual(inImage.imageName, { reference: 'nginx:1', digest: 'nginx@sha256:2' });
  // Its folder and what its programs are told are its own.
  assert.deepEqual([inImage.root, inImage.env], [undefined, {}]);
});

test('the port is that of rig.toml, else the one that the image tells', () => {
  assert.equal(runtimeInImage(runtime, plan, image).port, 80);
  assert.equal(runtimeInImage(runtime, { ...plan, port: 3000 }, image).port, 3000);
  assert.equal(runtimeInImage(runtime, plan, { ...image, port: null }).port, undefined);
});

test('an image that was made of an artifact has it in a folder, and its programs are in production', () => {
  const { image: _, ...detected } = plan;
  const inImage = runtimeInImage({ ...runtime, root: 'api', env: { A: 'b' } }, detected, image);
  assert.equal(inImage.root, '/app/api');
  assert.deepEqual(inImage.env, { NODE_ENV: 'production', PYTHONUNBUFFERED: '1', A: 'b' });
});

test('where instances fetch it, an image is named by digest, and its user has to be a number', () => {
  const inPod = (user: string, asked: Partial<Plan> = {}) =>
    runtimeInImage(runtime, { ...plan, ...asked }, { ...image, user }, { byDigest: true });
  assert.deepEqual([inPod('1000').image, inPod('1000').user], ['nginx@sha256:2', '1000']);
  assert.equal(inPod('', { runAs: '101' }).user, '101');
  assert.throws(() => inPod('node'), { code: 'image_user_refused', message: /^nginx:1 names its user/ });
  // A daemon lets an image run as it likes.
  assert.equal(runtimeInImage(runtime, plan, { ...image, user: 'node' }).user, undefined);
});
