import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { resources } from '@rig-ops/kubernetes';
import { ClusterUser } from '../support/kubernetes/cluster-user.ts';
import { CutServer } from '../support/kubernetes/cut-server.ts';
import { TestCluster } from '../support/kubernetes/test-cluster.ts';
import { until } from '../support/rig.ts';

const cluster = await TestCluster.open();
const folder = mkdtempSync(join(tmpdir(), 'rig-cut-'));
let way: CutServer;
let user: ClusterUser;
let url = '';

/**
 * Counts in its log, with a name for each run, and says at its end how far it has come: much at once, and without an end of the
 * line. `/die` ends it, `/flood` prints so many lines of 200 bytes.
 */
const counting = `
const run = Math.random().toString(36).slice(2, 10);
let count = 0;
let left = 0;
const say = (lines, more = '') => { for (let i = 0; i < lines; i += 1) console.log('run ' + run + ' ' + (count += 1) + more); };
const ticks = setInterval(() => say(10), 50);
const end = (code) => {
  clearInterval(ticks);
  say(1000);
  process.stdout.write('end ' + run + ' ' + count, () => process.exit(code));
};
process.on('SIGTERM', () => end(0));
require('node:http').createServer((request, answer) => {
  const { pathname, searchParams } = new URL(request.url, 'http://self');
  answer.end(pathname === '/state' ? JSON.stringify({ run, count, left }) : run);
  if (pathname === '/die') setTimeout(end, 50, 1);
  if (pathname !== '/flood') return;
  left = Number(searchParams.get('lines'));
  const flood = setInterval(() => {
    say(Math.min(left, 60), ' ' + 'x'.repeat(180));
    if ((left -= 60) <= 0) clearInterval(flood);
  }, 10);
}).listen(process.env.PORT, process.env.HOST);
`;

