import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PlatformRecord } from '@rig-ops/contract/supervisor';
import { until, User } from '../rig.ts';
import { CuttingProxy } from './cutting-proxy.ts';

export interface ChaosOptions {
  producers: number;
  /** Of each producer. */
  lines: number;
  perSecond: number;
  /** Most bytes that a line is longer than its number; 400 when absent. */
  padding?: number;
  /** How often rigd is killed. */
  kills: number;
  /** How many connections are cut. */
  cuts: number;
  log?: (text: string) => void;
}

export interface ChaosReport {
  lines: number;
  kills: number;
  cuts: number;
  sealed: number;
  seconds: number;
  followers: { name: string; expected: number; seen: number; losses: string; difference: string | null }[];
}

interface Follower {
  name: string;
  wants: (line: Line) => boolean;
  path: string;
  child: ChildProcess;
}

interface Line {
  process: string;
  stream: string;
  message: string;
}

const local = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Producers write, rigd is killed and connections are cut, segments are closed and sealed meanwhile, and three
 * followers with different filters print what they get. What they printed is compared with what the producers say
 * they wrote; rig is not asked.
 */
export async function runChaos(user: User, options: ChaosOptions): Promise<ChaosReport> {
  const { producers, lines, perSecond, padding = 400, log = () => undefined } = options;
  const names = Array.from({ length: producers }, (_, index) => `p${index + 1}`);
  const command = `node producer.mjs ${user.folder} ${lines} ${perSecond} ${padding}`;
  const source = user.source('chaos', {
    'rig.toml': `app = "chaos"\n[processes]\n${names.map((name) => `${name} = "${command}"\n`).join('')}`,
    'producer.mjs': readFileSync(local('producer.mjs'), 'utf8'),
  });
  // The producers tell what they wrote in a place that is not the app's.
  mkdirSync(join(user.home, 'platform'), { recursive: true, mode: 0o700 });
  writeFileSync(join(user.home, 'platform', 'isolation.json'), JSON.stringify({ isolation: 'off' }));
  await user.json(['deploy', source, '--yes']);
  const platform = () => user.platformFile<PlatformRecord>('platform.json');
  const proxy = await CuttingProxy.start(() => Number(new URL(platform().url).port));
  const followers = startFollowers(user, `http://127.0.0.1:${proxy.port}`);
  try {
    await until(
      'every follower to have begun',
      () => followers.every(({ path }) => statSync(path).size > 0),
      60_000,
    );
    const started = performance.now();
    writeFileSync(join(user.folder, 'go'), '');
    const done = { value: false };
    const kills = keepKilling(user, options.kills, done);
    const cuts = keepCutting(proxy, options.cuts, done);
    const limitMs = 60_000 + (lines / perSecond) * 5_000 + options.kills * 8_000;
    await until(
      'the producers to end',
      () => names.every((name) => existsSync(join(user.folder, `${name}.stderr`))),
      limitMs,
    );
    log('all lines are written');
    const killed = await kills;
    const cut = await cuts;
    done.value = true;
    log(`${killed} kills, ${cut} cuts`);
    const expected = names.flatMap((name) => readManifest(user.folder, name));
    const reports = await Promise.all(followers.map((follower) => judge(follower, expected)));
    const stores = join(user.home, 'platform', 'logs', 'apps');
    const segments = readdirSync(stores).flatMap((store) => readdirSync(join(stores, store)));
    return {
      lines: expected.length,
      kills: killed,
      cuts: cut,
      sealed: segments.filter((name) => name.endsWith('.sealed')).length,
      seconds: Math.round((performance.now() - started) / 1000),
      followers: reports,
    };
  } finally {
    for (const { child } of followers) child.kill('SIGKILL');
    await proxy.close();
  }
}

function startFollowers(user: User, url: string): Follower[] {
  const token = readFileSync(join(user.home, 'platform', 'token'), 'utf8').trim();
  const follow = (name: string, flags: string[], wants: Follower['wants']): Follower => {
    const path = join(user.folder, `${name}.followed`);
    const out = openSync(path, 'w');
    const args = ['logs', 'app', 'chaos', '-f', '-n', '1000000', '-o', 'json', '--source', 'app', ...flags];
    const child = user.spawn(args, { env: { RIG_URL: url, RIG_TOKEN: token }, stdout: out });
    closeSync(out);
    child.stdin?.end();
    return { name, wants, path, child };
  };
  return [
    follow('all', [], () => true),
    follow('stderr', ['--stream', 'stderr'], ({ stream }) => stream === 'stderr'),
    follow(
      'hits',
      ['--grep', 'hit', '--process', 'p1', '--process', 'p2'],
      ({ process, message }) => /^p[12]$/.test(process) && message.includes('hit'),
    ),
  ];
}

