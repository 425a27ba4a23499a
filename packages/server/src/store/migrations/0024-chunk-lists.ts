import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  `alter table packs add column chunks blob not null default x''`,
  // Digest, offset and size of each chunk, the numbers as they are in chunk-list.ts: u32, little-endian.
  `update packs set chunks = coalesce((
    select unhex(group_concat(digest || ${littleEndian('offset')} || ${littleEndian('size')}, ''
      order by offset))
    from chunks where chunks.pack = packs.number), x'')`,
  'drop table chunks',
];

function littleEndian(column: string): string {
  const bytes = [0, 8, 16, 24].map((shift) => `printf('%02x', (${column} >> ${shift}) & 255)`);
  return `(${bytes.join(' || ')})`;
}

/** What is in a pack as one value beside it, instead of a row for each chunk. */
export const migration: Migration = {
  version: 24,
  name: 'chunk-lists',
  // No rig that kept rows of chunks knew PostgreSQL.
  async postgres(db) {
    await sql.raw(`alter table packs add column chunks blob not null default x''`).execute(db);
    await sql`drop table chunks`.execute(db);
  },
  up: async (db: Kysely<unknown>) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
