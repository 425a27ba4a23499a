import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BlobStore, PackIndex } from '@rig-ops/bundle/store';
import type { BundleEntry } from '@rig-ops/contract/bundle-manifest';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { BundleStore } from './bundle-store.ts';

/** What nobody needs is kept so long: an upload may still be going on, or be gone on with. */
const GRACE_MS = 24 * 60 * 60 * 1000;
/** The latest bundles of an app that are kept though nothing runs them, for the next upload to build on. */
const LAST_BUNDLES = 3;
const FIRST_RUN_MS = 10 * 60 * 1000;
const EVERY_MS = 60 * 60 * 1000;
/** Blocks of manifests that are read in one go. */
const BLOCKS_PER_TURN = 16;

export interface BundleCollectorDeps {
  /** Ids of all apps. */
  readonly appIds: () => Promise<string[]>;
  /** Ids of the bundles that a release or a deploy of the app may still need. */
  readonly inUse: (appId: string) => Promise<Iterable<string>>;
  readonly bundles: Pick<BundleStore, 'list' | 'blockTextsOf' | 'remove'>;
  readonly packs: Pick<PackIndex, 'packs' | 'packsHolding'>;
  readonly blobs: Pick<BlobStore, 'aloneIfFree' | 'removePacks' | 'appIds' | 'removeApp'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a collection has removed. */
export interface Collected {
  bundles: number;
  packs: number;
  bytes: number;
}

/**
 * Removes the bundles that nothing needs, and the packs that hold nothing of those that stay. It marks and
 * removes while nothing of the app is announced, stored or read. Manifests go first, then entries of the
 * index, then files, so that a kill at any point leaves only what the next collection removes.
 */
export class BundleCollector {
  readonly #deps: BundleCollectorDeps;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(deps: BundleCollectorDeps) {
    this.#deps = deps;
  }

  /** Collects from time to time until {@link BundleCollector.stop}. */
  start(): void {
    this.#again(FIRST_RUN_MS);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    clearTimeout(this.#timer);
  }

  /** Collects for every app; those that somebody is at now are left to the next time. */
  async collect(): Promise<Collected> {
    const total = { bundles: 0, packs: 0, bytes: 0 };
    // In this order: an app that comes meanwhile is known before it has content.
    const stored = await this.#deps.blobs.appIds();
    const known = new Set(await this.#deps.appIds());
    for (const appId of stored) {
      // A pack was under way while its app was destroyed.
      if (!known.has(appId)) await this.#deps.blobs.removeApp(appId);
    }
    for (const appId of known) {
      const collected = await this.collectApp(appId);
      total.bundles += collected?.bundles ?? 0;
      total.packs += collected?.packs ?? 0;
      total.bytes += collected?.bytes ?? 0;
    }
    return total;
  }

  /** Answers undefined, and removes nothing, when somebody is at the app now. */
  async collectApp(appId: string): Promise<Collected | undefined> {
    return await this.#deps.blobs.aloneIfFree(appId, () => this.#collect(appId));
  }

  async #collect(appId: string): Promise<Collected> {
    const { blobs, bundles, clock, inUse, packs } = this.#deps;
    const recent = new Date(clock.now().getTime() - GRACE_MS).toISOString();
    const all = await bundles.list(appId);
    const needed = new Set(await inUse(appId));
    for (const { id } of all.filter(({ committed }) => committed).slice(0, LAST_BUNDLES)) needed.add(id);
    const isKept = ({ id, touchedAt }: { id: string; touchedAt: string }) =>
      needed.has(id) || touchedAt >= recent;
    const kept = all.filter(isKept).map(({ id }) => id);
    const dropped = all.filter((bundle) => !isKept(bundle)).map(({ id }) => id);
    const holding = await packs.packsHolding(appId, await this.#chunksOf(appId, kept));
    const unused = (await packs.packs(appId))
      .filter(({ id, storedAt }) => storedAt < recent && !holding.has(id))
      .map(({ id }) => id);
    await bundles.remove(appId, dropped);
    const bytes = await blobs.removePacks(appId, unused);
    return { bundles: dropped.length, packs: unused.length, bytes };
  }

  async #chunksOf(appId: string, bundleIds: readonly string[]): Promise<Set<string>> {
    const digests = new Set<string>();
    const texts = await this.#deps.bundles.blockTextsOf(appId, bundleIds);
    for (const [number, text] of texts.entries()) {
      for (const entry of JSON.parse(`[${text}]`) as BundleEntry[]) {
        if (entry.type === 'file') for (const digest of entry.chunks) digests.add(digest);
      }
      if (number % BLOCKS_PER_TURN === 0) await nextTurn();
    }
    return digests;
  }

  #again(inMs: number): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#runOnce();
    }, inMs).unref();
  }

  async #runOnce(): Promise<void> {
    try {
      const collected = await this.collect();
      if (collected.bytes > 0)
        this.#deps.log.info('Bundles that nothing needs were removed', { ...collected });
    } catch (error) {
      this.#deps.log.error('Bundles that nothing needs could not be removed', { error });
    }
    this.#again(EVERY_MS);
  }
}
