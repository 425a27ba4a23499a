import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { it } from 'node:test';
import { Kysely, SqliteDialect } from 'kysely';
import { SqlPackIndex } from '../features/bundles/sql-pack-index.ts';
import { adaptSqlite } from './adapt-sqlite.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations.ts';

it('what was in packs is found when the rows of chunks become lists', async () => {
  const sqlite = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
  const db = new Kysely<Database>({ dialect: new SqliteDialect({ database: adaptSqlite(sqlite) }) });
  await migrate(
    db,
    ':memory:',
    migrations.filter(({ version }) => version < 24),
  );
  const [a, b, c] = ['0a'.repeat(32), 'fb'.repeat(32), '10'.repeat(32)] as const;
  sqlite.exec(`
    insert into packs (number, app_id, id, bytes, stored_at)
      values (3, 'app_1', 'p1', 7, 'then'), (4, 'app_1', 'p2', 7, 'then'), (5, 'app_1', 'p3', 7, 'then');
    insert into chunks (app_id, digest, pack, offset, size) values ('app_1', '${b}', 3, 8388608, 1),
      ('app_1', '${a}', 3, 0, 8388608), ('app_1', '${c}', 4, 258, 4276215469 & 16777215);
  `);
  await migrate(db, ':memory:', migrations);
  const index = new SqlPackIndex(db);
  assert.deepEqual(
    await index.find('app_1', [a, b, c]),
    new Map([
      [a, { packId: 'p1', offset: 0, size: 8_388_608 }],
      [b, { packId: 'p1', offset: 8_388_608, size: 1 }],
      [c, { packId: 'p2', offset: 258, size: 4_276_215_469 & 16_777_215 }],
    ]),
  );
  assert.equal((await index.packs('app_1')).length, 3);
  await db.destroy();
});
