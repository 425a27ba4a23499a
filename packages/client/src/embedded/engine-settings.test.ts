import assert from 'node:assert/strict';
import { it } from 'node:test';
import { engineSettings } from './engine-settings.ts';

const daemon = (host: string) => ({ host, certificates: null });

it('a platform starts on what was asked for, else on what it was on', () => {
  assert.deepEqual(engineSettings({}, null), { engine: 'process', docker: null });
  const asked = engineSettings({ engine: 'docker' }, null);
  assert.deepEqual(asked, { engine: 'docker', docker: daemon('unix:///var/run/docker.sock') });
  const named = engineSettings({ engine: 'docker' }, null, () => daemon('tcp://127.0.0.1:1'));
  assert.deepEqual(named.docker, daemon('tcp://127.0.0.1:1'));
  const other = () => daemon('tcp://127.0.0.1:2');
  assert.deepEqual(engineSettings({}, named, other), named);
  assert.deepEqual(engineSettings({ docker: daemon('unix:///d') }, named, other), {
    engine: 'docker',
    docker: daemon('unix:///d'),
  });
  // Networks may still have it.
  assert.deepEqual(engineSettings({ engine: 'process' }, named), { ...named, engine: 'process' });
  assert.deepEqual(engineSettings({}, null, other), { engine: 'process', docker: null });
});
