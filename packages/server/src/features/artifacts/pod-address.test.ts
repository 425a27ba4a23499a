import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it, type TestContext } from 'node:test';
import { askRigd, PodAddress } from './pod-address.ts';

const addressOf = (url: string | null, isUsed = true) =>
  new PodAddress({ settings: { url, authority: null, image: null }, isUsed: () => isUsed });
const codesOf = async (address: PodAddress) => (await address.problems()).map(({ code }) => code);

it('an address that nobody said is a problem as soon as a network needs it, and refused before anything is done', async () => {
  assert.deepEqual(await codesOf(addressOf(null)), ['pod_url_missing']);
  assert.deepEqual(await codesOf(addressOf(null, false)), []);
  assert.throws(() => addressOf(null).require(), { code: 'pod_url_missing' });
  addressOf('http://10.0.0.5:7443').require();
});

it('loopback is the pod itself', async () => {
  for (const url of ['http://127.0.0.1:7443', 'https://localhost:1', 'http://[::1]:1'])
    assert.deepEqual(await codesOf(addressOf(url)), ['pod_url_loopback'], url);
});

async function serve(t: TestContext, body: string): Promise<string> {
  const server = createServer((_, answer) => answer.end(body)).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const asked = async (url: string) => {
  // What is asked is on loopback here, and would be told for that alone.
  const address = new PodAddress({
    settings: { url: 'http://rig.example:7443', authority: null, image: null },
    isUsed: () => true,
    ask: async (settings) => await askRigd({ ...settings, url }),
  });
  return (await address.problems()).map(({ message }) => message).join();
};

it('is asked from here: nobody, and somebody else, are told', async (t) => {
  assert.equal(await asked(await serve(t, '{"version":"1.2.3"}')), '');
  assert.match(await asked(await serve(t, '<html>')), /somebody else is there/);
  assert.match(await asked('http://127.0.0.1:9'), /does not answer from here: ECONNREFUSED/);
});
