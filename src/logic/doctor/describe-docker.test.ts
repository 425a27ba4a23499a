import assert from 'node:assert/strict';
import { it } from 'node:test';
import { describeDocker } from './describe-docker.ts';

it('rig doctor tells of a daemon that answers, and of one that does not', () => {
  const host = 'unix:///var/run/docker.sock';
  const well = describeDocker({ host, version: '20.10.24', problem: null });
  assert.match(well.message, /20\.10\.24 at unix:/);
  assert.equal(well.fix, null);
  const away = describeDocker({ host, version: null, problem: { message: 'No answer.', hint: 'Start it.' } });
  assert.deepEqual([away.message, away.fix], ['No answer.', 'Start it.']);
});
