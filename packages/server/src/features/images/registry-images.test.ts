import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import type { BuildRecord } from '../builds/build-store.ts';
import { DEFAULT_SETTINGS, type Plan } from '../../detectors/plan.ts';
import type { ImageRegistry } from './registry/image-registry.ts';
import { RegistryImages } from './registry-images.ts';

const folder = mkdtempSync(join(tmpdir(), 'rig-registry-images-'));
after(() => rmSync(folder, { recursive: true }));
const layout = { logs: join(folder, 'logs'), dockerConfig: join(folder, 'docker-config.json') };
const auth = Buffer.from('ann:hunter2').toString('base64');
writeFileSync(layout.dockerConfig, JSON.stringify({ auths: { 'ghcr.io': { auth } } }));

const plan = { ...DEFAULT_SETTINGS, detector: 'image', root: '.', notes: [] } as unknown as Plan;
const build = { id: 'bld_1' } as BuildRecord;
const answer: Awaited<ReturnType<ImageRegistry['resolve']>> = {
  digest: 'sha256:2',
  reference: 'ghcr.io/team/shop@sha256:2',
  platforms: ['linux/amd64', 'linux/arm64'],
  bytes: 7,
  config: {
    id: 'sha256:1',
    os: 'linux',
    architecture: 'amd64',
    entrypoint: ['/entry'],
    command: ['serve'],
    env: [],
    ports: [3000],
    user: '1000',
    workingDir: '/srv',
  },
};

const steps: string[] = [];
const order = {
  build,
  plan,
  onStep: ({ name, status }: { name: string; status: string }) => {
    steps.push(`${name} ${status}`);
    return Promise.resolve();
  },
  onSteps: () => Promise.resolve(),
};
const signal = AbortSignal.timeout(10_000);

test('what a name stands for is kept with its digest, and what its image says of itself', async () => {
  let asked: unknown;
  const registry: ImageRegistry = {
    resolve: async (_, { credentials }) => {
      asked = credentials;
      return await Promise.resolve(answer);
    },
    has: () => Promise.resolve(true),
    check: () => Promise.resolve(),
  };
  const image = await new RegistryImages({ registry, layout }).resolve(order, 'ghcr.io/team/shop:1', signal);
  assert.deepEqual(image, {
    id: 'sha256:1',
    reference: 'ghcr.io/team/shop:1',
    digest: 'ghcr.io/team/shop@sha256:2',
    pulled: false,
    remote: true,
    bytes: 7,
    entrypoint: ['/entry'],
    command: ['serve'],
    port: 3000,
    user: '1000',
  });
  assert.partialDeepStrictEqual(asked, { username: 'ann', password: 'hunter2' });
  assert.deepEqual(steps.splice(0), [
    'resolve ghcr.io/team/shop:1 started',
    'resolve ghcr.io/team/shop:1 succeeded',
  ]);
});

const failing = (code: 'image_not_found' | 'image_registry_unreachable'): ImageRegistry => ({
  check: () => Promise.resolve(),
  resolve: () => Promise.reject(new RigError(code, 'no')),
  has: () => (code === 'image_not_found' ? Promise.resolve(false) : Promise.reject(new RigError(code, 'no'))),
});

test('a step that failed is told, and an image of this machine is of no use', async () => {
  const images = new RegistryImages({ registry: failing('image_not_found'), layout });
  await assert.rejects(images.resolve(order, 'shop:1', signal), {
    code: 'image_not_found',
    hint: /^Push it/,
  });
  assert.deepEqual(steps.splice(0).at(-1), 'resolve shop:1 failed');
});

test('a registry that does not answer is no reason to call an image gone', async () => {
  const digest = `ghcr.io/team/shop@sha256:${'0'.repeat(64)}`;
  const isThere = async (code: Parameters<typeof failing>[0]) =>
    await new RegistryImages({ registry: failing(code), layout }).isThere({ digest });
  assert.equal(await isThere('image_not_found'), false);
  assert.equal(await isThere('image_registry_unreachable'), true);
});
