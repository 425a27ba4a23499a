import assert from 'node:assert/strict';
import { test } from 'node:test';
import { damageProblems } from './damage-problems.ts';

test('each damaged pack of an app that is there is a problem of it', async () => {
  const app = { id: 'app_1', name: 'shop', network: 'default', createdAt: '' };
  const blobs = {
    damagedPacks: async () => [
      { appId: 'app_1', file: '/blobs/.damaged/app_1/f00.pack' },
      { appId: 'app_2', file: '/blobs/.damaged/app_2/f00.pack' },
    ],
  };
  const apps = { getById: async (id: string) => (id === app.id ? app : undefined) };
  const [problem, ...others] = await damageProblems(blobs, apps);
  assert.deepEqual(others, []);
  assert.deepEqual([problem?.code, problem?.app], ['pack_damaged', 'shop']);
  assert.match(problem?.message ?? '', /\.damaged\/app_1\/f00\.pack/);
});
