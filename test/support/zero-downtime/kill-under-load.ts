import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesOf, until, type User } from '../rig.ts';
import { judge } from './judge.ts';
import { Load } from './load.ts';
import type { Failure, LoadReport } from './load-report.ts';
import { APP, makeSource, processesOfRelease } from './prove.ts';

export type Program = 'rigd' | 'edge' | 'supervisor';

export interface Kill {
  program: Program;
  /** After the deploy was ordered, in milliseconds. */
  afterMs: number;
}

export interface KillReport {
  /** How each deploy ended, in the order of the kills. */
  outcomes: { kill: Kill; exitCode: number | null; live: number; isNew: boolean }[];
  /** What contradicts "wholly the old release or wholly the new one, and no request fails beyond the edge's own". */
  faults: string[];
  report: LoadReport;
}

interface Details {
  release: number;
  status: string;
  url: string;
  instances: { release: number }[];
}

/**
 * Deploys under load and kills a program of the platform in the middle, once for each kill. A request may
 * fail only where the edge was killed: it was under way there, or began before another edge listened.
 */
export async function killUnderLoad(
  user: User,
  kills: readonly Kill[],
  log: (text: string) => void = () => undefined,
): Promise<KillReport> {
  const drainSeconds = 1;
  const source = makeSource(user, drainSeconds);
  const first = await user.json<{ url: string; release: { version: number } }>(['deploy', source, '--yes']);
  const load = new Load(first.url);
  const outcomes: KillReport['outcomes'] = [];
  const faults: string[] = [];
  /** When no edge listened. */
  const gaps: { from: number; to: number }[] = [];
  const live = [first.release.version];
  try {
    await load.untilSeen(first.release.version);
    for (const [turn, kill] of kills.entries()) {
      writeFileSync(join(source, 'content.txt'), `kill ${turn}`);
      const deploying = user.run(['deploy', source, '-o', 'json']);
      await sleep(kill.afterMs);
      const from = Date.now();
      process.kill(pidOf(user, kill.program), 'SIGKILL');
      if (kill.program === 'edge') {
        await until('another edge to listen', async () => (await fetch(first.url)).ok, 30_000);
        gaps.push({ from, to: Date.now() });
      }
      const { code: exitCode, stdout, stderr } = await deploying;
      const details = await settle(user);
      const before = live.at(-1) ?? 0;
      const isNew = details.release > before;
      if (isNew) live.push(details.release);
      outcomes.push({ kill, exitCode, live: details.release, isNew });
      log(`${kill.program} killed after ${kill.afterMs} ms: exit ${exitCode}, v${details.release} is live`);
      if (exitCode === 0 && !isNew) faults.push(`A deploy said that it was done, and v${before} is live`);
      if (exitCode !== 0 && !mayEnd(kill, exitCode)) faults.push(`exit code ${exitCode}: ${stdout}${stderr}`);
      faults.push(...(await findRemains(user, details)));
    }
    const report = await load.end();
    const excused = { ...report, failures: report.failures.filter((failure) => !isWithin(failure, gaps)) };
    faults.push(...judge(excused, { releases: live, drainSeconds }));
    return { outcomes, faults, report };
  } finally {
    load.kill();
  }
}

/**
 * Whether the command may end so: cut off from the platform, which the deploy is not. With a supervisor
 * ends what it knows of a build or an instance, and then the deploy may fail; what was live stays.
 */
function mayEnd({ program }: Kill, exitCode: number | null): boolean {
  return (
    (program !== 'edge' && exitCode === 8) ||
    (program === 'supervisor' && (exitCode === 10 || exitCode === 11))
  );
}

/** Whether a request was under way when the edge died, or began before another one listened. */
function isWithin({ at, afterMs }: Failure, gaps: readonly { from: number; to: number }[]): boolean {
  return gaps.some(({ from, to }) => at >= from && at - afterMs <= to);
}

/** Waits until nothing is being deployed any more and the app runs. */
async function settle(user: User): Promise<Details> {
  return await until(
    'the deploy to end',
    async () => {
      const details = await user.json<Details>(['apps', 'info', APP]);
      return details.status === 'running' ? details : null;
    },
    60_000,
  );
}

/** What is left of other releases than the live one, and answers that are not its own. */
async function findRemains(user: User, { release, url, instances }: Details): Promise<string[]> {
  const faults = instances
    .filter((instance) => instance.release !== release)
    .map((instance) => `v${release} is live, and an instance of v${instance.release} is listed`);
  for (let count = 0; count < 10; count += 1) {
    const answer = await fetch(url);
    const answered = Number(answer.headers.get('x-release'));
    await answer.arrayBuffer();
    if (answered !== release) faults.push(`v${release} is live, and v${answered} answers`);
  }
  for (const other of [release - 1, release + 1]) {
    await until(`no process of v${other}`, () => processesOfRelease(user, other).length === 0).catch(
      (error: unknown) => faults.push(String(error)),
    );
  }
  return faults;
}

function pidOf(user: User, program: Program): number {
  const { home } = user;
  if (program === 'supervisor') return user.platformFile<{ pid: number }>('supervisor.json').pid;
  if (program === 'rigd') return user.platformFile<{ pid: number }>('platform.json').pid;
  const pid = processesOf(home).find((each) => {
    const argv = readFileSync(`/proc/${each}/cmdline`, 'utf8').split('\0');
    return argv.some((argument) => /\/edge\/(?:dist|src)\/main\.[jt]s$/.test(argument));
  });
  if (pid === undefined) throw new Error(`No edge runs in ${home}`);
  return pid;
}
