import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resources } from '@rig-ops/kubernetes';
import { ClusterUser, RUN_IMAGE } from '../test/support/kubernetes/cluster-user.ts';
import { TestCluster } from '../test/support/kubernetes/test-cluster.ts';
import { compare, median, printComparisons } from './compare.ts';

interface DeployResult {
  url: string;
  durationMs: number;
  steps: { name: string; durationMs: number }[];
}

/** Somebody who has an image that has everything, and a manifest for it: nothing is built, nothing is fetched. */
function manifestOf(namespace: string, source: string, turn: number): string {
  const labels = { app: 'by-hand' };
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `by-hand-${turn}`, namespace },
      data: { 'server.js': source },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'by-hand', namespace },
      spec: { selector: labels, ports: [{ port: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'by-hand', namespace },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 10_001,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            containers: [
              {
                name: 'web',
                image: RUN_IMAGE,
                command: ['node', '/app/server.js'],
                env: [
                  { name: 'PORT', value: '8080' },
                  { name: 'HOST', value: '0.0.0.0' },
                ],
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
                readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
                volumeMounts: [{ name: 'app', mountPath: '/app' }],
              },
            ],
            volumes: [{ name: 'app', configMap: { name: `by-hand-${turn}` } }],
          },
        },
      },
    },
  ];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
}

async function kubectl(cluster: TestCluster, ...args: string[]): Promise<void> {
  const program = process.env['RIG_BENCH_KUBECTL'] ?? 'kubectl';
  const child = spawn(program, ['--kubeconfig', cluster.kubeconfig, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${String(code)}`);
}

/** Asks an address until something else than `before` comes with HTTP 200. */
async function untilRelease(url: string, before: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => null);
    const text = (await response?.text()) ?? before;
    if (response?.status === 200 && text !== before) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** `rig deploy` of a changed app until its new release answers, against applying the same as a manifest and waiting for its rollout. */
export async function benchKubernetesDeploy(rounds: number): Promise<void> {
  const cluster = await TestCluster.open();
  const user = await ClusterUser.start(cluster, 'bench');
  const byHand = `${user.network}-by-hand`;
  const phases = new Map<string, number[]>();
  const note = (name: string, ms: number) => phases.set(name, [...(phases.get(name) ?? []), ms]);
  try {
    await cluster.client.create(resources.namespaces, { metadata: { name: byHand } });
    const text = readFileSync(join(user.example('hello-node'), 'server.js'), 'utf8');
    const source = user.app('hello-node', { 'server.js': text }, '[processes]\nweb = "node server.js"\n');
    const server = join(source, 'server.js');
    const deployOnce = async () => await user.json<DeployResult>(['deploy', source, '--yes']);
    const { url } = await deployOnce();
    let turn = 0;
    const peer = {
      name: 'kubectl apply, rollout status',
      measure: async () => {
        turn += 1;
        const file = join(user.sources, 'by-hand.json');
        writeFileSync(file, manifestOf(byHand, `${text}// ${turn}\n`, turn));
        const started = performance.now();
        await kubectl(cluster, 'apply', '-f', file);
        const applied = performance.now();
        note('kubectl apply', applied - started);
        await kubectl(cluster, '-n', byHand, 'rollout', 'status', 'deployment/by-hand');
        note('kubectl rollout status', performance.now() - applied);
        return performance.now() - started;
      },
    };
    const deploy = {
      name: 'rig deploy, HTTP 200',
      measure: async () => {
        appendFileSync(server, '// changed\n');
        const before = await (await fetch(url)).text();
        const started = performance.now();
        const answered = untilRelease(url, before).then(() => performance.now() - started);
        const { durationMs, steps } = await deployOnce();
        note('rig: the command beside its work', performance.now() - started - durationMs);
        for (const step of steps) note(`rig: ${step.name}`, step.durationMs);
        note('rig: between the steps', durationMs - steps.reduce((sum, step) => sum + step.durationMs, 0));
        return await answered;
      },
    };
    const title = `Deploy of hello-node on Kubernetes ${cluster.version}, ${rounds} rounds`;
    printComparisons(title, await compare(peer, [deploy], rounds));
    for (const [name, durations] of phases)
      console.log(`    ${name.padEnd(32)} ${median(durations).toFixed(1).padStart(9)} ms`);
  } finally {
    await cluster.client.delete(resources.namespaces, { name: byHand });
    await user.close();
    cluster.close();
  }
}
