import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Engine } from '../../engines/engine.ts';
import { reportEngines } from './report-engines.ts';

const engineOf = (name: string, problem: Engine['problem'], cluster: string | null = null) => ({
  engine: { name, problem },
  cluster,
});

const unlessWell: Engine['problem'] = async (at) =>
  at?.cluster === 'well' ? null : { message: `${at?.cluster} is away.`, fix: 'Start it.' };

describe('what is in the way of engines', () => {
  it('is nothing for one that is well, and what it says for another', async () => {
    const away = { message: 'The daemon is away.', fix: 'Start it.' };
    const report = reportEngines(() => [
      engineOf('process', async () => null),
      engineOf('docker', async () => away),
    ]);
    assert.deepEqual(await report(), [{ code: 'engine_away', app: null, ...away }]);
  });

  it('is told of each cluster', async () => {
    const places = ['prod', 'well', 'test'].map((cluster) => engineOf('kubernetes', unlessWell, cluster));
    const found = await reportEngines(() => places)();
    assert.deepEqual(
      found.map(({ message }) => message),
      ['prod is away.', 'test is away.'],
    );
  });

  it('is that nothing is known of one that hangs or fails, which is asked once', async () => {
    let asked = 0;
    const hanging = engineOf('kubernetes', () => {
      asked += 1;
      return new Promise(() => undefined);
    });
    const failing = engineOf('docker', () => Promise.reject(new Error('broken')));
    const report = reportEngines(() => [hanging, failing]);
    for (let round = 0; round < 2; round += 1) {
      const problems = await report();
      assert.deepEqual(
        problems.map(({ message }) => /engine (\w+): .* is not known/.exec(message)?.[1]),
        ['kubernetes', 'docker'],
      );
    }
    assert.equal(asked, 1);
  });
});
