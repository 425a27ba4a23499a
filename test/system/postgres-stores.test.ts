import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { openDatabase } from '../../packages/server/src/store/database.ts';
import { startPostgres, TEMPLATE, urlOf } from '../../packages/server/src/testing/postgres/cluster.ts';

const root = join(import.meta.dirname, '..', '..');

/** Tests of what only SQLite has: its file, and processes that open one. */
const OF_SQLITE = [/\/src\/store\//, /audit\/(tamper|kill-writer)\.test/, /config\/config\.test/];

/** What takes long because of all else that is between a request and a store. */
const LONG =
  /access-matrix|deploys\/(deploy-|interplay|kill-rigd)|reconciler|(channels|operate|rollouts|tickets)\/|start-platform/;

/** Every test of rigd that opens a database. */
const files = globSync('packages/server/src/**/*.test.ts', { cwd: root })
  .filter((file) =>
    /openDatabase|start-test-deployments|start-matrix-api/.test(readFileSync(join(root, file), 'utf8')),
  )
  .filter((file) => ![...OF_SQLITE, LONG].some((pattern) => pattern.test(file)))
  .toSorted();

it('every test of a store, and of what works with stores, passes on PostgreSQL', {
  timeout: 280_000,
}, async (t) => {
  const cluster = await startPostgres(t, { settings: ['max_connections = 200'] });
  await cluster.ask(`create database ${TEMPLATE} template template0`);
  await (await openDatabase(urlOf(cluster.folder, TEMPLATE))).destroy();
  const failed = await new Promise<string>((resolve) => {
    const child = execFile(
      process.execPath,
      [
        '--conditions=rig-source',
        '--disable-warning=ExperimentalWarning',
        `--import=${join(root, 'packages/server/src/testing/postgres/redirect-database.ts')}`,
        '--test',
        '--test-concurrency=2',
        '--test-reporter=tap',
        ...files,
      ],
      {
        cwd: root,
        env: { ...process.env, RIG_TEST_POSTGRES: cluster.folder, NODE_TEST_CONTEXT: undefined },
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => resolve(error === null ? '' : `${stdout}\n${stderr}`),
    );
    t.after(() => child.kill());
  });
  assert.equal(
    failed
      .split('\n')
      .filter((line) => /^\s*(not ok|error:|code:)/.test(line))
      .join('\n') || failed.slice(-3000),
    '',
  );
});
