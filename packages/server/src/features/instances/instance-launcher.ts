import { join } from 'node:path';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { PodArtifact } from '@rig-ops/contract/supervisor-clusters';
import type { InstanceSpec } from '@rig-ops/contract/supervisor';
import type { ImagePlacement } from '../../engines/engine.ts';
import type { PlatformEngines } from '../../engines/platform-engines.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { ReleaseRecord, RuntimeProcess } from '../releases/release-store.ts';
import { RELEASE_PROCESS } from '../rollouts/release-process.ts';
import { environmentOf } from './instance-environment.ts';
import { type InstanceRecord, instanceName } from './instance-store.ts';
import { placeOfRelease } from './place-of-release.ts';
import { siteServerInImage, staticServerArgv } from './static-server.ts';

export interface InstanceLauncherOptions {
  engines: Pick<PlatformEngines, 'of' | 'placed'>;
  layout: PlatformLayout;
  baseEnvironment: Record<string, string>;
  node: string;
  /** URL by name of the other apps that this one can reach. */
  neighboursOf: (app: AppRecord) => Promise<ReadonlyMap<string, string>>;
  /** Where pods fetch the files of a release. @throws RigError `pod_url_missing`, `artifact_…` */
  filesOf: (release: ReleaseRecord) => Promise<PodArtifact>;
  /** Ports inside of those that listen on another one in their image than is usual, by name of the app. */
  insidePorts?: () => Promise<ReadonlyMap<string, number>>;
  /** The variables of a set, secrets among them. @throws RigError `config_sealed` */
  configOf: (configId: string | null) => Promise<Record<string, string>>;
}

/** Turns a wanted instance into one of the engine. */
export class InstanceLauncher {
  readonly #options: InstanceLauncherOptions;

  constructor(options: InstanceLauncherOptions) {
    this.#options = options;
  }

  /** Starts it; does nothing when the engine has it already. */
  async launch(app: AppRecord, release: ReleaseRecord, instance: InstanceRecord): Promise<void> {
    const process = processOf(release, instance);
    if (process === undefined) return;
    const { engines } = this.#options;
    const { network } = app;
    const place = engines.placed(network, await this.placeOf(app, release, instance));
    const spec = await this.#specOf(app, release, instance, process);
    await engines.of(network).startInstance(spec, place);
  }

  /** Where a program of a release runs; undefined where that is this machine. @throws RigError `pod_url_missing`, `artifact_…` */
  async placeOf(
    app: AppRecord,
    release: ReleaseRecord,
    instance: { process: string; port: number | null } | null,
  ): Promise<ImagePlacement | undefined> {
    const place = placeOfRelease(app, release, instance);
    if (place === undefined || release.runtime.fetched !== true) return place;
    return { ...place, artifact: await this.#options.filesOf(release) };
  }

  /** What an instance finds in its environment. @throws RigError `config_sealed` */
  async environmentOf(
    app: AppRecord,
    release: ReleaseRecord,
    instance: { process: string; name: string; port: number | null },
  ): Promise<Record<string, string>> {
    const { insidePorts, layout, baseEnvironment, node } = this.#options;
    return environmentOf({
      baseEnvironment,
      node,
      artifact: join(layout.artifacts, release.buildId),
      app: app.name,
      release,
      config: await this.#options.configOf(release.configId),
      instance,
      neighbours: await this.#options.neighboursOf(app),
      ...(release.runtime.image !== undefined && insidePorts !== undefined
        ? { insidePorts: await insidePorts() }
        : {}),
    });
  }

  /** Where the processes of a release run. */
  folderOf({ buildId, runtime }: ReleaseRecord): string {
    // Empty for that of the image.
    if (runtime.image !== undefined) return runtime.root ?? '';
    return join(this.#options.layout.artifacts, buildId, runtime.root ?? '.');
  }

  async #specOf(
    app: AppRecord,
    release: ReleaseRecord,
    instance: InstanceRecord,
    process: RuntimeProcess,
  ): Promise<InstanceSpec> {
    const { node } = this.#options;
    const name = instanceName(instance);
    return {
      id: instance.id,
      app: app.name,
      appId: app.id,
      process: instance.process,
      name,
      release: release.version,
      argv:
        'argv' in process
          ? process.argv
          : release.runtime.image === undefined
            ? staticServerArgv({ node, port: instance.port, ...process.site })
            : siteServerInImage(process.site),
      cwd: this.folderOf(release),
      env: await this.environmentOf(app, release, { ...instance, name }),
    };
  }
}

/** The release command is a process that no process table names. */
function processOf({ runtime }: ReleaseRecord, instance: InstanceRecord): RuntimeProcess | undefined {
  const named = runtime.processes.find(({ name }) => name === instance.process);
  if (named !== undefined || instance.process !== RELEASE_PROCESS) return named;
  const phase = runtime.releasePhase;
  return phase === undefined ? undefined : { name: RELEASE_PROCESS, instances: 1, argv: phase.argv };
}
