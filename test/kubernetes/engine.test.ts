import { ChannelStream } from '@rig-ops/contract/channels';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after } from 'node:test';
import { resources } from '@rig-ops/kubernetes';
import { KubernetesEngine } from '../../packages/server/src/engines/kubernetes/kubernetes-engine.ts';
import type { ContractProgram } from '../../packages/server/src/engines/testing/contract-engine.ts';
import { engineContract } from '../../packages/server/src/engines/testing/engine-contract.ts';
import { sessionSpec } from '../../packages/server/src/engines/testing/session-spec.ts';
import { makePlatform, waitScript } from '../../packages/server/src/engines/testing/supervised-platform.ts';
import { POD_IMAGE, RUN_IMAGE } from '../support/kubernetes/cluster-user.ts';
import { TestCluster } from '../support/kubernetes/test-cluster.ts';

const cluster = await TestCluster.open();
const network = `ks-engine-${process.pid.toString(36)}`;
after(async () => {
  const labels = { 'rig.dev/network': network };
  for (const { metadata } of await cluster.client.list(resources.namespaces, { labels }))
    await cluster.client.delete(resources.namespaces, { name: metadata?.name ?? '' });
  cluster.close();
});

const scripts: Record<Exclude<ContractProgram, 'missing'>, string> = {
  serve: `require('http').createServer((q, s) => s.end('ok')).listen(process.env.PORT, '0.0.0.0')`,
  wait: waitScript,
  'ignore-term': `process.on('SIGTERM', () => {}); ${waitScript}`,
  'exit-7': 'process.exit(7)',
};

engineContract('KubernetesEngine', async (test) => {
  const { engine, layout, rigHome, end } = await makePlatform(
    { pods: { url: null, authority: null, image: POD_IMAGE } },
    (place) => new KubernetesEngine(place),
  );
  test.after(end);
  await mkdir(layout.clusters, { recursive: true });
  await copyFile(cluster.kubeconfig, join(layout.clusters, 'platform.yaml'));
  return {
    engine,
    // The image has nothing to write to but this.
    folder: '/tmp',
    buildFolder: rigHome,
    argvOf: (program) => (program === 'missing' ? ['/no/such/program'] : ['node', '-e', scripts[program]]),
    stepArgv: (succeeds) => ['sh', '-c', succeeds ? 'echo done' : 'echo oh; exit 3'],
    putFile: async (name, text) => {
      const argv = ['sh', '-c', 'printf %s "$1" > "$0"', name, text];
      const spec = sessionSpec({ id: 'ses_put', argv, cwd: '/tmp', env: {}, instance: 'ins_1' });
      const channel = await engine.openSession(spec);
      await channel.accepted;
      channel.end(ChannelStream.stdin);
      await channel.exited;
    },
    placeOf: ({ env }) => ({
      image: RUN_IMAGE,
      network,
      aliases: ['shop'],
      port: env['PORT'] === undefined ? null : Number(env['PORT']),
    }),
  };
});
