import assert from 'node:assert/strict';
import { it } from 'node:test';
import { authKeyOf, authOf, registryOf } from './docker-auths.ts';

it('the registry of an image is its first part where that is a host', () => {
  for (const [image, registry] of [
    ['nginx', 'docker.io'],
    ['team/shop:1', 'docker.io'],
    ['docker.io/library/nginx@sha256:1', 'docker.io'],
    ['index.docker.io/library/nginx', 'docker.io'],
    ['localhost/shop', 'localhost'],
    ['127.0.0.1:5000/shop:1', '127.0.0.1:5000'],
    ['ghcr.io/team/shop', 'ghcr.io'],
  ] as const)
    assert.equal(registryOf(image), registry, image);
});

it('credentials are found by whatever name their registry has in the file', () => {
  const auths = { 'https://index.docker.io/v1/': { auth: 'hub' }, 'https://ghcr.io/': { auth: 'gh' } };
  assert.equal(authOf(auths, 'docker.io')?.auth, 'hub');
  assert.equal(authOf(auths, 'ghcr.io')?.auth, 'gh');
  assert.equal(authOf(auths, 'quay.io'), undefined);
  assert.equal(authKeyOf('docker.io'), 'https://index.docker.io/v1/');
  assert.equal(authKeyOf('ghcr.io'), 'ghcr.io');
});
