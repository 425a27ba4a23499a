import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import type { RegistryCredentials } from '@rig-ops/docker';
import { parseReference } from '../../packages/server/src/features/images/parse-reference.ts';
import { HttpImageRegistry } from '../../packages/server/src/features/images/registry/http-image-registry.ts';
import { ImageRegistry, REFRESH_TOKEN, REGISTRY_USER } from '../support/image-registry.ts';

const signal = AbortSignal.timeout(60_000);

test('names of a registry are resolved to digests and configurations, without a daemon', async (context) => {
  const registry = await ImageRegistry.start({ auth: 'password' });
  if (registry === null) return context.skip('there is no docker-registry');
  context.after(() => registry.close());
  const credentials: RegistryCredentials = { ...REGISTRY_USER, serveraddress: registry.host };
  const config = {
    Entrypoint: ['/bin/shop'],
    Cmd: ['serve'],
    Env: ['PATH=/bin', 'A=b'],
    ExposedPorts: { '3000/tcp': {}, '53/udp': {} },
    User: '1000:1000',
    WorkingDir: '/srv',
  };
  const amd = await registry.putImage('team/shop', 'one', { config });
  const arm = await registry.putImage('team/shop', null, { architecture: 'arm64', config: {} });
  const index = await registry.putManifest('team/shop', 'many', {
    mediaType: 'application/vnd.oci.image.index.v1+json',
    schemaVersion: 2,
    manifests: [arm, amd].map(({ digest, size }, at) => descriptor(digest, size, at)),
  });
  const client = new HttpImageRegistry();
  const resolve = async (version: string, machine?: string) =>
    await client.resolve(parseReference(`${registry.host}/team/shop${version}`), {
      credentials,
      signal,
      ...(machine === undefined ? {} : { machine }),
    });
  const shop = {
    id: amd.id,
    os: 'linux',
    architecture: 'amd64',
    entrypoint: ['/bin/shop'],
    command: ['serve'],
    env: ['PATH=/bin', 'A=b'],
    ports: [3000],
    user: '1000:1000',
    workingDir: '/srv',
  };
  const one = await resolve(':one', 'linux/amd64');
  assert.equal(one.digest, amd.digest);
  assert.equal(one.reference, `${registry.host}/team/shop@${amd.digest}`);
  assert.deepEqual(one.config, shop);
  assert.deepEqual(one.platforms, ['linux/amd64']);
  const many = await resolve(':many', 'linux/amd64');
  assert.equal(many.digest, index, 'the digest of an index is kept, so that every machine finds its image');
  assert.deepEqual(many.config, shop);
  assert.deepEqual(many.platforms, ['linux/arm64/v8', 'linux/amd64']);
  assert.equal((await resolve(':many', 'linux/arm64')).config.architecture, 'arm64');
  assert.deepEqual((await resolve(`@${amd.digest}`)).config, shop);
  await assert.rejects(
    resolve(':one', 'linux/arm64'),
    (error) => isRigError(error) && error.code === 'image_unfit',
  );
  await assert.rejects(
    resolve(':many', 'linux/s390x'),
    (error) => isRigError(error) && error.code === 'image_unfit',
  );
  await assert.rejects(resolve(':two'), (error) => isRigError(error) && error.code === 'image_not_found');
  const has = async (version: string) =>
    await client.has(parseReference(`${registry.host}/team/shop${version}`), { credentials, signal });
  assert.equal(await has(`@${index}`), true);
  await registry.delete('team/shop', index);
  assert.equal(await has(`@${index}`), false);
  for (const wrong of [null, { ...credentials, password: 'guess-what-4' }])
    await assert.rejects(
      client.resolve(parseReference(`${registry.host}/team/shop:one`), { credentials: wrong, signal }),
      (error) => {
        assert.ok(isRigError(error) && error.code === 'image_denied', String(error));
        assert.ok(!`${error.message}${error.hint}${JSON.stringify(error.details)}`.includes('guess-what-4'));
        return true;
      },
    );
  await registry.end();
  await assert.rejects(resolve(':one'), (error) => {
    assert.ok(isRigError(error) && error.code === 'image_registry_unreachable', String(error));
    assert.match(error.message, /ECONNREFUSED/);
    return true;
  });
});

test('a registry that wants a token is asked with one of its realm', async (context) => {
  const registry = await ImageRegistry.start({ auth: 'token' });
  if (registry === null) return context.skip('there is no docker-registry');
  context.after(() => registry.close());
  const { digest } = await registry.putImage('team/shop', 'one');
  const { host: serveraddress } = registry;
  const reference = parseReference(`${serveraddress}/team/shop:one`);
  const known: RegistryCredentials[] = [
    { ...REGISTRY_USER, serveraddress },
    { identitytoken: REFRESH_TOKEN, serveraddress },
  ];
  for (const credentials of known) {
    const client = new HttpImageRegistry();
    assert.equal((await client.resolve(reference, { credentials, signal })).digest, digest);
  }
  const unknown = [
    null,
    { ...REGISTRY_USER, password: 'no', serveraddress },
    { identitytoken: 'no', serveraddress },
  ];
  for (const credentials of unknown)
    await assert.rejects(
      new HttpImageRegistry().resolve(reference, { credentials, signal }),
      (error) => isRigError(error) && error.code === 'image_denied',
    );
});

const descriptor = (digest: string, size: number, at: number) => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest,
  size,
  platform:
    at === 0 ? { os: 'linux', architecture: 'arm64', variant: 'v8' } : { os: 'linux', architecture: 'amd64' },
});
