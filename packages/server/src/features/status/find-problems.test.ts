import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Instance } from '@rig-ops/contract/resources';
import { type Findings, findProblems, type FoundApp } from './find-problems.ts';

const shop: FoundApp = {
  id: 'app_1',
  name: 'shop',
  status: 'running',
  release: 2,
  processes: [{ name: 'web', command: ['node'], instances: 2 }],
  instances: [],
};
const instance = (name: string, change: Partial<Instance>) => ({ name, release: 2, ...change }) as Instance;

const fine: Findings = {
  apps: [shop],
  diskFreeBytes: 10 ** 12,
  root: '/state',
  edge: { failedListeners: [] },
  reported: [],
};

const codesOf = (findings: Partial<Findings>) =>
  findProblems({ ...fine, ...findings }).map(({ code, app }) => `${code} ${app ?? '-'}`);

it('finds nothing where all is well', () => assert.deepEqual(codesOf({}), []));

it('names each thing that is wrong, with a fix', () => {
  assert.deepEqual(codesOf({ apps: [{ ...shop, status: 'degraded' }] }), ['app_degraded shop']);
  assert.deepEqual(codesOf({ diskFreeBytes: 100 }), ['disk_low -']);
  assert.deepEqual(codesOf({ edge: undefined }), ['edge_unreachable -']);
  const failedListeners = [
    { appId: 'app_1', port: 8100, error: 'EADDRINUSE' },
    { appId: null, port: 80, error: 'EACCES' },
  ];
  assert.deepEqual(codesOf({ edge: { failedListeners } }), ['port_taken shop', 'port_taken -']);
  for (const { fix, message } of findProblems({ ...fine, edge: undefined, diskFreeBytes: 0 })) {
    assert.ok(fix.length > 0 && message.length > 0);
  }
});

it('tells once what two parts have found, in the words of the one that knows more', () => {
  const reported = [{ code: 'app_degraded', app: 'shop', message: 'web.1 crashes', fix: 'look' }];
  const apps = [{ ...shop, status: 'degraded' as const }];
  assert.deepEqual(findProblems({ ...fine, apps, reported }), reported);
});

it('says which instance of an app is not well, and how to see why', () => {
  const ended = instance('web.1', { state: 'crashed', exitCode: 7 });
  const runs = instance('web.2', { state: 'running', health: 'healthy' });
  const [crashed] = findProblems({
    ...fine,
    apps: [{ ...shop, status: 'degraded', instances: [ended, runs] }],
  });
  assert.equal(
    crashed?.message,
    'shop has 1 of 2 instances running. web.1 ended with exit code 7 and is started again.',
  );
  assert.equal(crashed?.fix, 'Run `rig logs app shop --instance web.1`.');
  const sick = ['1', '2', '3', '4'].map((ordinal) =>
    instance(`web.${ordinal}`, { state: 'running', health: 'unhealthy' }),
  );
  // Of a release that goes, nobody wants to hear.
  const going = instance('web.5', { state: 'running', health: 'unhealthy', release: 1 });
  const [unhealthy, ...others] = findProblems({ ...fine, apps: [{ ...shop, instances: [...sick, going] }] });
  assert.equal(unhealthy?.message, 'shop has instances whose health check fails: web.1, web.2 and 2 more.');
  assert.deepEqual(others, []);
});
