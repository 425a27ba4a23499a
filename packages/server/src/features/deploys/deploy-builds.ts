import { RigError } from '@rig-ops/contract/errors';
import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { ArtifactShelf } from '../builds/artifact-shelf.ts';
import { digestOfInputs } from '../builds/build-inputs.ts';
import type { BuildRunner } from '../builds/build-runner.ts';
import type { BuildRecord, BuildStore } from '../builds/build-store.ts';
import type { DeployRecord, DeployStore } from './deploy-store.ts';

export interface DeployBuildsOptions {
  deploys: DeployStore;
  builds: BuildStore;
  runner: BuildRunner;
  shelf: ArtifactShelf;
  clock: Clock;
  /** Variables of the app that are for the build of a deploy. */
  configOf: (deploy: DeployRecord) => Promise<Record<string, string>>;
  /** Names of those that nobody may read. */
  secretNamesOf: (deploy: DeployRecord) => Promise<ReadonlySet<string>>;
  baseEnvironment: Record<string, string>;
  /** Of rigd. */
  version: string;
  /** Called after each change that followers of the deploy may see. */
  onChange: (deployId: string) => void;
}

/** Gives deploys their builds: one of the same inputs that is there already, or a new one. */
export class DeployBuilds {
  readonly #options: DeployBuildsOptions;

  constructor(options: DeployBuildsOptions) {
    this.#options = options;
  }

  /** The build step of a deploy. @throws RigError why the build failed */
  async build(app: AppRecord, deploy: DeployRecord, signal: AbortSignal): Promise<void> {
    const { clock, configOf, deploys, onChange, runner } = this.#options;
    const config = await configOf(deploy);
    const build = await this.#buildOf(deploy, config);
    const order = {
      app,
      readsCache: deploy.buildOptions?.cache !== false,
      appName: deploy.appName,
      image: deploy.buildOptions?.image ?? null,
      config,
      secretNames: await this.#options.secretNamesOf(deploy),
      onPosition: async (position: number) => {
        await deploys.addBuildPosition(deploy.id, position, timestampOf(clock));
        onChange(deploy.id);
      },
      onStep: async (change: Parameters<DeployStore['addBuildStep']>[1]) => {
        await deploys.addBuildStep(deploy.id, change, timestampOf(clock));
        onChange(deploy.id);
      },
    };
    await runner.run(build, order, signal);
  }

  /** Ends the build of a deploy that has failed. */
  async abandon(deploy: DeployRecord): Promise<void> {
    if (deploy.kind !== 'deploy' || deploy.buildId === null || deploy.error === null) return;
    await this.#options.runner.abandon(deploy.buildId, RigError.fromDocument(deploy.error));
  }

  async #buildOf(deploy: DeployRecord, config: Record<string, string>): Promise<BuildRecord> {
    const { builds } = this.#options;
    const id = deploy.buildId ?? (await this.#chooseBuild(deploy, config));
    const build = await builds.get(id);
    if (build === null) throw new RigError('build_not_found', `There is no build ${id}.`);
    return build;
  }

  /** @returns the id of a build that the deploy has noted */
  async #chooseBuild(deploy: DeployRecord, config: Record<string, string>): Promise<string> {
    const { baseEnvironment, builds, clock, deploys, shelf, version } = this.#options;
    const { appId, bundleId } = deploy;
    const root = deploy.source?.root ?? '.';
    const inputs = digestOfInputs({ bundleId, root, config, baseEnvironment, version });
    const create = async () => {
      const id = newId('bld');
      await builds.create({ id, appId, bundleId, root, inputs, createdAt: timestampOf(clock) });
      await deploys.setBuild(deploy.id, id, { reused: false });
      return id;
    };
    const { rebuild = false, cache = true, image } = deploy.buildOptions ?? {};
    // What a name of an image stands for is asked each time.
    if (rebuild || !cache || image !== undefined) return await create();
    return await shelf.withReusable(appId, inputs, async (found) => {
      if (found === null) return await create();
      await deploys.setBuild(deploy.id, found.id, { reused: true });
      return found.id;
    });
  }
}
