import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { compare, median, printComparisons } from './compare.ts';
import { BenchPlatform } from './platform.ts';

interface DeployResult {
  url: string;
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

/** `rig deploy` of a changed hello-node on a running platform until HTTP 200, by phase. */
export async function benchDeploy(rounds: number): Promise<void> {
  const platform = new BenchPlatform();
  const phases = new Map<string, number[]>();
  try {
    await platform.rig('deploy', platform.source, '--yes');
    const peer = {
      name: 'cp, node server.js, HTTP 200',
      measure: () => copyAndStart(platform.source, join(platform.folder, 'by-hand')),
    };
    const deploy = {
      name: 'rig deploy, HTTP 200',
      measure: async () => {
        appendFileSync(join(platform.source, 'server.js'), '// changed\n');
        const started = performance.now();
        const { url, steps } = JSON.parse(
          await platform.rig('deploy', platform.source, '-o', 'json'),
        ) as DeployResult;
        await untilAnswer(url);
        const elapsed = performance.now() - started;
        for (const { name, durationMs } of steps) phases.set(name, [...(phases.get(name) ?? []), durationMs]);
        return elapsed;
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
