import type { PodSpec } from '@rig-ops/contract/supervisor-clusters';
import type { PodInstanceSpec } from '../objects/workload-objects.ts';
import type { PodRun, PodView } from '../status/pod-view.ts';

export const podSpecOf = (change: Partial<PodSpec> = {}): PodSpec => ({
  cluster: 'test',
  platform: 'p1',
  namespace: 'rig-team-p1',
  network: 'team',
  image: 'shop:1',
  artifact: null,
  port: { inside: 8080, outside: 20_000 },
  service: true,
  limits: { memoryBytes: null, cpus: null },
  health: null,
  graceSeconds: 10,
  ...change,
});

export const specOf = (change: Partial<PodInstanceSpec> = {}): PodInstanceSpec => ({
  id: 'ins_1',
  app: 'shop',
  appId: 'app_shop',
  process: 'web',
  name: 'web.1',
  release: 1,
  argv: ['node', 'server.js'],
  cwd: '',
  env: {},
  pod: podSpecOf(),
  ...change,
});

/** A pod that waits for its first run. */
export const podOf = (
  uid: string,
  { run = {}, ...change }: Partial<Omit<PodView, 'run'>> & { run?: Partial<PodRun> } = {},
): PodView => ({
  name: `shop-web-v1-${uid}`,
  namespace: 'rig-team-p1',
  uid,
  node: 'node',
  ip: '10.0.0.1',
  leaving: false,
  over: false,
  ready: false,
  createdAt: 0,
  wait: null,
  removal: null,
  ...change,
  run: { number: 0, begun: false, end: null, before: null, ...run },
});

export const running = (uid: string, number = 0, change: Partial<PodView> = {}): PodView =>
  podOf(uid, { ...change, ready: true, run: { number, begun: true } });

export const ended = (uid: string, exitCode: number, number = 0, reason = 'Error'): PodView =>
  podOf(uid, { run: { number, begun: true, end: { exitCode, reason, message: '' } } });
