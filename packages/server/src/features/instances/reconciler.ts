import type { Clock } from '../../clock.ts';
import type { Engine } from '../../engines/engine.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { Logger } from '../../logger.ts';
import type { AppStore } from '../apps/app-store.ts';
import type { BuildStore } from '../builds/build-store.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import type { InstanceKeeper } from './instance-keeper.ts';
import type { InstanceRetirer } from './instance-retirer.ts';
import type { InstanceRecord, InstanceStore } from './instance-store.ts';
import { isKept } from './is-kept.ts';

/** Between an end and the stop of what should not run. */
const ORPHAN_GRACE_MS = 10_000;
const RETRY_MS = 1_000;

export interface ReconcilerOptions {
  engine: Engine;
  mirror: EngineMirror;
  apps: AppStore;
  builds: BuildStore;
  releases: ReleaseStore;
  instances: InstanceStore;
  keeper: InstanceKeeper;
  retirer: InstanceRetirer;
  publish: () => Promise<unknown>;
  clock: Clock;
  /** Whether a deploy takes care of the app's instances that are not live. */
  isDeploying: (appId: string) => boolean;
  log: Logger;
}

/** Compares what ought to run with what does, after each change, and does what is missing. */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  #dirty = true;
  #wake: () => void = () => undefined;
  /** Ends of times that are waited for, by id of the instance. */
  readonly #awaited = new Map<string, string>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** Has it look again, at once or in so many milliseconds. */
  kick(inMs = 0): void {
    if (inMs > 0) {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.kick();
      }, inMs);
      this.#timers.add(timer);
      return;
    }
    this.#dirty = true;
    this.#wake();
  }

  /** Runs until `signal`, one pass at a time; a pass that fails is repeated. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, mirror, keeper } = this.#options;
    const unsubscribe = mirror.subscribe(() => this.kick());
    const stop = () => this.#wake();
    signal.addEventListener('abort', stop);
    try {
      while (!signal.aborted) {
        if (!this.#dirty) await new Promise<void>((resolve) => (this.#wake = resolve));
        if (signal.aborted) break;
        this.#dirty = false;
        try {
          if (mirror.ready) await this.#pass(signal);
        } catch (error) {
          if (signal.aborted) break;
          log.warn('could not bring instances in line; trying again', { error });
          this.kick(RETRY_MS);
        }
      }
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', stop);
      await keeper.settle();
      for (const timer of this.#timers) clearTimeout(timer);
      this.#timers.clear();
    }
  }

  async #pass(signal: AbortSignal): Promise<void> {
    // What runs is read before what should run: an instance is always noted before it is started.
    const running = this.#options.mirror.instances();
    const building = this.#options.mirror.builds();
    const wanted = await this.#options.instances.list();
    await this.#stopOrphans(running, new Set(wanted.map(({ id }) => id)));
    await this.#forgetBuilds(building);
    await this.#tendWanted(wanted, signal);
    await this.#options.publish();
  }

  async #tendWanted(wanted: Awaited<ReturnType<InstanceStore['list']>>, signal: AbortSignal): Promise<void> {
    const { apps, clock, keeper, releases, retirer, isDeploying } = this.#options;
    const live = new Map((await releases.allLive()).map((release) => [release.appId, release]));
    for (const instance of wanted) {
      signal.throwIfAborted();
      const app = await apps.getById(instance.appId);
      if (app === undefined) continue;
      const release = live.get(app.id);
      if (isKept(instance, clock)) this.#lookAt(instance);
      else if (instance.desired !== 'run') {
        if (!isDeploying(app.id)) await retirer.retire([instance], 0, signal);
      } else if (release?.version === instance.release) {
        await keeper.tend({ app, release, instance }, signal);
      }
    }
  }

  /** Looks again when the time of one that is kept is over. */
  #lookAt({ id, keepUntil }: InstanceRecord): void {
    if (keepUntil === null || this.#awaited.get(id) === keepUntil) return;
    this.#awaited.set(id, keepUntil);
    this.kick(Math.max(1, Date.parse(keepUntil) - this.#options.clock.now().getTime()) + 50);
  }

  async #stopOrphans(running: ReturnType<EngineMirror['instances']>, wanted: Set<string>): Promise<void> {
    const { engine, mirror, log } = this.#options;
    for (const { spec, state } of running) {
      if (wanted.has(spec.id)) continue;
      if (state === 'exited') await mirror.forgetInstance(spec.id);
      if (state === 'stopping' || state === 'exited') continue;
      log.warn('stopping an instance that nobody wants', { instance: spec.id, app: spec.app });
      await engine.stopInstance(spec.id, ORPHAN_GRACE_MS);
    }
  }

  async #forgetBuilds(building: ReturnType<EngineMirror['builds']>): Promise<void> {
    const { builds, engine, mirror } = this.#options;
    for (const { id, state } of building) {
      const build = await builds.get(id);
      if (build !== null && build.endedAt === null) continue;
      if (state === 'running') await engine.cancelBuild(id);
      else await mirror.forgetBuild(id);
    }
  }
}
