import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import type { Images } from '../images/open-images.ts';
import type { BundleRecord } from '../bundles/bundle-store.ts';
import { BuildImages, type BuildImagesOptions } from './build-images.ts';
import type { BuildOrder } from './build-runner.ts';
import type { BuildRecord } from './build-store.ts';

const CLUSTER = { images: true, fetchesFiles: true, builds: 'machine' };
const DAEMON = { images: true, fetchesFiles: false, builds: 'container' };
const DOCKERFILE = { path: 'Dockerfile', type: 'file', size: 10, mode: 'file', chunks: [] };

const builder = { publisher: null } as unknown as Images;
const publishing = { publisher: { registry: 'ghcr.io/team' } } as unknown as Images;

const imagesOf = (capabilities: object, images: Images | null) =>
  new BuildImages({
    engines: { of: () => ({ capabilities }) },
    images,
    baseEnvironment: {},
    node: process.execPath,
  } as unknown as BuildImagesOptions);

async function planOf(capabilities: object, images: Images | null, entries: object[]): Promise<string> {
  const bundle = { manifest: { version: 1, entries } } as unknown as BundleRecord;
  const order = { app: { name: 'shop', network: 'prod' }, image: null } as unknown as BuildOrder;
  const build = { appId: 'app_1', root: '.' } as BuildRecord;
  try {
    const plan = await imagesOf(capabilities, images).plan(build, bundle, order);
    return plan === null ? 'none' : plan.detector;
  } catch (error) {
    return isRigError(error) ? error.code : String(error);
  }
}

test('a Dockerfile of a cluster wants a daemon that builds it and a registry that pods fetch it from', async () => {
  assert.equal(await planOf(CLUSTER, null, [DOCKERFILE]), 'builder_missing');
  assert.equal(await planOf(CLUSTER, builder, [DOCKERFILE]), 'registry_missing');
  assert.equal(await planOf(CLUSTER, publishing, [DOCKERFILE]), 'dockerfile');
  // Where the daemon runs it as well, there is nothing to fetch.
  assert.equal(await planOf(DAEMON, builder, [DOCKERFILE]), 'dockerfile');
  for (const images of [null, builder, publishing]) assert.equal(await planOf(CLUSTER, images, []), 'none');
});

test('what rig finds out itself becomes an image where that can be fetched, and stays files elsewhere', () => {
  assert.equal(imagesOf(DAEMON, builder).of('prod'), builder);
  assert.equal(imagesOf(CLUSTER, publishing).of('prod'), publishing);
  assert.equal(imagesOf(CLUSTER, builder).of('prod'), null);
  assert.equal(imagesOf(CLUSTER, null).of('prod'), null);
});
