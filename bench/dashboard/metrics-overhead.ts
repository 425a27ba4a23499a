import { readdirSync, readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureEmbedded } from '@rig-ops/client/embedded';
import { median } from '../compare.ts';
import { BenchPlatform } from '../platform.ts';

const REQUESTS_A_SECOND = 1_000;
const SECONDS = 10;
const WARM_SECONDS = 3;

const repository = fileURLToPath(new URL('../..', import.meta.url));
const mainOf = (name: string) => join(repository, 'packages', name, 'dist', 'main.js');

class MeasuredPlatform {
  readonly name: string;
  readonly #platform = new BenchPlatform();
  readonly #nodeArguments: string[];
  readonly percent: number[] = [];
  url = '';

  constructor(name: string, nodeArguments: string[]) {
    this.name = name;
    this.#nodeArguments = nodeArguments;
  }

  async start(): Promise<void> {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      version: string;
    };
    await ensureEmbedded({
      rigHome: this.#platform.environment.RIG_HOME,
      entries: { supervisor: mainOf('supervisor'), rigd: mainOf('server'), edge: mainOf('edge') },
      nodeArguments: this.#nodeArguments,
      version,
    });
    const deployed = await this.#platform.rig(
      'deploy',
      this.#platform.source,
      '--app',
      'hello',
      '--create',
      '-o',
      'json',
    );
    this.url = (JSON.parse(deployed) as { url: string }).url;
  }

  /** CPU of rigd, edge and supervisor together, in percent of one core, while a bounded load runs. */
  async measure(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    await load(this.url, agent, WARM_SECONDS);
    const before = this.#cpuSeconds();
    const began = performance.now();
    await load(this.url, agent, SECONDS);
    const elapsed = (performance.now() - began) / 1000;
    this.percent.push(((this.#cpuSeconds() - before) / elapsed) * 100);
    agent.destroy();
  }

  close(): Promise<void> {
    return this.#platform.close();
  }

  #cpuSeconds(): number {
    const folder = join(this.#platform.environment.RIG_HOME, 'platform');
    const pidIn = (name: string) =>
      (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { pid: number }).pid;
    const supervisor = pidIn('supervisor.json');
    const rigd = pidIn('platform.json');
    const children = readFileSync(`/proc/${supervisor}/task/${supervisor}/children`, 'utf8')
      .trim()
      .split(' ')
      .map(Number);
    const edge = children.find((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mainOf('edge')),
    );
    if (edge === undefined) throw new Error('the edge was not found');
    return [supervisor, rigd, edge].reduce((sum, pid) => sum + secondsOf(pid), 0);
  }
}

/** Time on a processor of all threads, in nanoseconds where proc(5) tells ticks: `schedstat`. */
function secondsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map(
      (thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]) / 1e9,
    )
    .reduce((sum, seconds) => sum + seconds, 0);
}

/** So many requests a second, no more: in each hundredth of a second its share. */
async function load(url: string, agent: Agent, seconds: number): Promise<void> {
  const asked: Promise<void>[] = [];
  const began = performance.now();
  for (let turn = 0; turn < seconds * 100; turn += 1) {
    for (let request = 0; request < REQUESTS_A_SECOND / 100; request += 1) asked.push(ask(url, agent));
    const wait = began + (turn + 1) * 10 - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
  await Promise.all(asked);
}

function ask(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => answer.resume().once('end', resolve)).once('error', reject);
  });
}

/** What metrics cost the platform at 1,000 requests a second: the same load with and without them, in turn. */
export async function benchMetricsOverhead(rounds: number): Promise<void> {
  const without = fileURLToPath(new URL('without-metrics.mjs', import.meta.url));
  const platforms = [
    new MeasuredPlatform('with metrics', []),
    new MeasuredPlatform('without', [`--import=${without}`]),
  ] as const;
  try {
    for (const platform of platforms) await platform.start();
    for (let round = 0; round < rounds; round += 1)
      for (const platform of platforms) await platform.measure();
    console.log(
      `\nrigd, edge and supervisor at ${REQUESTS_A_SECOND} requests/s, ${rounds} rounds of ${SECONDS} s, % of one core`,
    );
    for (const { name, percent } of platforms)
      console.log(
        `  ${name.padEnd(14)} ${median(percent).toFixed(1).padStart(6)} %   (${percent.map((each) => each.toFixed(1)).join(' ')})`,
      );
    const [counted, plain] = platforms;
    const gained = counted.percent.map((percent, round) => percent - (plain.percent[round] ?? Number.NaN));
    console.log(
      `  metrics alone  ${median(gained).toFixed(1).padStart(6)} %   (median of the rounds' differences)`,
    );
    console.log(
      `  × ${median(counted.percent.map((percent, round) => percent / (plain.percent[round] ?? Number.NaN))).toFixed(3)} of what it takes without`,
    );
  } finally {
    for (const platform of platforms) await platform.close();
  }
}
