import { joinManifest, type ManifestBlock, splitManifest } from '@rig-ops/bundle';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../store/database.ts';
import { elementsOf, rowsOf } from '../../store/dialect.ts';
import type { BundleRecord, BundleStore, BundleSummary } from './bundle-store.ts';

const MOST_HELD_ENTRIES = 50_000;
const HELD_MS = 60_000;

export class SqlBundleStore implements BundleStore {
  readonly #db: Kysely<Database>;
  /**
   * The manifest that was announced or asked for last: the commit and the build ask for it one after another, and
   * parsing a large one takes a while. After a minute, and at once if it is very large, it goes when memory is
   * needed; what its id says, it is.
   */
  #last: { id: string; manifest: WeakRef<BundleManifest> } | undefined;
  /** The same, for a while. */
  #held: BundleManifest | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async announce(bundle: { id: string; appId: string; manifest: BundleManifest; at: string }): Promise<void> {
    const { id, appId, manifest, at } = bundle;
    await this.announceBlocks({ id, appId, blocks: splitManifest(manifest), at });
  }

  async announceBlocks({
    id,
    appId,
    blocks,
    at,
    manifest,
  }: {
    id: string;
    appId: string;
    blocks: readonly Pick<ManifestBlock, 'digest' | 'text'>[];
    at: string;
    manifest?: BundleManifest;
  }): Promise<void> {
    const digests = blocks.map(({ digest }) => digest);
    await this.#db.transaction().execute(async (transaction) => {
      await insertBlocks(transaction, appId, blocks);
      await transaction
        .insertInto('bundles')
        .values({
          app_id: appId,
          id,
          blocks: JSON.stringify(digests),
          created_at: at,
          touched_at: at,
          committed_at: null,
        })
        // In the blocks of who announced it last: those of another may have other beginnings.
        .onConflict((conflict) =>
          conflict.columns(['app_id', 'id']).doUpdateSet({ touched_at: at, blocks: JSON.stringify(digests) }),
        )
        .execute();
    });
    if (manifest !== undefined) this.#remember(id, manifest);
  }

  async keepBlocks(appId: string, blocks: readonly Pick<ManifestBlock, 'digest' | 'text'>[]): Promise<void> {
    await insertBlocks(this.#db, appId, blocks);
  }

  async blocks(appId: string, digests: Iterable<string>): Promise<Map<string, string>> {
    const { rows } = await sql<{ digest: string; entries: string }>`
      select digest, entries from manifest_blocks
      where app_id = ${appId} and digest in ${rowsOf(this.#db, digests)}
    `.execute(this.#db);
    return new Map(rows.map(({ digest, entries }) => [digest, entries] as const));
  }

  async find(appId: string, id: string): Promise<BundleRecord | undefined> {
    const row = await this.#db
      .selectFrom('bundles')
      .select(['blocks', 'committed_at'])
      .where('app_id', '=', appId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const last = this.#last?.id === id ? (this.#held ?? this.#last.manifest.deref()) : undefined;
    const manifest = last ?? (await this.#read(appId, JSON.parse(row.blocks) as string[]));
    this.#remember(id, manifest);
    return { id, appId, manifest, committed: row.committed_at !== null };
  }

  #remember(id: string, manifest: BundleManifest): void {
    this.#last = { id, manifest: new WeakRef(manifest) };
    this.#held = manifest.entries.length > MOST_HELD_ENTRIES ? undefined : manifest;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#held = undefined), HELD_MS).unref();
  }

  async #read(appId: string, digests: readonly string[]): Promise<BundleManifest> {
    const texts = await this.blocks(appId, digests);
    return joinManifest(digests.map((digest) => texts.get(digest) ?? '')).manifest;
  }

  async isCommitted(appId: string, id: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('bundles')
      .select('committed_at')
      .where('app_id', '=', appId)
      .where('id', '=', id)
      .executeTakeFirst();
    return row !== undefined && row.committed_at !== null;
  }

  async markCommitted(appId: string, id: string, at: string): Promise<void> {
    await this.#db
      .updateTable('bundles')
      .set({ committed_at: at })
      .where('app_id', '=', appId)
      .where('id', '=', id)
      .where('committed_at', 'is', null)
      .execute();
  }

  async list(appId: string): Promise<BundleSummary[]> {
    const rows = await this.#db
      .selectFrom('bundles')
      .select(['id', 'touched_at', 'committed_at'])
      .where('app_id', '=', appId)
      .orderBy('touched_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(({ id, touched_at, committed_at }) => ({
      id,
      touchedAt: touched_at,
      committed: committed_at !== null,
    }));
  }

  async blockTextsOf(appId: string, ids: readonly string[]): Promise<string[]> {
    const { rows } = await sql<{ entries: string }>`
      select entries from manifest_blocks where app_id = ${appId} and digest in (
        select block.value from bundles, ${elementsOf(this.#db, 'bundles.blocks', 'block')}
        where bundles.app_id = ${appId} and bundles.id in ${rowsOf(this.#db, ids)})
    `.execute(this.#db);
    return rows.map(({ entries }) => entries);
  }

  async remove(appId: string, ids: readonly string[]): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await sql`delete from bundles
        where app_id = ${appId} and id in ${rowsOf(transaction, ids)}
      `.execute(transaction);
      await sql`delete from manifest_blocks where app_id = ${appId} and digest not in (
        select block.value from bundles, ${elementsOf(transaction, 'bundles.blocks', 'block')}
        where bundles.app_id = ${appId})
      `.execute(transaction);
    });
  }
}

/** Each has three values, of which a statement takes some thousands. */
const ROWS_AT_ONCE = 256;

async function insertBlocks(
  db: Kysely<Database>,
  appId: string,
  blocks: readonly Pick<ManifestBlock, 'digest' | 'text'>[],
): Promise<void> {
  const known = await knownBlocks(
    db,
    appId,
    blocks.map(({ digest }) => digest),
  );
  const fresh = blocks.filter(({ digest }) => !known.has(digest));
  for (let at = 0; at < fresh.length; at += ROWS_AT_ONCE) {
    const rows = fresh.slice(at, at + ROWS_AT_ONCE);
    await db
      .insertInto('manifest_blocks')
      .values(rows.map(({ digest, text }) => ({ app_id: appId, digest, entries: text })))
      .onConflict((conflict) => conflict.columns(['app_id', 'digest']).doNothing())
      .execute();
  }
}

async function knownBlocks(
  db: Kysely<Database>,
  appId: string,
  digests: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ digest: string }>`
    select digest from manifest_blocks
    where app_id = ${appId} and digest in ${rowsOf(db, digests)}
  `.execute(db);
  return new Set(rows.map(({ digest }) => digest));
}
