import type { ErrorDocument } from '@rig-ops/contract/errors';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../../store/page.ts';
import type { BuildImage } from '../../images/build-image.ts';
import type { BuildRecord, BuildStart, BuildStepRecord, BuildStore, NewBuild } from '../build-store.ts';

const positionOf = (build: BuildRecord): string => `${build.createdAt} ${build.id}`;

/** Builds in memory, for tests. */
export class FakeBuildStore implements BuildStore {
  readonly #builds = new Map<string, BuildRecord>();

  async create(build: NewBuild): Promise<void> {
    if (this.#builds.has(build.id)) return;
    this.#builds.set(build.id, {
      ...build,
      status: 'pending',
      plan: null,
      steps: [],
      image: null,
      failure: null,
      toolchain: null,
      installFromCache: false,
      startedAt: null,
      endedAt: null,
    });
  }

  async get(id: string): Promise<BuildRecord | null> {
    return structuredClone(this.#builds.get(id) ?? null);
  }

  async start(id: string, start: BuildStart): Promise<void> {
    const { plan, toolchain, installFromCache, at } = start;
    const steps = start.steps.map(
      (name): BuildStepRecord => ({
        name,
        status: 'pending',
        exitCode: null,
        durationMs: null,
      }),
    );
    this.#change(id, {
      status: 'running',
      plan: structuredClone(plan),
      steps,
      toolchain,
      installFromCache,
      startedAt: at,
    });
  }

  async setSteps(id: string, steps: BuildStepRecord[]): Promise<void> {
    this.#change(id, { steps: structuredClone(steps) });
  }

  async setImage(id: string, image: BuildImage | null): Promise<void> {
    this.#change(id, { image: structuredClone(image) });
  }

  async finish(id: string, end: { failure: ErrorDocument | null; endedAt: string }): Promise<void> {
    this.#change(id, {
      status: end.failure === null ? 'succeeded' : 'failed',
      failure: end.failure,
      endedAt: end.endedAt,
    });
  }

  async page(appId: string, query: PageQuery): Promise<Page<BuildRecord>> {
    const before = query.cursor === undefined ? null : decodeCursor(query.cursor, 'string');
    const builds = [...this.#builds.values()]
      .filter((build) => build.appId === appId && (before === null || positionOf(build) < before))
      .toSorted((left, right) => (positionOf(left) < positionOf(right) ? 1 : -1));
    const limit = limitOf(query);
    return pageOf(structuredClone(builds.slice(0, limit + 1)), limit, positionOf);
  }

  async succeededWith(appId: string, inputs: string): Promise<BuildRecord[]> {
    const found = [...this.#builds.values()].filter(
      (build) => build.appId === appId && build.inputs === inputs && build.status === 'succeeded',
    );
    return structuredClone(found.toSorted((left, right) => (positionOf(left) < positionOf(right) ? 1 : -1)));
  }

  async unended(): Promise<BuildRecord[]> {
    return structuredClone([...this.#builds.values()].filter(({ endedAt }) => endedAt === null));
  }

  async idsOf(appId: string): Promise<string[]> {
    return [...this.#builds.values()].filter((build) => build.appId === appId).map(({ id }) => id);
  }

  #change(id: string, change: Partial<BuildRecord>): void {
    const build = this.#builds.get(id);
    if (build !== undefined) Object.assign(build, change);
  }
}