before(async () => {
  way = await CutServer.open(cluster.kubeconfig, join(folder, 'kubeconfig.yaml'));
  user = await ClusterUser.start(cluster, 'logs', join(folder, 'kubeconfig.yaml'));
});
after(async () => {
  await user.close();
  way.close();
  cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

interface LogRecord {
  type: string;
  reason?: string;
  message?: string;
}

/** What is stored of each run, and of what may be missing. */
interface Stored {
  runs: Map<string, { counts: number[]; end: number | null }>;
  gaps: number;
  why: string[];
}

async function stored(app: string, tail = 1_000_000): Promise<Stored> {
  const args = ['logs', 'app', app, '--tail', String(tail), '-o', 'json'];
  const { stdout } = await user.run(args);
  const runs: Stored['runs'] = new Map();
  let gaps = 0;
  const why: string[] = [];
  for (const line of stdout.trim().split('\n')) {
    const { type, message = '' } = JSON.parse(line) as LogRecord;
    if (type === 'gap') gaps += 1;
    if (message.includes('may be missing here')) why.push(message);
    const [, what, run = '', count] = /^(run|end) (\w+) (\d+)(?: x*)?$/.exec(message) ?? [];
    if (what === undefined) continue;
    const of = runs.get(run) ?? { counts: [], end: null };
    runs.set(run, of);
    if (what === 'run') of.counts.push(Number(count));
    else of.end = Number(count);
  }
  return { runs, gaps, why };
}

/** How often lines are missing between two that are stored; none comes twice, or before an earlier one. */
function holesOf(counts: readonly number[]): number {
  let holes = 0;
  let last = 0;
  for (const count of counts) {
    assert.ok(count > last, `line ${count} came behind line ${last}`);
    if (count !== last + 1) holes += 1;
    last = count;
  }
  return holes;
}

const wholeRuns = ({ runs }: Stored): number =>
  [...runs.values()].filter(({ counts, end }) => end === counts.length && holesOf(counts) === 0).length;

const ask = async (path: string) => {
  const answer = await fetch(new URL(path, url), { signal: AbortSignal.timeout(10_000) });
  assert.ok(answer.ok, `${path} is answered with ${answer.status}`);
  return await answer.text();
};
const another = async (than: string) =>
  await until('another run', async () => (await ask('/').catch(() => than)) !== than, 90_000);

test('the log is whole over restarts, deploys, fewer instances and connections that are cut', async (t) => {
  const source = user.app('counting', { 'server.js': counting }, '[processes]\nweb = "node server.js"\n');
  const deploy = async () => ({ url } = await user.json<{ url: string }>(['deploy', source, '--yes']));
  await deploy();
  const first = await ask('/die');
  await another(first);
  for (let cuts = 0; cuts < 10; cuts += 1) {
    way.cut();
    await sleep(200);
  }
  writeFileSync(join(source, 'more.txt'), 'another release\n');
  await deploy();
  await user.json(['apps', 'scale', 'counting', 'web=2']);
  // Just before a pod goes nobody may be reading.
  way.cut();
  await user.json(['apps', 'scale', 'counting', 'web=1']);
  const namespace = await user.requireNamespace();
  const labels = { 'rig.dev/app': 'counting' };
  await until(
    'one pod',
    async () => (await cluster.client.list(resources.pods, { namespace, labels })).length === 1,
    90_000,
  );
  const last = await ask('/');
  const [pod] = await cluster.client.list(resources.pods, { namespace, labels });
  // Somebody else, who asks nobody.
  await cluster.client.delete(resources.pods, { namespace, name: pod?.metadata?.name ?? '' });
  await another(last);
  const found = await until(
    'the ends of four runs',
    async () => {
      const now = await stored('counting');
      return [...now.runs.values()].filter(({ end }) => end !== null).length + now.gaps >= 4
        ? now
        : undefined;
    },
    60_000,
  );
  const lines = [...found.runs.values()].reduce((sum, { counts }) => sum + counts.length, 0);
  t.diagnostic(
    `${lines} lines of ${found.runs.size} runs, ${wholeRuns(found)} whole, gaps: ${found.gaps} (${found.why.join('; ')})`,
  );
  let missing = 0;
  for (const { counts, end } of found.runs.values()) {
    missing += holesOf(counts);
    if (end !== null && end !== counts.at(-1)) missing += 1;
  }
  assert.ok(missing <= found.gaps, `${missing} times lines are missing, and ${found.gaps} gaps are told`);
  // What can be had is had: a pod that goes while it is followed is no reason for doubt.
  assert.ok(found.gaps <= 1, found.why.join('\n'));
});

test('where the cluster rotates a log and may have dropped lines, the log says where', async (t) => {
  const before = await stored('counting');
  const run = await ask('/flood?lines=70000');
  const stop = await until(
    'all of it to be printed',
    async () => {
      const now = JSON.parse(await ask('/state')) as { run: string; count: number; left: number };
      assert.equal(now.run, run, 'the run has ended meanwhile');
      return now.left <= 0 ? now.count : undefined;
    },
    120_000,
  );
  await until(
    'the last of it to be stored',
    async () => ((await stored('counting', 20)).runs.get(run)?.counts.at(-1) ?? 0) >= stop,
    120_000,
  );
  // It is looked for a rotation some seconds later.
  await sleep(5_000);
  const now = await stored('counting');
  const counts = now.runs.get(run)?.counts ?? [];
  const gaps = now.gaps - before.gaps;
  const holes = holesOf(counts);
  t.diagnostic(`${counts.length} lines, ${holes} holes, ${gaps} gaps`);
  assert.ok(holes <= gaps, `${holes} times lines are missing, and ${gaps} gaps are told`);
  for (const line of now.why.slice(before.why.length))
    assert.match(line, /rotated its log right before \d{4}-/);
});

test('what runs once is read to its end before its Job goes', async () => {
  const many = 'for i in $(seq 5000); do echo once $i; done; printf finished';
  const source = user.app(
    'once',
    { 'server.js': counting },
    `[processes]\nweb = "node server.js"\n[release]\ncommand = ${JSON.stringify(many)}\n`,
  );
  await user.json(['deploy', source, '--yes']);
  const { stdout } = await user.run(['logs', 'app', 'once', '--tail', '1000000', '--no-prefix']);
  assert.equal(stdout.match(/^once \d+$/gm)?.length, 5_000);
  assert.match(stdout, /^finished$/m);
  assert.doesNotMatch(stdout, /may be missing/);
});

test('nothing of rig keeps a pod that is to go', async () => {
  const namespace = await user.requireNamespace();
  for (const { metadata } of await cluster.client.list(resources.pods, { namespace }))
    assert.ok(!(metadata?.finalizers ?? []).some((each) => each.startsWith('rig.dev/')));
});
