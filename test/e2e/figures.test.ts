import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Metrics, Status } from '@rig-ops/contract/resources';
import { countOfRates } from '../support/count-of-rates.ts';
import { User, until } from '../support/rig.ts';

/** What the figures of rig are compared with is read here, by other means than rig's own. */
const ticksPerSecond = 100;
const marker = `figures-${process.pid}`;

const server = `const http = require('node:http');
let burning = false;
setInterval(() => {
  for (const end = Date.now() + (burning ? 40 : 0); Date.now() < end; );
}, 100);
http.createServer(async (request, response) => {
  const began = performance.now();
  const url = new URL(request.url, 'http://app');
  if (url.pathname === '/burn') burning = true;
  await new Promise((done) => setTimeout(done, Number(url.searchParams.get('ms') ?? 0)));
  response.statusCode = url.pathname === '/fail' ? 503 : 200;
  response.setHeader('x-took', String(performance.now() - began));
  response.end('x'.repeat(Number(url.searchParams.get('bytes') ?? 10)));
}).listen(process.env.PORT);
`;

interface Seen {
  /** As the client measured it, and as the app did, in milliseconds. */
  client: number;
  app: number;
  status: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 6 });

const ask = (url: string): Promise<Seen> =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    get(url, { agent }, (answer) => {
      const client = performance.now() - began;
      const seen = { client, app: Number(answer.headers['x-took']), status: answer.statusCode ?? 0 };
      answer.resume().once('end', () => resolve(seen));
    }).once('error', reject);
  });

/** Pids of the programs of the app, as the kernel shows them. */
const pidsOfApp = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [program = '', script, mark] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return program.endsWith('node') && script === 'server.js' && mark === marker;
      } catch {
        return false;
      }
    })
    .map(Number);

const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;

const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
};

const diskUsage = (folder: string): number =>
  Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) * 1024;

const isNear = (told: number, known: number, share: number, least = 0): boolean =>
  Math.abs(told - known) <= Math.max(least, known * share);

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

