import { DatabaseSync } from 'node:sqlite';
import { toStoreError } from './store-error.ts';

/** How long a statement waits for another process that holds the file; it blocks the event loop meanwhile. */
const BUSY_TIMEOUT_MS = 5_000;
/** A rigd that was killed lets go at once; one that lives is not waited for. */
const EXCLUSIVE_TIMEOUT_MS = 1_000;

/** Opens the file with the settings all of rigd relies on. */
export function openSqlite(path: string, options: { exclusive?: boolean } = {}): DatabaseSync {
  let sqlite: DatabaseSync | undefined;
  try {
    sqlite = new DatabaseSync(path, {
      timeout: options.exclusive === true ? EXCLUSIVE_TIMEOUT_MS : BUSY_TIMEOUT_MS,
      enableForeignKeyConstraints: true,
    });
    // In WAL mode an exclusive lock lasts as long as the connection, and the kernel drops it with the
    // process: a second rigd on the same state is impossible even after kill -9 of the first.
    if (options.exclusive === true) sqlite.exec('pragma locking_mode = exclusive');
    sqlite.exec('pragma journal_mode = wal');
    // In WAL mode `normal` survives the death of the process; `full` would survive a power cut too, which
    // costs an fsync per change. What was acknowledged must not be lost, so pay it.
    sqlite.exec('pragma synchronous = full');
    if (options.exclusive === true) sqlite.exec('begin immediate; commit');
    return sqlite;
  } catch (error) {
    if (sqlite?.isOpen === true) sqlite.close();
    throw toStoreError(error, path);
  }
}
