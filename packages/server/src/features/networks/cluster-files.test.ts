import assert from 'node:assert/strict';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { ClusterFiles } from './cluster-files.ts';

const kubeconfig = JSON.stringify({
  'current-context': 'dev',
  clusters: [{ name: 'c', cluster: { server: 'https://host' } }],
  users: [{ name: 'u', user: { token: 't' } }],
  contexts: [{ name: 'dev', context: { cluster: 'c', user: 'u' } }],
});

it('kubeconfigs are for their owner alone, and go with their network', async (test) => {
  const folder = join(await makeTemporaryFolder(test), 'clusters');
  const files = new ClusterFiles(folder);
  await files.sweep(new Set());
  assert.equal(await files.placeOf('prod'), null);
  await files.write('prod', kubeconfig);
  await files.write('dev', kubeconfig);
  await files.write('platform', kubeconfig);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  assert.equal((await stat(join(folder, 'prod.yaml'))).mode & 0o777, 0o600);
  assert.deepEqual(await files.placeOf('prod'), { context: 'dev', server: 'https://host' });
  await files.remove('prod');
  await files.remove('prod');
  await writeFile(join(folder, 'new_1.tmp'), 'cut short');
  await files.write('gone', kubeconfig);
  await files.sweep(new Set(['dev']));
  assert.deepEqual((await readdir(folder)).toSorted(), ['dev.yaml', 'platform.yaml']);
});
