import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { DatabasePlace } from '@rig-ops/contract/database-place';
import { type ErrorDocument, RigError } from '@rig-ops/contract/errors';
import { type PlatformLayout, platformLayout } from '@rig-ops/contract/layout';
import { withFileLock } from '../files/file-lock.ts';
import { makeBaseEnvironment } from './base-environment.ts';
import type { EnsureOptions } from './ensure-embedded.ts';
import { readRunningParts } from './platform-records.ts';
import { toFolderError } from './folder-error.ts';

const LOCK_MS = 20_000;

export interface CopiedDatabase {
  copied: boolean;
  from: DatabasePlace;
  to: DatabasePlace;
  tables: { name: string; rows: number }[];
  audit: { records: number; brokenAt: number | null };
  kept: string | null;
}

export interface CopyDatabaseOptions
  extends Pick<EnsureOptions, 'rigHome' | 'entries' | 'node' | 'nodeArguments' | 'env' | 'signal'> {
  /** URL of the PostgreSQL database to copy into, null for the SQLite file. */
  databaseUrl: string | null;
  /** Rows of all tables together. */
  onProgress?: (progress: { table: string; done: number; total: number }) => void;
}

type Said =
  | { type: 'progress'; table: string; done: number; total: number }
  | { type: 'result'; result: CopiedDatabase }
  | { type: 'error'; error: ErrorDocument };

/**
 * Copies the state of the embedded platform into another database, where it begins from then on. Nothing starts it
 * meanwhile. Throws `platform_running`, what rigd says, or the signal's reason; then it begins where it was.
 */
export async function copyEmbeddedDatabase(options: CopyDatabaseOptions): Promise<CopiedDatabase> {
  const layout = platformLayout(resolve(options.rigHome));
  const { signal } = options;
  try {
    if (!existsSync(layout.root))
      throw new RigError('database_unusable', `There is no platform in ${layout.root}.`, {
        hint: 'Begin one there: `rig platform start --database-url-file FILE`.',
      });
    return await withFileLock(join(layout.root, 'start.lock'), { patienceMs: LOCK_MS, signal }, async () => {
      const { supervisor, platform } = await readRunningParts(layout);
      if (supervisor !== null || platform !== null) {
        throw new RigError(
          'platform_running',
          'The platform runs, and changes its state while it would be copied.',
        );
      }
      return await runCopy(layout, options);
    });
  } catch (error) {
    throw toFolderError(error, layout);
  }
}

async function runCopy(layout: PlatformLayout, options: CopyDatabaseOptions): Promise<CopiedDatabase> {
  const { rigHome, entries, node = process.execPath, nodeArguments = [], env = process.env } = options;
  const { databaseUrl, signal, onProgress } = options;
  const child = spawn(node, [...nodeArguments, entries.rigd, '--copy-database', resolve(rigHome)], {
    cwd: layout.root,
    // What the library of PostgreSQL takes from there, as PGPASSWORD, rigd would not have later.
    env: makeBaseEnvironment(env, node),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = Promise.withResolvers<number | null>();
  child.once('error', ended.reject);
  child.once('close', ended.resolve);
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop, { once: true });
  child.stdin.on('error', () => {});
  // Not its end: with that the copying stops.
  child.stdin.write(`${databaseUrl ?? ''}\n`);
  let complaints = '';
  child.stderr.on('data', (bytes: Buffer) => {
    complaints = (complaints + bytes.toString()).slice(-4096);
  });
  let last: Said | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = JSON.parse(line) as Said;
    if (last.type === 'progress') onProgress?.(last);
  });
  try {
    const code = await ended.promise;
    if (last?.type === 'result') return last.result;
    signal?.throwIfAborted();
    if (last?.type === 'error') throw RigError.fromDocument(last.error);
    throw new RigError('unexpected', `The copying ended with ${code}: ${complaints.trim()}`);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
