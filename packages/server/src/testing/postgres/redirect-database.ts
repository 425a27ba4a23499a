// Preloaded, it has the tests of rigd open databases of a PostgreSQL server wherever they open one of SQLite.
import { registerHooks } from 'node:module';

const original = new URL('../../store/database.ts', import.meta.url).href;
const onPostgres = new URL('database-on-postgres.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    return found.url === original && context.parentURL !== onPostgres ? { ...found, url: onPostgres } : found;
  },
});
