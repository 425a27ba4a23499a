import { DEFAULT_DOCKER_HOST } from '@rig-ops/contract/docker-host';
import { type ErrorCode, errorRegistry, RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { EngineKind, SupervisorConfig, SupervisorRecord } from '@rig-ops/contract/supervisor';
import type { DockerSettings } from '@rig-ops/contract/supervisor-containers';
import { readCluster } from './cluster-file.ts';
import { askSupervisorState } from './ask-local.ts';
import { readSupervisorConfig } from './platform-records.ts';

/** What was asked for; what is undefined stays as it was. */
export interface AskedEngine {
  engine?: EngineKind;
  docker?: DockerSettings;
}

interface AskedCluster {
  kubeconfig?: string;
}

type KeptEngine = { engine: EngineKind; docker: DockerSettings | null };

const SILENCE_MS = 2_000;

/** What the next start runs on: as asked, else as before, else as `DOCKER_HOST` says. */
export function engineSettings(
  asked: AskedEngine,
  before: Pick<SupervisorConfig, 'engine' | 'docker'> | null,
  named: () => DockerSettings | null = () => null,
): KeptEngine {
  const engine = asked.engine ?? before?.engine ?? 'process';
  const docker = asked.docker ?? before?.docker ?? null;
  if (docker !== null || engine !== 'docker') return { engine, docker };
  return { engine, docker: named() ?? { host: DEFAULT_DOCKER_HOST, certificates: null } };
}

/** Throws `platform_running` when the platform that runs has another engine, or daemon, than was asked for. */
export async function checkEngine(
  layout: PlatformLayout,
  { engine, docker, kubeconfig }: AskedEngine & AskedCluster,
): Promise<void> {
  const inUse = engineSettings({}, await readSupervisorConfig(layout));
  if (engine !== undefined && engine !== inUse.engine)
    throw new RigError('platform_running', `The platform runs already, with the engine ${inUse.engine}.`);
  if (kubeconfig !== undefined && kubeconfig !== (await readCluster(layout)))
    throw new RigError(
      'platform_running',
      'The platform runs already, with another cluster or other credentials.',
    );
  if (docker === undefined) return;
  if (docker.host === inUse.docker?.host && docker.certificates === inUse.docker.certificates) return;
  const where = inUse.docker === null ? 'without a Docker daemon' : `with the daemon at ${inUse.docker.host}`;
  throw new RigError('platform_running', `The platform runs already, ${where}.`);
}

/**
 * Throws what is wrong with the daemon that a platform was just started for: whoever asked for it is to know at once.
 * Later it may come and go, and the platform waits for it.
 */
export async function checkDaemon(
  layout: PlatformLayout,
  supervisor: SupervisorRecord,
  signal: AbortSignal | undefined,
): Promise<void> {
  const problem = (await askSupervisorState(layout, supervisor, { silenceMs: SILENCE_MS, signal }))?.docker
    ?.problem;
  if (problem == null) return;
  const { code = '', hint, message } = problem;
  throw new RigError(isKnown(code) ? code : 'docker_unreachable', message, { hint });
}

const isKnown = (code: string): code is ErrorCode => code in errorRegistry;
