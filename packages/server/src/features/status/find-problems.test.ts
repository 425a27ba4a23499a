import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Findings, findProblems } from './find-problems.ts';

const fine: Findings = {
  apps: [{ id: 'app_1', name: 'shop', status: 'running' }],
  diskFreeBytes: 10 ** 12,
  root: '/state',
  edge: { failedListeners: [] },
  reported: [],
};

const codesOf = (findings: Partial<Findings>) =>
  findProblems({ ...fine, ...findings }).map(({ code, app }) => `${code} ${app ?? '-'}`);

it('finds nothing where all is well', () => assert.deepEqual(codesOf({}), []));

it('names each thing that is wrong, with a fix', () => {
  const app = { id: 'app_1', name: 'shop' };
  assert.deepEqual(codesOf({ apps: [{ ...app, status: 'degraded' }] }), ['app_degraded shop']);
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
  const apps = [{ id: 'app_1', name: 'shop', status: 'degraded' as const }];
  assert.deepEqual(findProblems({ ...fine, apps, reported }), reported);
});
