import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobReport } from '@rig-ops/contract/supervisor';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Plan, PlanCache } from '../../detectors/plan.ts';
import type { Clock } from '../../clock.ts';
import { CacheFolder } from './cache-folder.ts';
import { chooseSuperfluous } from './choose-superfluous.ts';
import { copyCommand } from './copy-command.ts';
import { removeTree } from './remove-tree.ts';
import { digestOfPrograms } from './toolchain.ts';

export interface BuildCacheOptions {
  layout: Pick<PlatformLayout, 'root'>;
  clock: Clock;
  /** What the caches may take, in bytes; asked anew each time. */
  limits: () => { cacheBytesPerApp: number; cacheBytes: number };
}

export interface CachedBuild {
  buildId: string;
  appId: string;
  artifact: string;
  plan: Plan;
  /** Variables of the app that are for builds. */
  config: Readonly<Record<string, string>>;
  /** PATH of its programs, without those that the install brings. */
  path: string;
  /** Stands for its programs where they are not those of that PATH. */
  toolchain?: string;
  /** Whether it may use what earlier builds have left; what it leaves itself is kept either way. */
  reads: boolean;
}

/** A step around those of the plan. */
export interface CacheStep {
  name: string;
  title: string;
  argv: string[];
  mayFail: boolean;
}

/** What the cache does for one build. */
export interface CachePlan {
  /** Where the build puts what is to be kept. */
  fresh: string;
  /** Folders that the build reads from. */
  readable: string[];
  /** In place of the install steps; null when they have to run. */
  install: CacheStep | null;
  /** Before the first step of the plan, behind the install steps, behind the last step. */
  before: CacheStep[];
  afterInstall: CacheStep[];
  atEnd: CacheStep[];
  /** Variables that name the stores of programs. */
  env: Record<string, string>;
}

const KEEP_INSTALL = 'keep what was installed';
const KEEP_FOLDERS = 'keep the build cache';

/** Stores that only installing uses: with the result at hand there is nothing to look for in them. */
const INSTALL_STORES =
  /^(npm_config_(cache|store_dir)|pnpm_\w+|yarn_(cache_folder|global_folder)|pip_cache_dir|uv_cache_dir|bundle_user_cache)$/i;

/**
 * What builds of an app leave to the next ones: the result of an install, the stores of package managers, the
 * folders of build tools. Each app has its own.
 */
export class BuildCache {
  readonly #options: BuildCacheOptions;
  /** Apps of which a build is under way: nothing that it may read is removed. */
  readonly #busy = new Map<string, string>();

  constructor(options: BuildCacheOptions) {
    this.#options = options;
  }

