import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DEFAULT_SETTINGS, type Plan } from '../../detectors/plan.ts';
import { runtimeInPod } from './runtime-in-pod.ts';

const plan: Plan = {
  ...DEFAULT_SETTINGS,
  detector: 'node',
  root: 'services/api',
  steps: [],
  processes: [],
  caches: [],
  reuse: null,
  notes: [],
  baseImages: { build: 'node:24', run: 'node:24-slim' },
};
const runtime = {
  root: 'services/api',
  processes: [],
  env: { NODE_ENV: 'test' },
  health: DEFAULT_SETTINGS.health,
  drainSeconds: 0,
};

it('a release runs in its image, in the folder that its files are fetched into', () => {
  const made = runtimeInPod(runtime, plan, null);
  assert.deepEqual([made.image, made.root, made.fetched], ['node:24-slim', '/app/services/api', true]);
  assert.match(
    made.env['PATH'] ?? '',
    /^\/app\/services\/api\/node_modules\/\.bin:.*\/app\/node_modules\/\.bin:.*:\/bin$/,
  );
  assert.equal(made.env['NODE_ENV'], 'test');
  assert.equal(made.env['PYTHONUNBUFFERED'], '1');
});

it('what rig serves itself runs in the image of rig', () => {
  const site = { ...plan, baseImages: { build: 'node:24', run: null } };
  assert.equal(runtimeInPod(runtime, site, 'rig:1').image, 'rig:1');
  assert.throws(() => runtimeInPod(runtime, site, null), { code: 'image_required' });
});
