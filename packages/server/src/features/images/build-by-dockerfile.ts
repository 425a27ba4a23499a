import { RigError } from '@rig-ops/contract/errors';
import { BuildSession, type DockerClient, isDockerAway, readTrace, registryHeader } from '@rig-ops/docker';
import { buildArguments, type BuildArgumentsInput } from './build-arguments.ts';
import { BuildProgress, type BuildOutcome } from './build-progress.ts';
import type { BuildContext } from './context/build-context.ts';
import type { ImageLog } from './image-log.ts';
import type { ImageSteps } from './image-steps.ts';
import type { RegistryKeys } from './registry-credentials.ts';

export interface DockerfileBuild extends BuildArgumentsInput {
  buildId: string;
  context: BuildContext;
  target: string | null;
  labels: Readonly<Record<string, string>>;
  /** Whether steps may be taken from earlier builds. */
  readsCache: boolean;
  keys: RegistryKeys;
  log: ImageLog;
  steps: ImageSteps;
}

const HUB_HOSTS = ['registry-1.docker.io', 'index.docker.io', 'auth.docker.io'];

/** BuildKit is in every Docker that rig speaks to, and in no Podman. */
async function hasBuildKit(docker: DockerClient): Promise<boolean> {
  const { Components = [], Os } = await docker.version();
  return Os === 'linux' && !Components.some(({ Name }) => /podman/i.test(Name));
}

/**
 * Builds an image on the daemon, which ends the build when nobody listens any more.
 * @returns how it ended; an image has no name yet
 * @throws RigError `docker_unreachable` when the daemon goes, what reading the context throws; the reason of `signal`
 */
export async function buildByDockerfile(
  build: DockerfileBuild,
  docker: DockerClient,
  signal: AbortSignal,
): Promise<BuildOutcome> {
  const { buildId, config, context, keys, labels, log, readsCache, secretNames, steps, target } = build;
  const { args, notes } = buildArguments(build);
  const modern = await hasBuildKit(docker);
  if (!modern && secretNames.size > 0)
    notes.push('The daemon has no BuildKit: secret variables reach no step of this build.');
  // One without the bridge that every daemon has by itself was told to do without.
  const hasBridge = await docker.networks.has('bridge');
  if (!hasBridge) notes.push('The daemon has no network `bridge`: the steps of this build have none.');
  if (notes.length > 0) await log.tell('build', ...notes);
  const session = modern
    ? await BuildSession.open(docker, {
        secret: (id) => config[id] ?? null,
        credentials: (host) => {
          const known = keys.of(HUB_HOSTS.includes(host) ? 'docker.io' : host);
          if (known === null) return null;
          return 'username' in known
            ? { username: known.username, password: known.password }
            : { username: '', password: known.identitytoken };
        },
      })
    : null;
  const progress = new BuildProgress({ log, steps, readTrace });
  let problem: unknown;
  const archive = context.open(signal);
  archive.once('error', (error) => {
    problem = error;
  });
  const cancel = () => void docker.images.cancelBuild(buildId).catch(() => undefined);
  if (modern) signal.addEventListener('abort', cancel, { once: true });
  try {
    const answer = docker.images.build(
      archive,
      {
        dockerfile: context.dockerfile,
        buildargs: JSON.stringify(args),
        labels: JSON.stringify(labels),
        target: target ?? undefined,
        nocache: readsCache ? undefined : true,
        networkmode: hasBridge ? undefined : 'none',
        ...(session === null ? {} : { version: 2, session: session.id, buildid: buildId }),
      },
      signal,
      modern ? {} : { 'x-registry-config': registryConfig(keys) },
    );
    for await (const line of answer) await progress.take(line);
    await progress.finish();
    return progress.outcome;
  } catch (error) {
    signal.throwIfAborted();
    // What the daemon has said already is why, whatever became of the connection.
    if (progress.outcome.error !== null) return progress.outcome;
    if (problem !== undefined && isDockerAway(error)) throw problem;
    if (isDockerAway(error))
      throw new RigError('docker_unreachable', 'The build was cut off: the Docker daemon ended.', {
        hint: 'Deploy again; steps that were done are in the cache of the daemon.',
        cause: error,
        details: { build: buildId },
      });
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
    session?.close();
    archive.destroy();
  }
}

/** All credentials at once: the builder without a session takes those that it needs. */
function registryConfig(keys: RegistryKeys): string {
  const all = keys.registries.flatMap((registry) => {
    const known = keys.of(registry.includes('docker.io') ? 'docker.io' : registry);
    return known !== null && 'username' in known ? [[registry, known] as const] : [];
  });
  return registryHeader(Object.fromEntries(all));
}