  /** Finds what there is for a build, and says what it is to leave. */
  async prepare(build: CachedBuild): Promise<CachePlan> {
    const { appId, artifact, buildId, plan } = build;
    this.hold(appId, buildId);
    const folder = this.#folderOf(appId);
    await folder.discard(buildId);
    const fresh = folder.newFolder(buildId);
    await mkdir(fresh, { recursive: true, mode: 0o700 });
    const cachePlan: CachePlan = {
      fresh,
      readable: build.reads ? folder.readable : [],
      install: null,
      before: [],
      afterInstall: [],
      atEnd: [],
      env: {},
    };
    const entryOf = async (name: string): Promise<string | null> => {
      const path = build.reads ? folder.find(name) : null;
      if (path !== null) await folder.touch(name, this.#options.clock.now().getTime());
      return path;
    };
    const { reuse } = plan;
    const installs = plan.steps.filter(({ phase }) => phase === 'install');
    if (reuse !== null && installs.length > 0) {
      const name = `install-${await this.#installKey(build)}`;
      const kept = await entryOf(name);
      const pairs = reuse.outputs.map((output, index) => [join(artifact, output), String(index)] as const);
      if (kept !== null) {
        cachePlan.install = {
          name: 'install',
          title: `install: from the cache, in place of ${installs.map((step) => step.name).join(', ')}`,
          argv: copyCommand(pairs.map(([output, index]) => [join(kept, index), output])),
          mayFail: false,
        };
      } else {
        const from = join(fresh, name);
        cachePlan.afterInstall.push({
          name: KEEP_INSTALL,
          title: `${KEEP_INSTALL}: for builds with the same lockfile`,
          argv: copyCommand(pairs.map(([output, index]) => [output, join(from, index)])),
          mayFail: true,
        });
      }
    }
    const restored: [string, string][] = [];
    const left: [string, string][] = [];
    for (const cache of plan.caches) {
      if ('variable' in cache && cachePlan.install !== null && INSTALL_STORES.test(cache.variable)) continue;
      const name = entryName(cache);
      const kept = await entryOf(name);
      const from = join(fresh, name);
      if ('variable' in cache) {
        cachePlan.env[cache.variable] = from;
        if (kept !== null)
          cachePlan.before.push({
            name: `cache of ${cache.name}`,
            title: `cache of ${cache.name}: a copy of what earlier builds have left`,
            argv: copyCommand([[kept, from]]),
            mayFail: true,
          });
      } else {
        if (kept !== null) restored.push([kept, join(artifact, cache.folder)]);
        left.push([join(artifact, cache.folder), from]);
      }
    }
    if (restored.length > 0)
      cachePlan.afterInstall.push({
        name: 'build cache',
        title: 'build cache: a copy of what the build before has left',
        argv: copyCommand(restored),
        mayFail: true,
      });
    if (left.length > 0)
      cachePlan.atEnd.push({
        name: KEEP_FOLDERS,
        title: `${KEEP_FOLDERS}: for the next build`,
        argv: copyCommand(left),
        mayFail: true,
      });
    return cachePlan;
  }

  /** Nothing of the app's cache is removed until {@link discard}. */
  hold(appId: string, buildId: string): void {
    this.#busy.set(buildId, appId);
  }

  /** Keeps what a build that has succeeded has left. May be repeated. */
  async commit(
    build: Pick<CachedBuild, 'appId' | 'buildId'>,
    report: Pick<JobReport, 'steps'>,
  ): Promise<void> {
    const folder = this.#folderOf(build.appId);
    const fresh = folder.newFolder(build.buildId);
    const failed = new Set(
      report.steps.flatMap(({ name, status }) => (status === 'succeeded' ? [] : [name])),
    );
    for (const entry of await readdir(fresh).catch(() => [])) {
      const step = entry.startsWith('install-')
        ? KEEP_INSTALL
        : entry.startsWith('folder-')
          ? KEEP_FOLDERS
          : '';
      if (!failed.has(step))
        await folder.commit(entry, join(fresh, entry), this.#options.clock.now().getTime());
    }
  }

  /** Removes what a build has left beside the cache; it has ended. */
  async discard({ appId, buildId }: Pick<CachedBuild, 'appId' | 'buildId'>): Promise<void> {
    await this.#folderOf(appId).discard(buildId);
    this.#busy.delete(buildId);
  }

  /** Brings the caches below their limits: what was not used for the longest time goes first. */
  async prune(): Promise<void> {
    const { cacheBytes, cacheBytesPerApp } = this.#options.limits();
    const busy = new Set(this.#busy.values());
    const entries = [];
    for (const appId of await this.#apps())
      for (const entry of await this.#folderOf(appId).list()) entries.push({ ...entry, appId });
    const superfluous = chooseSuperfluous(entries, { perApp: cacheBytesPerApp, total: cacheBytes });
    for (const { appId, name } of superfluous) if (!busy.has(appId)) await this.#folderOf(appId).remove(name);
  }

  async removeApp(appId: string): Promise<void> {
    await removeTree(join(this.#root, appId));
  }

  /** Removes what builds have left that are not under way. */
  async sweep(underWay: ReadonlySet<string>): Promise<void> {
    for (const appId of await this.#apps()) await this.#folderOf(appId).sweep(underWay);
  }

  get #root(): string {
    return join(this.#options.layout.root, 'cache', 'apps');
  }

  #folderOf(appId: string): CacheFolder {
    return new CacheFolder(join(this.#root, appId));
  }

  async #apps(): Promise<string[]> {
    return await readdir(this.#root).catch(() => []);
  }

  async #installKey({ artifact, config, path, plan, toolchain }: CachedBuild): Promise<string> {
    const { inputs = [], tools = [], outputs = [] } = plan.reuse ?? {};
    const hash = createHash('sha256');
    const steps = plan.steps.filter(({ phase }) => phase === 'install');
    const programs = toolchain ?? (await digestOfPrograms(tools, path));
    hash.update(JSON.stringify([steps, plan.env, config, outputs, programs]));
    for (const input of inputs.toSorted()) {
      const content = await readFile(join(artifact, input)).catch(() => null);
      hash.update(JSON.stringify([input, content?.byteLength ?? null]));
      if (content !== null) hash.update(content);
    }
    return hash.digest('hex').slice(0, 32);
  }
}

/** Names of stores and folders come from detectors and may hold a slash. */
function entryName(cache: PlanCache): string {
  const kind = 'variable' in cache ? 'store' : 'folder';
  const what = 'variable' in cache ? cache.variable : cache.folder;
  return `${kind}-${createHash('sha256').update(what).digest('hex').slice(0, 16)}`;
}
