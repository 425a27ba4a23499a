import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeNodeImages } from '../test/support/base-images.ts';
import { DockerDaemon } from '../test/support/docker-daemon.ts';
import { compare, median, printComparisons } from './compare.ts';
import { BenchPlatform } from './platform.ts';

interface DeployResult {
  url: string;
  durationMs: number;
  steps: { name: string; durationMs: number }[];
}

const COMPOSE_PORT = 19_080;
const DOCKERFILE = 'FROM node:24-slim\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n';
const COMPOSE = `version: "3"
services:
  web:
    build: .
    environment: { PORT: "8080", HOST: "0.0.0.0", RIG_RELEASE: "\${ROUND}" }
    ports: ["127.0.0.1:${COMPOSE_PORT}:8080"]
`;

/** Asks until a text comes that is another one than `before`. */
async function untilOther(url: string, before: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => null);
    const text = (await response?.text().catch(() => before)) ?? before;
    if (response?.status === 200 && text !== before) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function run(argv: string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<void> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { ...options, stdio: 'ignore' });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${String(code)}`);
}

/**
 * A changed hello-node until the new version answers with HTTP 200: `rig deploy` on docker, which lets the old one serve
 * meanwhile, beside `docker-compose up --build` of the same files on the same base, which stops it first.
 */
export async function benchDockerDeploy(rounds: number): Promise<void> {
  const daemon = await DockerDaemon.start();
  if (daemon === null) throw new Error('dockerd cannot be started here');
  const platform = new BenchPlatform();
  const phases = new Map<string, number[]>();
  const note = (name: string, ms: number) => phases.set(name, [...(phases.get(name) ?? []), ms]);
  try {
    makeNodeImages(daemon);
    await platform.rig('platform', 'start', '--engine', 'docker', '--docker-host', daemon.host);
    const byCompose = join(platform.folder, 'by-compose');
    cpSync(platform.source, byCompose, { recursive: true });
    writeFileSync(join(byCompose, 'Dockerfile'), DOCKERFILE);
    writeFileSync(join(byCompose, 'docker-compose.yml'), COMPOSE);
    let round = 0;
    let said = '';
    const composeUrl = `http://127.0.0.1:${COMPOSE_PORT}`;
    const compose = {
      name: 'docker-compose up --build, HTTP 200',
      measure: async () => {
        appendFileSync(join(byCompose, 'server.js'), '// changed\n');
        round += 1;
        const env = { ...process.env, DOCKER_HOST: daemon.host, ROUND: String(round) };
        const started = performance.now();
        const up = run(['docker-compose', 'up', '--detach', '--build'], { cwd: byCompose, env });
        await Promise.all([up, untilOther(composeUrl, said)]);
        const elapsed = performance.now() - started;
        said = await (await fetch(composeUrl)).text();
        return elapsed;
      },
    };
    const deployOnce = async () =>
      JSON.parse(
        await platform.rig('deploy', platform.source, '--yes', '--app', 'hello-node', '-o', 'json'),
      ) as DeployResult;
    const { url } = await deployOnce();
    const deploy = {
      name: 'rig deploy, HTTP 200',
      measure: async () => {
        appendFileSync(join(platform.source, 'server.js'), '// changed\n');
        const before = await (await fetch(url)).text();
        const started = performance.now();
        const answered = untilOther(url, before).then(() => performance.now() - started);
        const { durationMs, steps } = await deployOnce();
        note('command starts and ends', performance.now() - started - durationMs);
        for (const step of steps) note(step.name, step.durationMs);
        note('until the command ends', performance.now() - started);
        return await answered;
      },
    };
    printComparisons(`hello-node on docker, ${rounds} rounds`, await compare(compose, [deploy], rounds));
    for (const [name, durations] of phases)
      console.log(`    ${name.padEnd(32)} ${median(durations).toFixed(1).padStart(9)} ms`);
  } finally {
    await platform.close();
    await daemon.close();
  }
}
