import assert from 'node:assert/strict';
import { describe, type Outcome, type User, until } from '../../support/rig.ts';
import { slowApp, waitForBuild } from '../../support/builds.ts';
import type { Scenarios } from './scenario.ts';

/** Promotes or cancels a canary that waits for it. */
async function steer(user: User, how: 'promote' | 'cancel'): Promise<Outcome> {
  const deploying = user.run(['deploy', 'shop', '--app', 'shop', '--steps', '25%', '-o', 'json']);
  const outcome = await until(`the ${how} to be taken`, async () => {
    const steered = await user.run(['releases', how, 'shop', '-o', 'json']);
    const began = await user.json<{ deploy?: unknown; status?: string }>(['apps', 'info', 'shop']);
    return steered.code === 0 && began !== undefined ? steered : null;
  });
  await deploying;
  return outcome;
}

/** Lines about an app that no other scenario touches: it has two releases of the same source, `v1` and `v2`. */
function onAppOfItsOwn(app: string, lines: string[][]): (user: User) => Promise<Outcome[]> {
  return async (user) => {
    const deploy = ['deploy', 'shop', '--app', app];
    const outcomes = [await user.run([...deploy, '--create', '-o', 'json'])];
    for (const line of [deploy, ...lines]) outcomes.push(await user.run([...line, '-o', 'json']));
    for (const outcome of outcomes) assert.equal(outcome.code, 0, describe([app], outcome));
    return outcomes.slice(2);
  };
}

export const deployScenarios: Scenarios = {
  'apps create': [['apps', 'create', 'empty']],
  'apps list': [
    ['apps', 'list'],
    ['apps', 'list', '--limit', '1'],
  ],
  'apps info': [
    ['apps', 'info', 'shop'],
    ['apps', 'info', 'empty'],
  ],
  'apps lock': [
    ['apps', 'lock', 'shop', '-m', 'a test', '--for', '1h'],
    ['apps', 'lock', 'shop'],
  ],
  'apps unlock': [
    ['apps', 'unlock', 'shop', '--force'],
    ['apps', 'unlock', 'shop'],
  ],
  'apps restart': [['apps', 'restart', 'shop']],
  'apps domains add': [['apps', 'domains', 'add', 'shop.example.com', '--app', 'shop']],
  'apps domains list': [
    ['apps', 'domains', 'list', 'shop'],
    ['apps', 'domains', 'list', 'empty'],
  ],
  'apps domains remove': [['apps', 'domains', 'remove', 'shop.example.com', '--app', 'shop']],
  'apps scale': onAppOfItsOwn('pair', [
    ['apps', 'scale', 'pair', 'web=2'],
    ['apps', 'scale', 'pair'],
    ['apps', 'scale', 'empty', 'web=1'],
  ]),
  'apps wait': [['apps', 'wait', 'shop', '--for', 'healthy', '--timeout', '60s']],
  open: [['open', 'shop']],
  deploy: [
    ['deploy', 'shop', '--app', 'shop', '--dry-run'],
    ['deploy', 'shop', '--app', 'shop', '-m', 'third'],
    ['deploy', '--attach', 'latest', '--app', 'shop'],
    ['deploy', 'shop', '--app', 'shop', '--plan'],
  ],
  'builds explain': [
    ['builds', 'explain', 'shop'],
    ['builds', 'explain', 'shop', '--app', 'shop'],
  ],
  'networks create': [
    ['networks', 'create', 'staging'],
    ['networks', 'create', 'local', '--engine', 'process'],
  ],
  'networks list': [['networks', 'list']],
  'networks info': [['networks', 'info', 'default']],
  'networks destroy': [['networks', 'destroy', 'staging', '--yes']],
  'config set': [
    ['config', 'set', 'GREETING=hi', 'TOKEN=t', '--secret', '--app', 'empty'],
    ['config', 'set', 'LEVEL=debug', '--build', '--app', 'empty', '--no-deploy'],
  ],
  'config list': [
    ['config', 'list', 'empty'],
    ['config', 'list', '--app', 'shop'],
  ],
  'config get': [['config', 'get', 'LEVEL', '--app', 'empty']],
  'config unset': [['config', 'unset', 'LEVEL', '--app', 'empty']],
  rollback: onAppOfItsOwn('past', [
    ['rollback', 'past', 'v1', '--plan'],
    ['rollback', 'past', 'v1', '--only', 'config', '--plan'],
    ['rollback', 'v1', '--app', 'past', '--wait'],
  ]),
  'releases list': [
    ['releases', 'list', 'shop'],
    ['releases', 'list', 'empty'],
  ],
  'releases diff': [
    ['releases', 'diff', 'v1', '--app', 'shop'],
    ['releases', 'diff', 'v1', 'v2', '--app', 'shop'],
  ],
  'releases info': [
    ['releases', 'info', 'v2', '--app', 'past'],
    ['releases', 'info', 'v3', '--app', 'past'],
  ],
  'releases tag': [
    ['releases', 'tag', 'shop', 'v1', 'stable'],
    ['releases', 'tag', 'shop', 'stable', '--delete'],
  ],
  'releases prune': [
    ['releases', 'prune', 'shop', '--keep', '1', '--dry-run'],
    ['releases', 'prune', 'shop', '--older-than', '30d', '--yes'],
  ],
  'releases promote': async (user) => [await steer(user, 'promote')],
  'releases cancel': async (user) => [await steer(user, 'cancel')],
  'builds list': [
    ['builds', 'list', 'shop'],
    ['builds', 'list', 'empty'],
  ],
  'builds info': async (user) => [
    await user.run(['builds', 'info', await waitForBuild(user, 'shop'), '-o', 'json']),
  ],
  'builds cancel': async (user) => {
    user.source('slow', slowApp);
    const deploying = user.run(['deploy', 'slow', '--app', 'empty', '-o', 'json']);
    const build = await waitForBuild(user, 'empty');
    const cancelled = await user.run(['builds', 'cancel', build, '-o', 'json']);
    const { code } = await deploying;
    if (code !== 12) throw new Error(`the deploy of the cancelled build ended with ${code}`);
    return [cancelled];
  },
  'apps destroy': [['apps', 'destroy', 'empty', '--yes']],
};
