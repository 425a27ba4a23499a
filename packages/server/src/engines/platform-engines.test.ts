import assert from 'node:assert/strict';
import { it } from 'node:test';
import { platformLayout } from '@rig-ops/contract/layout';
import { DockerEngine } from './docker/docker-engine.ts';
import { ProcessEngine } from './process/process-engine.ts';
import { PlatformEngines } from './platform-engines.ts';

const layout = platformLayout('/nowhere');

it('a network runs on its own engine, or on that of the platform', () => {
  const [docker, process] = [new DockerEngine(layout), new ProcessEngine(layout)];
  const engines = new PlatformEngines(process, [docker]);
  assert.deepEqual(engines.names, ['docker', 'process']);
  assert.equal(engines.of('default'), process);
  assert.deepEqual(engines.inUse, [process]);
  engines.assign('prod', { engine: 'docker', cluster: null });
  assert.equal(engines.of('prod'), docker);
  assert.deepEqual(engines.inUse, [process, docker]);
  engines.release('prod');
  assert.equal(engines.of('prod'), process);
  engines.assign('far', { engine: 'unheard-of', cluster: null });
  assert.throws(() => engines.of('far'), { code: 'engine_not_available' });
  assert.deepEqual(engines.inUse, [process]);
});

it('what an instance runs on is told by its spec, and a place has the cluster of its network', () => {
  const docker = new DockerEngine(layout);
  const engines = new PlatformEngines(new ProcessEngine(layout), [docker]);
  assert.equal(engines.ofInstance({}).name, 'process');
  const limits = { memoryBytes: null, cpus: null, processes: null };
  const container = { image: 'i', network: null, ports: [], limits, readOnly: false, user: null };
  assert.equal(engines.ofInstance({ container }), docker);
  const place = { image: 'i', network: 'prod', aliases: [], port: null };
  engines.assign('prod', { engine: 'docker', cluster: 'prod' });
  assert.deepEqual(engines.placed('prod', place), { ...place, cluster: 'prod' });
  assert.equal(engines.placed('prod', undefined), undefined);
  assert.equal(engines.placed('default', place), place);
});

it('everything is isolated only where every engine in use does so', () => {
  const engines = new PlatformEngines(new DockerEngine(layout), [new ProcessEngine(layout)]);
  assert.equal(engines.capabilities.isolated, true);
  assert.equal(engines.isolationProblem(), null);
  engines.assign('local', { engine: 'process', cluster: null });
  assert.equal(engines.capabilities.isolated, false);
  assert.notEqual(engines.isolationProblem(), null);
});
