import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import { createLog } from '../../log.ts';
import { until } from '../../testing/until.ts';
import { Reachability } from './reachability.ts';

const log = createLog({ write: () => true });
const fast = { well: 10, away: { least: 5, most: 20 } };

it('a cluster that goes and comes back is told without anybody asking for it', async (t) => {
  let isAway = true;
  const reachability = new Reachability({
    name: 'prod',
    ask: () =>
      isAway
        ? Promise.reject(new RigError('cluster_unreachable', 'The API server does not answer.'))
        : Promise.resolve({ version: 'v1.36.2', usage: true }),
    log,
    pauses: fast,
  });
  t.after(() => reachability.close());
  const first = await reachability.known();
  assert.partialDeepStrictEqual(first.problem, { code: 'cluster_unreachable' });
  assert.ok((first.problem?.hint ?? '') !== '', 'nothing is said to do');
  isAway = false;
  await until('it to be back', async () => reachability.report.problem === null);
  assert.deepEqual(reachability.report, { name: 'prod', version: 'v1.36.2', usage: true, problem: null });
  isAway = true;
  await until('it to be away again', async () => reachability.report.problem !== null);
  assert.equal(reachability.report.version, null);
});

it('many who want to know are one question, and what is known is told at once', async (t) => {
  let asked = 0;
  const answer = Promise.withResolvers<{ version: string; usage: boolean }>();
  const reachability = new Reachability({
    name: 'prod',
    ask: () => {
      asked += 1;
      return answer.promise;
    },
    log,
    pauses: { well: 60_000, away: fast.away },
  });
  t.after(() => reachability.close());
  const all = Promise.all([reachability.known(), reachability.look(), reachability.known()]);
  answer.resolve({ version: 'v1', usage: false });
  await all;
  await reachability.known();
  assert.equal(asked, 1);
});

it('one that is away is asked ever more seldom', async (t) => {
  const times: number[] = [];
  const reachability = new Reachability({
    name: 'prod',
    ask: () => {
      times.push(performance.now());
      return Promise.reject(new RigError('cluster_untrusted', 'Another certificate.'));
    },
    log,
    pauses: { well: 10, away: { least: 20, most: 80 } },
  });
  t.after(() => reachability.close());
  await reachability.look();
  await until('five looks', async () => times.length >= 5);
  const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  assert.ok((pauses[3] ?? 0) >= 79, pauses.join());
  assert.ok((pauses[1] ?? 0) >= 39, pauses.join());
});
