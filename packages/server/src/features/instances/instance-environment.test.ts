import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ReleaseRecord } from '../releases/release-store.ts';
import { environmentOf } from './instance-environment.ts';

it('the environment of an instance is made from nothing', () => {
  const env = environmentOf({
    baseEnvironment: { PATH: '/usr/bin', LANG: 'C', HOME: '/home/ann' },
    node: '/opt/node/bin/node',
    artifact: '/artifact',
    app: 'shop',
    release: {
      version: 3,
      runtime: { processes: [], env: { MODE: 'x', PORT: '1', RIG_APP: 'no', NODE_ENV: 'test' } },
    } as unknown as ReleaseRecord,
    config: { MODE: 'y', RIG_PROCESS: 'no', DATABASE_URL: 'postgres://' },
    instance: { process: 'web', name: 'web.2', port: 20_001 },
    neighbours: new Map([['web-api', 'http://127.0.0.1:8101']]),
  });
  assert.deepEqual(env, {
    PATH: '/artifact/node_modules/.bin:/artifact/.venv/bin:/opt/node/bin:/usr/bin',
    LANG: 'C',
    HOST: '127.0.0.1',
    PORT: '20001',
    NODE_ENV: 'test',
    PYTHONUNBUFFERED: '1',
    MODE: 'y',
    DATABASE_URL: 'postgres://',
    RIG_APP: 'shop',
    RIG_PROCESS: 'web',
    RIG_INSTANCE: 'web.2',
    RIG_RELEASE: '3',
    RIG_WEB_API_URL: 'http://127.0.0.1:8101',
  });
});

it('an image has what the machine would say from itself, and finds others by their names', () => {
  const env = environmentOf({
    baseEnvironment: { PATH: '/usr/bin', LANG: 'C', HOME: '/home/ann' },
    node: '/opt/node/bin/node',
    artifact: '/artifact',
    app: 'shop',
    release: {
      version: 3,
      runtime: { processes: [], env: {}, image: 'sha256:1' },
    } as unknown as ReleaseRecord,
    config: { MODE: 'y' },
    instance: { process: 'web', name: 'web.1', port: 20_001 },
    neighbours: new Map([['web-api', 'http://127.0.0.1:8101']]),
  });
  assert.equal(env['PATH'], undefined);
  assert.equal(env['LANG'], undefined);
  assert.deepEqual(
    [env['HOST'], env['RIG_WEB_API_URL'], env['MODE']],
    ['0.0.0.0', 'http://web-api:8080', 'y'],
  );
});
