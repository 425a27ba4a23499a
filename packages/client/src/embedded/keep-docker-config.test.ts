import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { platformLayout } from '@rig-ops/contract/layout';
import { keepDockerConfig } from './keep-docker-config.ts';

const AUTH = Buffer.from('ann:sesame').toString('base64');

test('credentials of a file are kept for the user alone, and nothing else of it', async (context) => {
  const cwd = mkdtempSync(join(tmpdir(), 'rig-docker-config-'));
  context.after(() => rmSync(cwd, { recursive: true }));
  const place = { cwd, rigHome: join(cwd, 'home') };
  const { dockerConfig } = platformLayout(place.rigHome);
  const write = (value: unknown) =>
    writeFileSync(join(cwd, 'config.json'), typeof value === 'string' ? value : JSON.stringify(value));
  write({ auths: { 'ghcr.io': { auth: AUTH }, 'empty.example': {} }, proxies: { default: {} } });
  await keepDockerConfig('config.json', place);
  assert.equal(statSync(dockerConfig).mode & 0o777, 0o600);
  assert.deepEqual(JSON.parse(readFileSync(dockerConfig, 'utf8')), { auths: { 'ghcr.io': { auth: AUTH } } });
  write({ auths: { 'ghcr.io': { username: 'ann', password: 'sesame' } } });
  await keepDockerConfig('config.json', place);
  assert.deepEqual(JSON.parse(readFileSync(dockerConfig, 'utf8')), { auths: { 'ghcr.io': { auth: AUTH } } });
  const refused = async (value: unknown, why: RegExp) => {
    write(value);
    await assert.rejects(keepDockerConfig('config.json', place), (error) => {
      assert.ok(isRigError(error) && error.code === 'invalid_input');
      assert.match(error.message, why);
      assert.ok(!`${error.message}${error.hint}${String(error.cause)}`.includes(AUTH));
      return true;
    });
  };
  await refused(`{"auths":{"a":{"auth":"${AUTH}"}`, /not JSON/);
  await refused({ auths: {} }, /no credentials/);
  await refused({ auths: { 'ghcr.io': {} }, credsStore: 'desktop' }, /store of this desktop/);
  await assert.rejects(keepDockerConfig('nosuch.json', place), /cannot be read/);
  // What was kept stays.
  assert.deepEqual(JSON.parse(readFileSync(dockerConfig, 'utf8')), { auths: { 'ghcr.io': { auth: AUTH } } });
  await keepDockerConfig('off', place);
  assert.throws(() => statSync(dockerConfig));
});
