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
  const base = { image: 'sha256:1', network: 'team', health: null, once: false };
  const web = placeOfRelease(app, release, { process: 'web', port: 21_000 });
  assert.deepEqual(web, {
    ...base,
    aliases: ['shop'],
    port: 21_000,
    health: { path: null, intervalSeconds: 5, timeoutSeconds: 5, startSeconds: 1 },
  });
  const worker = placeOfRelease(app, release, { process: 'worker', port: null });
  assert.deepEqual(worker, { ...base, aliases: ['worker.shop'], port: null });
  assert.deepEqual(placeOfRelease(app, release, null), { ...base, aliases: [], port: null });
});

const healthOf = (health: object) =>
  placeOfRelease(
    app,
    { runtime: { ...runtime, image: 'sha256:1', health: { path: '/up', timeoutSeconds: 9, ...health } } },
    { process: 'web', port: 1 },
  )?.health;

it('an engine may ask what HTTP or TCP can tell, and leaves the rest to rig', () => {
  const check = {
    type: 'http' as const,
    argv: [],
    status: null,
    answerSeconds: 2,
    intervalSeconds: 7,
    healthyAfter: 1,
    unhealthyAfter: 3,
    aliveSeconds: 1,
  };
  assert.deepEqual(healthOf({ check }), {
    path: '/up',
    intervalSeconds: 7,
    timeoutSeconds: 2,
    startSeconds: 9,
  });
  assert.equal(healthOf({ check: { ...check, type: 'tcp' } })?.path, null);
  assert.equal(healthOf({ check: { ...check, type: 'command' } }), null);
  assert.equal(healthOf({ check: { ...check, status: [401, 401] } }), null);
});

it('a release command runs once', () => {
  const release = { runtime: { ...runtime, image: 'sha256:1' } };
  assert.equal(placeOfRelease(app, release, { process: 'release', port: null })?.once, true);
});
