import assert from 'node:assert/strict';
import { beforeEach, it } from 'node:test';
import { systemClock } from '../../clock.ts';
import { createLogger } from '../../logger.ts';
import { NeighbourNames, type RoutedApp } from './neighbour-names.ts';

let asked: string[];
let answer: () => Promise<void>;
let names: NeighbourNames;
const routed = (...instances: string[]) =>
  ({ app: { id: 'app_1', name: 'shop', network: 'team' }, instances }) as unknown as RoutedApp;

beforeEach(() => {
  asked = [];
  answer = () => Promise.resolve();
  names = new NeighbourNames({
    engineOf: (network) => ({
      leadNeighbours: async (app, instances) => {
        asked.push(`${network} ${app} ${instances.join(' ')}`);
        await answer();
      },
    }),
    log: createLogger(systemClock, { write: () => true }),
    patienceMs: 50,
  });
});

it('engines are told once of each change', async () => {
  await Promise.all([names.lead(routed('a', 'b')), names.lead(routed('b', 'a'))]);
  await names.leadAll([routed('a', 'b')]);
  await names.lead(routed('c'));
  assert.deepEqual(asked, ['team app_1 a b', 'team app_1 c']);
});

it('where nothing is well, names lead to where they led before', async () => {
  await names.lead(routed());
  assert.deepEqual(asked, []);
});

it('what an engine could not do is asked for again, and keeps nobody waiting', async () => {
  answer = () => Promise.reject(new Error('away'));
  await names.lead(routed('a'));
  const held = Promise.withResolvers<void>();
  answer = () => held.promise;
  await names.lead(routed('a'));
  assert.equal(asked.length, 2);
  held.resolve();
  await names.leadAll([routed('a')]);
  await names.leadAll([routed('a')]);
  assert.equal(asked.length, 2);
  await names.leadAll([]);
  await names.leadAll([routed('a')]);
  assert.equal(asked.length, 3);
});
