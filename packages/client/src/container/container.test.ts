import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import type { SupervisorConfig } from '@rig-ops/contract/supervisor';
import { makeFolder } from '../testing/temporary-folder.ts';
import { findOwnImage } from './own-image.ts';
import { ownServiceUrl } from './own-service.ts';
import { prepareContainer } from './prepare-container.ts';
import { readContainerSettings } from './read-settings.ts';

const codeOf = async (env: Record<string, string>): Promise<string> =>
  await readContainerSettings(env).then(
    () => 'none',
    (error: unknown) => (isRigError(error) ? error.code : String(error)),
  );

describe('a platform in a container', () => {
  it('is what its environment says, each time anew', async (t) => {
    const folder = await makeFolder(t);
    const secret = join(folder, 'url');
    writeFileSync(secret, 'postgres://rig:hunter2@db/rig\n');
    const auths = { 'ghcr.io': { auth: Buffer.from('ann:hunter3').toString('base64') } };
    const docker = join(folder, '.dockerconfigjson');
    writeFileSync(docker, JSON.stringify({ auths }));
    const common = { modules: '/opt/rig/node_modules', node: process.execPath, version: '1.2.3' };
    const env = { RIG_HOME: join(folder, 'rig'), RIG_INSECURE: '1', RIG_DATABASE_URL_FILE: secret };
    const registry = { RIG_REGISTRY: 'ghcr.io/team', RIG_DOCKER_CONFIG: docker };
    const path = await prepareContainer({
      ...common,
      env: { ...env, RIG_POD_URL: 'http://rig.rig.svc:7443/', RIG_POD_IMAGE: 'rig:1', ...registry },
    });
    const read = () => JSON.parse(readFileSync(path, 'utf8')) as SupervisorConfig;
    assert.deepEqual(read().listen, {
      host: '0.0.0.0',
      port: 7443,
      tls: null,
      insecure: true,
      publicUrl: null,
    });
    assert.deepEqual(read().pods, { url: 'http://rig.rig.svc:7443', authority: null, image: 'rig:1' });
    assert.deepEqual([read().edgeHost, read().edgePort, read().isRoot], ['0.0.0.0', 8080, true]);
    assert.deepEqual(read().probes, { host: '0.0.0.0', port: 7444 });
    assert.equal(read().entries.rigd, '/opt/rig/node_modules/@rig-ops/server/dist/main.js');
    assert.doesNotMatch(readFileSync(path, 'utf8'), /hunter2/);
    const kept = join(env.RIG_HOME, 'platform', 'database-url');
    assert.match(readFileSync(kept, 'utf8'), /hunter2/);
    assert.equal(statSync(kept).mode & 0o077, 0);
    assert.equal(read().registry, 'ghcr.io/team');
    const credentials = join(env.RIG_HOME, 'platform', 'docker-config.json');
    assert.deepEqual(JSON.parse(readFileSync(credentials, 'utf8')), { auths });
    assert.equal(statSync(credentials).mode & 0o077, 0);
    await prepareContainer({ ...common, env });
    assert.equal(read().registry, null);
    assert.throws(() => statSync(credentials));
    assert.deepEqual(read().pods, { url: null, authority: null, image: null });
  });

  it('does not begin with what cannot be meant', async () => {
    const fine = { RIG_INSECURE: '1' };
    assert.equal(await codeOf(fine), 'none');
    assert.equal(await codeOf({}), 'tls_required');
    assert.equal(await codeOf({ RIG_TLS_CERT: '/c.pem' }), 'invalid_input');
    assert.equal(await codeOf({ RIG_TLS_CERT: '/c.pem', RIG_TLS_KEY: '/k.pem' }), 'none');
    assert.equal(await codeOf({ ...fine, RIG_LISTEN: '7443' }), 'invalid_input');
    assert.equal(await codeOf({ ...fine, RIG_PUBLIC_URL: 'https://rig.example.com/' }), 'none');
    for (const RIG_PUBLIC_URL of ['rig.example.com', 'http://rig.example.com', 'https://rig.example.com/rig'])
      assert.equal(await codeOf({ ...fine, RIG_PUBLIC_URL }), 'invalid_input');
    assert.equal(await codeOf({ ...fine, RIG_EDGE_LISTEN: '0.0.0.0:99999' }), 'invalid_input');
    assert.equal(await codeOf({ ...fine, RIG_PROBE_LISTEN: 'off' }), 'invalid_input');
    assert.equal(await codeOf({ ...fine, RIG_ENGINE: 'nomad' }), 'invalid_input');
    assert.equal(await codeOf({ ...fine, RIG_POD_URL: 'rig.rig.svc' }), 'invalid_input');
    assert.equal(await codeOf({ ...fine, RIG_POD_URL: 'http://a:b@rig/' }), 'invalid_input');
    assert.equal(await codeOf({ ...fine, RIG_REGISTRY: 'https://ghcr.io' }), 'invalid_input');
    assert.equal(await codeOf({ ...fine, RIG_DATABASE_URL: 'mysql://x' }), 'invalid_input');
    assert.equal(await codeOf({ ...fine, RIG_DATABASE_URL_FILE: '/not/there' }), 'config_unreadable');
  });

  it('knows where pods reach it in the cluster that it is in', async (t) => {
    const folder = await makeFolder(t);
    writeFileSync(join(folder, 'namespace'), 'tools\n');
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', RIG_SERVICE_PORT: '7443' };
    assert.equal(await ownServiceUrl(env, false, folder), 'http://rig.tools.svc:7443');
    assert.equal(await ownServiceUrl(env, true, folder), 'https://rig.tools.svc:7443');
    assert.equal(await ownServiceUrl({ ...env, RIG_SERVICE_PORT: undefined }, false, folder), null);
    assert.equal(await ownServiceUrl({ RIG_SERVICE_PORT: '1' }, false, folder), null);
  });

  it('goes without an image of its own outside of a cluster', async (t) => {
    const folder = await makeFolder(t);
    assert.equal(await findOwnImage({}, 'rig', folder), null);
    const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '9', HOSTNAME: 'rig-0' };
    assert.equal(await findOwnImage(env, 'rig', folder), null);
  });
});
