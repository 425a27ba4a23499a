import type { App, Deploy, DeployEvent, DeployStep, Release } from '@rig-ops/contract/resources';

const at = '2026-01-02T03:04:05.678Z';

export function makeApp(name: string): App {
  return {
    id: `app_${name}`,
    name,
    network: 'default',
    url: null,
    release: null,
    status: 'empty',
    createdAt: at,
  };
}

export function makeRelease(app: string, version: number): Release {
  return {
    version,
    app,
    status: 'live',
    buildId: 'bld_1',
    bundleId: 'b'.repeat(64),
    configId: null,
    detector: 'node',
    processes: [{ name: 'web', command: ['node', 'server.js'], instances: 1 }],
    image: null,
    rollbackOf: null,
    rollbackOnly: null,
    tags: [],
    message: null,
    source: null,
    createdBy: 'me',
    createdAt: at,
    rollout: null,
    failure: null,
  };
}

export function makeDeploy(change: Partial<Deploy> = {}): Deploy {
  return {
    id: 'dep_1',
    app: 'shop',
    kind: 'deploy',
    status: 'running',
    step: null,
    buildId: null,
    reusedBuild: false,
    cancelledBy: null,
    release: null,
    url: null,
    error: null,
    rollout: null,
    message: null,
    createdBy: 'me',
    createdAt: at,
    queue: null,
    endedAt: null,
    ...change,
  };
}

/** The events of one step, which succeeded. */
export function stepEvents(step: DeployStep, change: Partial<Deploy> = {}): DeployEvent[] {
  const deploy = makeDeploy({ step, buildId: 'bld_1', ...change });
  return [
    { type: 'step', at, step, status: 'started', deploy },
    { type: 'step', at, step, status: 'succeeded', durationMs: 5, deploy },
  ];
}

/** A whole deploy that goes well. */
export function successEvents(): DeployEvent[] {
  const url = 'http://127.0.0.1:4000';
  return [
    ...stepEvents('build'),
    ...(['start', 'health', 'switch', 'drain'] as const).flatMap((step) => stepEvents(step, { release: 1 })),
    doneEvent({ status: 'succeeded', release: 1, buildId: 'bld_1', url }),
  ];
}

export function doneEvent(change: Partial<Deploy>): DeployEvent {
  return { type: 'done', at, deploy: makeDeploy({ endedAt: at, ...change }) };
}
