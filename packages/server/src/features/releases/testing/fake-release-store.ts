import { RigError } from '@rig-ops/contract/errors';
import type { ReleaseRollout } from '@rig-ops/contract/resources';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../../store/page.ts';
import type { NewRelease, ReleaseRecord, ReleaseStore } from '../release-store.ts';
import { tagTaken } from '../tag-taken.ts';

/** Releases in memory, for tests. */
export class FakeReleaseStore implements ReleaseStore {
  readonly #releases: ReleaseRecord[] = [];

  async create(release: NewRelease): Promise<ReleaseRecord> {
    const made = this.#releases.find((other) => other.deployId === release.deployId);
    if (made !== undefined) return structuredClone(made);
    const version = Math.max(0, ...this.#of(release.appId).map((other) => other.version)) + 1;
    const record: ReleaseRecord = {
      ...structuredClone(release),
      version,
      status: 'pending',
      liveAt: null,
      failure: null,
      rollout: null,
      tags: [],
    };
    this.#releases.push(record);
    return structuredClone(record);
  }

  async get(appId: string, version: number): Promise<ReleaseRecord | null> {
    return structuredClone(this.#of(appId).find((release) => release.version === version) ?? null);
  }

  async live(appId: string): Promise<ReleaseRecord | null> {
    return structuredClone(this.#of(appId).find((release) => release.status === 'live') ?? null);
  }

  async allLive(): Promise<ReleaseRecord[]> {
    const live = this.#releases.filter((release) => release.status === 'live');
    return structuredClone(live.toSorted((left, right) => (left.appId < right.appId ? -1 : 1)));
  }

  async previousLive(appId: string): Promise<ReleaseRecord | null> {
    const [latest] = this.#of(appId)
      .filter((release) => release.status === 'superseded')
      .toSorted(
        (left, right) =>
          (right.liveAt ?? '').localeCompare(left.liveAt ?? '') || right.version - left.version,
      );
    return structuredClone(latest ?? null);
  }

  async makeLive(appId: string, version: number, at: string): Promise<void> {
    for (const release of this.#of(appId)) {
      if (release.status === 'live' && release.version !== version)
        release.status = release.failure === null ? 'superseded' : 'failed';
    }
    const release = this.#of(appId).find((other) => other.version === version);
    if (release?.status === 'pending') Object.assign(release, { status: 'live', liveAt: at });
  }

  async fail(appId: string, version: number, failure: string): Promise<void> {
    const release = this.#of(appId).find((other) => other.version === version);
    if (release?.status === 'pending') Object.assign(release, { status: 'failed', failure });
  }

  async setFailure(appId: string, version: number, failure: string): Promise<void> {
    const release = this.#of(appId).find((other) => other.version === version);
    if (release !== undefined) release.failure ??= failure;
  }

  async setRollout(appId: string, version: number, rollout: ReleaseRollout): Promise<void> {
    const release = this.#of(appId).find((other) => other.version === version);
    if (release !== undefined) release.rollout = structuredClone(rollout);
  }

  async tag(appId: string, version: number, tag: string, force: boolean): Promise<ReleaseRecord> {
    const release = this.#of(appId).find((other) => other.version === version);
    if (release === undefined) throw new RigError('release_not_found', `There is no v${version}.`);
    const taken = this.#of(appId).find(({ tags }) => tags.includes(tag));
    if (taken !== undefined && taken !== release && !force) throw tagTaken(tag, taken.version);
    await this.untag(appId, tag);
    release.tags = [...release.tags, tag].toSorted();
    return structuredClone(release);
  }

  async untag(appId: string, tag: string): Promise<ReleaseRecord | null> {
    const release = this.#of(appId).find(({ tags }) => tags.includes(tag));
    if (release === undefined) return null;
    release.tags = release.tags.filter((other) => other !== tag);
    return structuredClone(release);
  }

  async byTag(appId: string, tag: string): Promise<ReleaseRecord | null> {
    return structuredClone(this.#of(appId).find(({ tags }) => tags.includes(tag)) ?? null);
  }

  async remove(appId: string, versions: readonly number[]): Promise<number[]> {
    const gone = this.#of(appId).filter(
      ({ status, tags, version }) =>
        versions.includes(version) && ['superseded', 'failed'].includes(status) && tags.length === 0,
    );
    for (const release of gone) this.#releases.splice(this.#releases.indexOf(release), 1);
    return gone.map(({ version }) => version);
  }

  async page(appId: string, query: PageQuery): Promise<Page<ReleaseRecord>> {
    const before =
      query.cursor === undefined ? Number.POSITIVE_INFINITY : decodeCursor(query.cursor, 'number');
    const limit = limitOf(query);
    const releases = this.#of(appId)
      .filter((release) => release.version < before)
      .toSorted((left, right) => right.version - left.version);
    return pageOf(structuredClone(releases.slice(0, limit + 1)), limit, ({ version }) => version);
  }

  #of(appId: string): ReleaseRecord[] {
    return this.#releases.filter((release) => release.appId === appId);
  }
}
