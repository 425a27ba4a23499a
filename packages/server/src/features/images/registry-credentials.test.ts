import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { readRegistryKeys } from './registry-credentials.ts';

const auth = Buffer.from('ann:se:same').toString('base64');

test('credentials are found by registry, as docker login writes them', async (context) => {
  const path = join(await makeTemporaryFolder(context), 'config.json');
  assert.equal((await readRegistryKeys(path)).of('ghcr.io'), null);
  const auths = {
    'https://index.docker.io/v1/': { auth },
    'ghcr.io': { auth },
    'https://127.0.0.1:5000': { identitytoken: 'token' },
    'broken.example': { auth: 'e30=' },
  };
  await writeFile(path, JSON.stringify({ auths }));
  const keys = await readRegistryKeys(path);
  const known = { username: 'ann', password: 'se:same' };
  assert.deepEqual(keys.of('docker.io'), { ...known, serveraddress: 'https://index.docker.io/v1/' });
  assert.deepEqual(keys.of('ghcr.io'), { ...known, serveraddress: 'ghcr.io' });
  assert.deepEqual(keys.of('127.0.0.1:5000'), { identitytoken: 'token', serveraddress: '127.0.0.1:5000' });
  assert.equal(keys.of('broken.example'), null);
  assert.equal(keys.of('quay.io'), null);
  await writeFile(path, `{"auths":{"ghcr.io":{"auth":"${auth}"`);
  await assert.rejects(readRegistryKeys(path), (error) => {
    assert.ok(isRigError(error) && error.code === 'config_unreadable');
    return !`${error.message}${String(error.cause)}`.includes(auth);
  });
});
