import assert from 'node:assert/strict';
import { it } from 'node:test';
import { APP_PORTS, FURTHER_APP_PORTS } from '../../ports/find-free-port.ts';
import { AppPorts } from './app-ports.ts';
import { FakeAppPortStore } from './testing/fake-app-port-store.ts';

it('apps beyond the first nine hundred have ports of a further range', async () => {
  const store = new FakeAppPortStore();
  for (let port = APP_PORTS.first; port <= APP_PORTS.last; port += 1) await store.assign(`app_${port}`, port);
  const ports = new AppPorts(store, '/home/ann/.rig');
  const first = await ports.ensure('app_a');
  assert.ok(first >= FURTHER_APP_PORTS.first && first <= FURTHER_APP_PORTS.last, String(first));
  assert.equal(await ports.ensure('app_a'), first);
  assert.ok((await ports.ensure('app_b')) > first);
  assert.ok((await ports.replace('app_a', first)) > first);
});
