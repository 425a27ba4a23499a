import { access } from 'node:fs/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { Deployments, SessionTarget, WantedTarget } from '../../deployments.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { ReleaseRecord, ReleaseStore } from '../releases/release-store.ts';
import type { InstanceEnvironments } from './instance-environments.ts';
import { placeOfRelease } from './place-of-release.ts';
import type { InstanceLauncher } from './instance-launcher.ts';
import { type InstanceRecord, type InstanceStore, instanceName } from './instance-store.ts';

interface SessionTargetsOptions {
  mirror: EngineMirror;
  releases: ReleaseStore;
  instances: InstanceStore;
  environmentOf: InstanceEnvironments;
  launcher: Pick<InstanceLauncher, 'environmentOf' | 'folderOf' | 'placeOf'>;
}

/** Finds where in an app a session is to run. */
export function createSessionTargets(options: SessionTargetsOptions): Deployments['resolveSession'] {
  const targets = new SessionTargets(options);
  return (app, wanted) => targets.resolve(app, wanted);
}

class SessionTargets {
  readonly #options: SessionTargetsOptions;

  constructor(options: SessionTargetsOptions) {
    this.#options = options;
  }

  /** In the wanted instance, else in the first running one, `web` before others; or in a fresh one. */
  async resolve(app: AppRecord, wanted: WantedTarget): Promise<SessionTarget> {
    if (wanted.new === true && wanted.instance !== undefined)
      throw new RigError(
        'invalid_input',
        'A new instance is none of those that run: leave one of the two out.',
      );
    const release = await this.#release(app, wanted.release);
    const processes = release.runtime.processes.map(({ name }) => name);
    if (wanted.process !== undefined && !processes.includes(wanted.process))
      throw new RigError(
        'process_not_found',
        `${app.name} has no process ${JSON.stringify(wanted.process)}; it has ${processes.join(', ')}.`,
      );
    return wanted.new === true
      ? this.#oneOff(app, release, wanted.process ?? firstOf(processes))
      : this.#running(app, release, wanted);
  }

  async #release(app: AppRecord, version: number | undefined): Promise<ReleaseRecord> {
    const { releases } = this.#options;
    if (version === undefined) {
      const live = await releases.live(app.id);
      if (live !== null) return live;
      throw new RigError('instance_not_found', `${app.name} has no live release yet.`, {
        hint: `Run \`rig deploy --app ${app.name}\`.`,
      });
    }
    const release = await releases.get(app.id, version);
    if (release !== null) return release;
    throw new RigError('release_not_found', `${app.name} has no release v${version}.`);
  }

  async #running(app: AppRecord, release: ReleaseRecord, wanted: WantedTarget): Promise<SessionTarget> {
    const candidates = (await this.#options.instances.ofApp(app.id))
      .filter((instance) => instance.release === release.version)
      // One of an older release may be left running for a while; it is asked for by its number.
      .filter(({ desired }) => desired === 'run' || (wanted.release !== undefined && desired === 'drain'))
      .filter(({ process }) => wanted.process === undefined || process === wanted.process)
      .filter((instance) => wanted.instance === undefined || instanceName(instance) === wanted.instance)
      .toSorted((left, right) => Number(right.process === 'web') - Number(left.process === 'web'));
    for (const instance of candidates) {
      const target = await this.#targetOf(app, release, instance);
      if (target !== null) return target;
    }
    const which = wanted.instance ?? wanted.process;
    const of = wanted.release === undefined ? app.name : `v${wanted.release} of ${app.name}`;
    throw new RigError(
      'instance_not_found',
      which === undefined
        ? `No instance of ${of} is running.`
        : `${of} has no running instance ${JSON.stringify(which)}.`,
      { hint: 'Run `rig status` to see what runs, or add `--new` for a fresh instance.' },
    );
  }

  async #targetOf(
    app: AppRecord,
    release: ReleaseRecord,
    instance: InstanceRecord,
  ): Promise<SessionTarget | null> {
    const { environmentOf, mirror } = this.#options;
    const report = mirror.instance(instance.id);
    if (report?.state !== 'running') return null;
    const env = await environmentOf(instance.id);
    return (
      env && {
        id: instance.id,
        name: instanceName(instance),
        process: instance.process,
        release: instance.release,
        cwd: report.spec.cwd,
        env,
        ...imageOf(placeOfRelease(app, release, null)),
      }
    );
  }

  async #oneOff(app: AppRecord, release: ReleaseRecord, process: string): Promise<SessionTarget> {
    const { launcher } = this.#options;
    const cwd = launcher.folderOf(release);
    const isThere =
      release.runtime.image !== undefined ||
      (await access(cwd).then(
        () => true,
        () => false,
      ));
    if (!isThere)
      throw new RigError(
        'release_not_found',
        `The files of v${release.version} of ${app.name} are not kept any more.`,
        {
          hint: 'Run `rig releases list` for those that can be returned to.',
        },
      );
    const name = `${process}.new`;
    const env = await launcher.environmentOf(app, release, { process, name, port: null });
    return {
      id: null,
      name,
      process,
      release: release.version,
      cwd,
      env,
      ...imageOf(await launcher.placeOf(app, release, null)),
    };
  }
}

const imageOf = (image: SessionTarget['image']): Pick<SessionTarget, 'image'> =>
  image === undefined ? {} : { image };

const firstOf = (processes: readonly string[]): string =>
  processes.includes('web') ? 'web' : (processes[0] ?? 'web');
