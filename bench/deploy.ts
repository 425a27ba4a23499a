import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { compare, median, printComparisons } from './compare.ts';
import { BenchPlatform } from './platform.ts';

interface DeployResult {
  url: string;
  durationMs: number;
  steps: { name: string; durationMs: number }[];
}

async function untilAnswer(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => null);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The least that could be done by hand: copy the folder, start the server, ask until it answers. */
async function copyAndStart(source: string, target: string): Promise<number> {
  const port = await freePort();
  const started = performance.now();
  cpSync(source, target, { recursive: true });
  const child = spawn(process.execPath, ['server.js'], {
    cwd: target,
    env: { PORT: String(port), HOST: '127.0.0.1' },
    stdio: 'ignore',
  });
  await untilAnswer(`http://127.0.0.1:${port}`);
  const elapsed = performance.now() - started;
  child.kill();
  await new Promise((resolve) => child.once('exit', resolve));
  rmSync(target, { recursive: true });
  return elapsed;
}

/** Asks an address until the release answers that comes behind `before`. */
async function untilRelease(url: string, before: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => null);
    const text = (await response?.text()) ?? before;
    if (response?.status === 200 && text !== before) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/**
 * `rig deploy` of a changed hello-node on a running platform until the new release answers with HTTP 200. What rig
 * itself takes of that is the rest behind the step that builds, and what the app takes to start by hand.
 */
export async function benchDeploy(rounds: number): Promise<void> {
  const platform = new BenchPlatform();
  const phases = new Map<string, number[]>();
  const note = (name: string, ms: number) => phases.set(name, [...(phases.get(name) ?? []), ms]);
  let appStarts = 0;
  try {
    const deployOnce = async () =>
      JSON.parse(
        await platform.rig('deploy', platform.source, '--yes', '--app', 'hello-node', '-o', 'json'),
      ) as DeployResult;
    const { url } = await deployOnce();
    const peer = {
      name: 'cp, node server.js, HTTP 200',
      measure: async () =>
        (appStarts = await copyAndStart(platform.source, join(platform.folder, 'by-hand'))),
    };
    const deploy = {
      name: 'rig deploy, HTTP 200',
      measure: async () => {
        appendFileSync(join(platform.source, 'server.js'), '// changed\n');
        const before = await (await fetch(url)).text();
        const started = performance.now();
        const answered = untilRelease(url, before).then(() => performance.now() - started);
        const { durationMs, steps } = await deployOnce();
        const ended = performance.now() - started;
        const toAnswer = await answered;
        const took = (name: string) => steps.find((step) => step.name === name)?.durationMs ?? 0;
        note('command starts and ends', ended - durationMs);
        for (const step of steps) note(step.name, step.durationMs);
        note('between the steps', durationMs - steps.reduce((sum, step) => sum + step.durationMs, 0));
        note('until the command ends', ended);
        note('of rig: without build and app', toAnswer - took('build') - appStarts);
        return toAnswer;
      },
    };
    printComparisons(`Deploy of hello-node, ${rounds} rounds`, await compare(peer, [deploy], rounds));
    for (const [name, durations] of phases) {
      console.log(`    ${name.padEnd(32)} ${median(durations).toFixed(1).padStart(9)} ms`);
    }
  } finally {
    await platform.close();
  }
}
