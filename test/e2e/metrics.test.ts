import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { countOfRates } from '../support/count-of-rates.ts';
import { User, until } from '../support/rig.ts';

let user: User;
let url = '';
before(async () => {
  user = new User();
  ({ url } = await user.json<{ url: string }>([
    'deploy',
    user.example('hello-node'),
    '--app',
    'hello',
    '--create',
  ]));
});
after(() => user.close());

interface Series {
  requests: (number | null)[];
  memory: (number | null)[];
  instances: (number | null)[];
}
interface Metrics {
  from: string;
  to: string | null;
  platform: { memory: (number | null)[] };
  apps: (Series & { app: string })[];
  instances: (Series & { instance: string })[];
}
const read = (query: string) => user.json<Metrics>(['api', 'GET', `/v1/metrics?${query}`]);
const latest = (values: (number | null)[] = []) => values.findLast((value) => value !== null) ?? null;
const residentBytes = (pid: number) =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;

test('every request is in the rates once, and memory is what the kernel says', async () => {
  await until('a first look at traffic and instances', async () => {
    const { apps, instances } = await read('step=1s&app=hello');
    return instances.length > 0 && apps[0]?.requests.some((value) => value !== null);
  });
  for (let count = 0; count < 40; count += 1) await (await fetch(url)).text();
  const counted = async () => countOfRates((await read('step=1s&points=60')).apps[0]?.requests ?? []);
  await until('the requests to be measured', async () => (await counted()) >= 40);
  // The platform asks too, when it looks whether an instance is well, but not through the edge.
  assert.equal(await counted(), 40);

  const { apps, instances, platform } = await read('step=1s&app=hello');
  const { pid } = user.platformFile<{ pid: number }>('platform.json');
  for (const [told, known] of [[latest(platform.memory), residentBytes(pid)]] as const) {
    assert.ok(told !== null && told > known / 2 && told < known * 2, `${told} beside ${known}`);
  }
  assert.deepEqual([apps[0]?.app, latest(apps[0]?.instances), instances[0]?.instance], ['hello', 1, 'web.1']);
});

test('only what is new is told to who asks again', async () => {
  const first = await read('step=1s&points=10');
  assert.equal(first.apps[0]?.requests.length, 10);
  assert.ok(first.to !== null);
  const next = await read(`step=1s&after=${first.to}`);
  assert.ok(Date.parse(next.from) === Date.parse(first.to) + 1000);
  await user.fails(['api', 'GET', '/v1/metrics?after=yesterday'], 'invalid_input', 3);
  await user.fails(['api', 'GET', '/v1/metrics?app=nobody'], 'app_not_found', 6);
});

test('a scraper gets counters, for a token alone', async () => {
  const { url: api } = user.platformFile<{ url: string }>('platform.json');
  const token = readFileSync(join(user.home, 'platform', 'token'), 'utf8').trim();
  const scrape = (headers: Record<string, string>) => fetch(`${api}/metrics`, { headers });
  assert.equal((await scrape({})).status, 401);
  const answer = await scrape({ authorization: `Bearer ${token}` });
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const text = await answer.text();
  assert.match(text, /^rig_requests_total\{app="hello",release="1"\} 40$/m);
  assert.match(text, /^rig_request_duration_seconds_count\{app="hello",release="1"\} 40$/m);
  assert.match(text, /^rig_instance_up\{app="hello",process="web",instance="web\.1",release="1"\} 1$/m);
  assert.match(text, /^process_resident_memory_bytes \d+$/m);
  const names = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of names) assert.match(line, /^[a-z_:][\w:]*(\{[^}]*\})? [-+\d.eEInfNa]+$/, line);
});
