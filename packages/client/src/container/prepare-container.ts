import { dirname, join } from 'node:path';
import { platformLayout } from '@rig-ops/contract/layout';
import { makeBaseEnvironment } from '../embedded/base-environment.ts';
import { keepDatabaseUrl } from '../embedded/database-url.ts';
import { keepDockerConfig } from '../embedded/keep-docker-config.ts';
import { podSettings } from '../embedded/pod-settings.ts';
import { readSupervisorConfig } from '../embedded/platform-records.ts';
import { ensureToken, makeFolders, writeConfig } from '../embedded/prepare-platform.ts';
import { engineSettings } from '../embedded/engine-settings.ts';
import { namedDaemon } from '../embedded/named-daemon.ts';
import { findOwnImage } from './own-image.ts';
import { readContainerSettings } from './read-settings.ts';

/** Name of the container of the platform in its pod. */
const CONTAINER = 'rig';

export interface ContainerOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** Folder with the packages of rig. */
  modules: string;
  node: string;
  version: string;
}

/**
 * Makes the folder of a platform ready for a supervisor that is the first program of a container. What the environment
 * says is how it is from now on: nothing is kept of what an earlier container was told.
 * @returns path of the configuration of the supervisor
 */
export async function prepareContainer({ env, modules, node, version }: ContainerOptions): Promise<string> {
  const settings = await readContainerSettings(env);
  const layout = platformLayout(settings.rigHome);
  const main = (name: string) => join(modules, '@rig-ops', name, 'dist', 'main.js');
  await makeFolders(layout);
  await ensureToken(layout);
  await keepDatabaseUrl(layout, settings.databaseUrl);
  await keepDockerConfig(settings.dockerConfig ?? 'off', { cwd: '/', rigHome: settings.rigHome });
  const before = await readSupervisorConfig(layout);
  await writeConfig(layout, {
    rigHome: settings.rigHome,
    node,
    nodeArguments: [],
    entries: { supervisor: main('supervisor'), rigd: main('server'), edge: main('edge') },
    apiPort: before?.apiPort ?? 0,
    edgePort: settings.edge.port,
    edgeHost: settings.edge.host,
    isRoot: true,
    listen: settings.listen,
    probes: settings.probes,
    pods: podSettings({
      ...settings.pods,
      image: settings.pods.image ?? (await findOwnImage(env, CONTAINER)),
    }),
    registry: settings.registry,
    baseEnvironment: makeBaseEnvironment({ ...env, HOME: dirname(layout.root) }, node),
    ...engineSettings({ engine: settings.engine }, null, () => namedDaemon(env)),
    version,
  });
  return layout.supervisorConfig;
}
