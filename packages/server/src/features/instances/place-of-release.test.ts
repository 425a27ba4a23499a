import assert from 'node:assert/strict';
import { it } from 'node:test';
import { placeOfRelease } from './place-of-release.ts';

const app = { name: 'shop', network: 'team' };
const runtime = {
  processes: [],
  env: {},
  health: { path: null, timeoutSeconds: 1 },
  drainSeconds: 0,
};

it('a release without an image has no place', () => {
  assert.equal(placeOfRelease(app, { runtime }, { process: 'web', port: 1 }), undefined);
});

it('apps of a network know web by the name of the app, and no session at all', () => {
  const release = { runtime: { ...runtime, image: 'sha256:1' } };
  const base = { image: 'sha256:1', network: 'team' };
  const web = placeOfRelease(app, release, { process: 'web', port: 21_000 });
  assert.deepEqual(web, { ...base, aliases: ['shop'], port: 21_000 });
  const worker = placeOfRelease(app, release, { process: 'worker', port: null });
  assert.deepEqual(worker, { ...base, aliases: ['worker.shop'], port: null });
  assert.deepEqual(placeOfRelease(app, release, null), { ...base, aliases: [], port: null });
});