describe('figures are what others measure', { concurrency: 1 }, () => {
  const user = new User();
  let url = '';
  const status = () => user.json<Status>(['status']);
  const metrics = (query: string) => user.json<Metrics>(['api', 'GET', `/v1/metrics?${query}`]);
  const instances = async () => (await status()).apps[0]?.instances ?? [];

  before(async () => {
    const source = user.source('figures', {
      'server.js': server,
      Procfile: `web: node server.js ${marker}\n`,
    });
    ({ url } = await user.json<{ url: string }>(['deploy', source, '--app', 'figures', '--create']));
  });
  after(async () => {
    agent.destroy();
    await user.close();
  });

  test('requests, errors, bytes and latencies are those of the client', async () => {
    await until('a first measurement', async () =>
      (await metrics('step=1s')).apps[0]?.requests.some((value) => value !== null),
    );
    const seen: Seen[] = [];
    const paths = Array.from({ length: 120 }, (_, number) => {
      if (number % 12 === 0) return '/fail?ms=5';
      return number % 10 === 0 ? '/?ms=150&bytes=5000' : `/?ms=${5 + (number % 4) * 10}&bytes=100`;
    });
    const clients = Array.from({ length: 6 }, async (_, place) => {
      for (const path of paths.filter((__, number) => number % 6 === place))
        seen.push(await ask(`${url}${path}`));
    });
    await Promise.all(clients);
    const sockets = Object.values(agent.freeSockets).flatMap((free) => free ?? []);
    const [received, sent] = [
      sum(sockets.map(({ bytesRead }) => bytesRead)),
      sum(sockets.map(({ bytesWritten }) => bytesWritten)),
    ];
    assert.equal(sockets.length, 6, 'no connection was lost, so that its bytes are all here');
    const failed = seen.filter((each) => each.status >= 500).length;
    const app = await until('every request to be in a rate', async () => {
      const [told] = (await metrics('step=1s&points=120')).apps;
      return told !== undefined && countOfRates(told.requests) >= seen.length ? told : undefined;
    });
    assert.equal(countOfRates(app.requests), seen.length);
    assert.equal(countOfRates(app.errors), failed);
    assert.equal(countOfRates(app.bytesOut), received);
    assert.equal(countOfRates(app.bytesIn), sent);
    const slowest = Math.max(...seen.map(({ client }) => client));
    for (const [place, p99] of app.p99.entries()) {
      if (p99 === null) continue;
      // A bucket is told by its upper bound, which is an eighth above its lower one at most.
      assert.ok(p99 <= slowest * 1.125, `${p99} beside ${slowest}`);
      const [p50, p95] = [app.p50[place] ?? Number.NaN, app.p95[place] ?? Number.NaN];
      assert.ok(p50 >= 5 && p50 <= p95 && p95 <= p99, `${p50} ${p95} ${p99}`);
    }
    await compareHistogram(seen, failed);
  });

  /** What the edge has timed lies between what the app and what the client have. */
  async function compareHistogram(seen: readonly Seen[], failed: number): Promise<void> {
    const { url: api } = user.platformFile<{ url: string }>('platform.json');
    const token = readFileSync(join(user.home, 'platform', 'token'), 'utf8').trim();
    const answer = await fetch(`${api}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    const text = await answer.text();
    const value = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
    assert.equal(value('rig_request_errors_total\\{app="figures",release="1"\\}'), failed);
    for (const seconds of [0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 1.024, 4.096]) {
      const told = value(
        `rig_request_duration_seconds_bucket\\{app="figures",release="1",le="${seconds}"\\}`,
      );
      const within = (key: 'app' | 'client') => seen.filter((each) => each[key] <= seconds * 1000).length;
      assert.ok(
        told >= within('client') && told <= within('app'),
        `${seconds} s: ${within('client')} ≤ ${told} ≤ ${within('app')}`,
      );
    }
  }

  test('CPU and memory are those of the kernel', async () => {
    await ask(`${url}/burn`);
    await until(
      'the same CPU and memory',
      async () => {
        const pids = pidsOfApp();
        assert.equal(pids.length, 1);
        const [pid = 0] = pids;
        const [from, began] = [cpuSeconds(pid), performance.now()];
        await status();
        await new Promise((done) => setTimeout(done, 1_500));
        const [told] = await instances();
        const percent = ((cpuSeconds(pid) - from) / (performance.now() - began)) * 100_000;
        return (
          percent > 10 &&
          isNear(told?.cpuPercent ?? Number.NaN, percent, 0.25, 5) &&
          isNear(told?.memoryBytes ?? Number.NaN, residentBytes(pid), 0.1)
        );
      },
      40_000,
    );
    await until('the series to say so too', async () => {
      const { apps, platform } = await metrics('step=1s&points=3');
      const [pid = 0] = pidsOfApp();
      const { pid: rigd } = user.platformFile<{ pid: number }>('platform.json');
      const told = apps[0]?.memory.at(-1) ?? Number.NaN;
      const own = platform?.memory.at(-1) ?? Number.NaN;
      return isNear(told, residentBytes(pid), 0.1) && isNear(own, residentBytes(rigd), 0.2);
    });
    const { platform } = await status();
    assert.ok(isNear(platform.memoryBytes, residentBytes(platform.pid), 0.2));
  });

  test('restarts are those that happened', async () => {
    for (let kills = 1; kills <= 2; kills += 1) {
      const [pid = 0] = pidsOfApp();
      process.kill(pid, 'SIGKILL');
      await until('another start', () => pidsOfApp().some((other) => other !== pid));
      await until('the restart to be told', async () => (await instances())[0]?.restarts === kills);
    }
    await until('it to be well', async () => (await status()).healthy);
  });

  test('sessions are counted as they are', async () => {
    assert.equal((await status()).sessions.running, 0);
    const detached = await user.run(['command', 'figures', '--detach', '--no-stdin', '--', 'sleep', '60']);
    assert.equal(detached.code, 0, detached.stderr);
    const attached = user.spawn(['command', 'figures', '--', 'sleep', '60']);
    try {
      await until('both to be counted', async () => {
        const { sessions } = await status();
        return sessions.running === 2 && sessions.attached === 1 && sessions.detached === 1;
      });
    } finally {
      attached.kill('SIGTERM');
    }
  });

  test('what takes the disk is what du says, and a rigd that was killed tells it anew', async () => {
    process.kill(user.platformFile<{ pid: number }>('platform.json').pid, 'SIGKILL');
    const storage = await until('a measurement', async () => {
      const told = (await status()).storage;
      return told?.measuredAt == null ? undefined : told;
    });
    const folders = { blobs: 'blobs', releases: 'artifacts', recordings: 'recordings', audit: 'audit' };
    for (const [name, folder] of Object.entries(folders)) {
      const told = storage.parts.find((part) => part.name === name)?.bytes;
      assert.equal(told, diskUsage(join(user.home, 'platform', folder)), name);
    }
    const kilobytes =
      execFileSync('df', ['-Pk', user.home], { encoding: 'utf8' }).split('\n')[1]?.split(/\s+/) ?? [];
    assert.ok(isNear(storage.diskTotalBytes, Number(kilobytes[1]) * 1024, 0.001));
    assert.ok(isNear(storage.diskFreeBytes, Number(kilobytes[3]) * 1024, 0.05));
  });
});