function ofDocument(printed: string): string {
  const record = JSON.parse(printed) as Line & { type: string };
  // How it ended is the last record: it was told to.
  if (record.type === 'error') return '';
  if (record.type !== 'line') return printed;
  return `${record.process} ${record.stream} ${record.message}`;
}

async function keepKilling(user: User, kills: number, done: { value: boolean }): Promise<number> {
  const record = () => user.platformFile<PlatformRecord>('platform.json');
  for (let killed = 0; killed < kills; killed += 1) {
    if (done.value) return killed;
    const { pid } = record();
    process.kill(pid, 'SIGKILL');
    await until(
      'rigd to answer again',
      async () => {
        const { pid: next, url } = record();
        return next !== pid && (await fetch(`${url}/v1/version`)).ok;
      },
      60_000,
    );
    // Some followers are back by then, others are on their way.
    await sleep(Math.random() * 1_000);
  }
  return kills;
}

async function keepCutting(proxy: CuttingProxy, cuts: number, done: { value: boolean }): Promise<number> {
  while (proxy.cuts < cuts && !done.value) {
    await sleep(50 + Math.random() * 300);
    proxy.cut(Math.random());
  }
  return proxy.cuts;
}

function readManifest(folder: string, process: string): Line[] {
  return ['stdout', 'stderr'].flatMap((stream) =>
    readFileSync(join(folder, `${process}.${stream}`), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((message) => ({ process, stream, message })),
  );
}

/** Waits until a follower has as many lines as it should, then compares them by source and in order. */
async function judge(follower: Follower, all: readonly Line[]): Promise<ChaosReport['followers'][number]> {
  const { name, wants, path, child } = follower;
  const wanted = all.filter(wants);
  let size = -1;
  const isQuiet = () => {
    const before = size;
    ({ size } = statSync(path));
    return size === before;
  };
  const count = () =>
    readFileSync(path, 'utf8')
      .split('\n')
      .map(safely)
      .filter((line) => line !== '').length;
  // Reading a large file again and again would be the load: it is counted when it does not grow.
  await until(
    `${name} to come to the end`,
    async () => {
      await sleep(1_000);
      return isQuiet() && count() >= wanted.length;
    },
    180_000,
  ).catch(() => undefined);
  let losses = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (losses += text));
  if (child.exitCode === null) {
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
  }
  const printed = readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(ofDocument)
    .filter((line) => line !== '');
  return {
    name,
    expected: wanted.length,
    seen: printed.length,
    losses: losses.trim(),
    difference: differ(wanted, printed),
  };
}

/** What is printed last may be half a line. */
function safely(printed: string): string {
  try {
    return ofDocument(printed);
  } catch {
    return '';
  }
}

/** The first difference; null when there is none. Lines of one process and stream keep their order. */
function differ(wanted: readonly Line[], printed: readonly string[]): string | null {
  const bySource = new Map<string, string[]>();
  for (const line of printed) {
    const source = line.split(' ', 2).join(' ');
    const lines = bySource.get(source);
    if (lines === undefined) bySource.set(source, [line]);
    else lines.push(line);
  }
  const next = new Map<string, number>();
  for (const { process, stream, message } of wanted) {
    const source = `${process} ${stream}`;
    const at = next.get(source) ?? 0;
    const found = bySource.get(source)?.[at];
    if (found !== `${source} ${message}`) {
      return `${source}, line ${at + 1}: ${JSON.stringify(found?.slice(0, 60))} instead of ${JSON.stringify(message.slice(0, 60))}`;
    }
    next.set(source, at + 1);
  }
  for (const [source, lines] of bySource) {
    const extra = lines[next.get(source) ?? 0];
    if (extra !== undefined) return `${source}: ${JSON.stringify(extra.slice(0, 200))} is too much`;
  }
  return null;
}
