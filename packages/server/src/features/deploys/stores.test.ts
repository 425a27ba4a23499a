import { after } from 'node:test';
import type { Kysely } from 'kysely';
import { type Database, openDatabase } from '../../store/database.ts';
import { SqliteAppStore } from '../apps/sqlite-app-store.ts';
import { SqliteBuildStore } from '../builds/sqlite-build-store.ts';
import { buildStoreContract } from '../builds/testing/build-store-contract.ts';
import { FakeBuildStore } from '../builds/testing/fake-build-store.ts';
import { SqliteInstanceStore } from '../instances/sqlite-instance-store.ts';
import { FakeInstanceStore } from '../instances/testing/fake-instance-store.ts';
import { instanceStoreContract } from '../instances/testing/instance-store-contract.ts';
import { SqliteReleaseStore } from '../releases/sqlite-release-store.ts';
import { FakeReleaseStore } from '../releases/testing/fake-release-store.ts';
import { releaseStoreContract } from '../releases/testing/release-store-contract.ts';
import { SqliteAppPortStore } from './sqlite-app-port-store.ts';
import { SqliteDeployLockStore } from './sqlite-deploy-lock-store.ts';
import { SqliteDeployStore } from './sqlite-deploy-store.ts';
import { appPortStoreContract } from './testing/app-port-store-contract.ts';
import { deployLockStoreContract } from './testing/deploy-lock-store-contract.ts';
import { deployStoreContract } from './testing/deploy-store-contract.ts';
import { FakeAppPortStore } from './testing/fake-app-port-store.ts';
import { FakeDeployLockStore } from './testing/fake-deploy-lock-store.ts';
import { FakeDeployStore } from './testing/fake-deploy-store.ts';

const opened: Kysely<Database>[] = [];
after(async () => {
  for (const db of opened) await db.destroy();
});

/** A database with the apps that the contracts speak of. */
async function openWithApps(): Promise<Kysely<Database>> {
  const db = await openDatabase(':memory:');
  opened.push(db);
  const createdAt = '2026-01-02T03:04:05.000Z';
  const apps = new SqliteAppStore(db);
  for (const name of ['a', 'b'])
    await apps.create({ id: `app_${name}`, name, network: 'default', createdAt });
  return db;
}

/** The same, each app with a build. */
async function openWithBuilds(): Promise<Kysely<Database>> {
  const db = await openWithApps();
  const builds = new SqliteBuildStore(db);
  const createdAt = '2026-01-02T03:04:05.000Z';
  for (const name of ['a', 'b'])
    await builds.create({
      id: `bld_${name}`,
      appId: `app_${name}`,
      bundleId: 'f00',
      root: '.',
      inputs: null,
      createdAt,
    });
  return db;
}

buildStoreContract('SqliteBuildStore', async () => new SqliteBuildStore(await openWithApps()));
buildStoreContract('FakeBuildStore', async () => new FakeBuildStore());
releaseStoreContract('SqliteReleaseStore', async () => new SqliteReleaseStore(await openWithBuilds()));
releaseStoreContract('FakeReleaseStore', async () => new FakeReleaseStore());
deployStoreContract('SqliteDeployStore', async () => new SqliteDeployStore(await openWithBuilds()));
deployStoreContract('FakeDeployStore', async () => new FakeDeployStore());
deployLockStoreContract('SqliteDeployLockStore', async () => new SqliteDeployLockStore(await openWithApps()));
deployLockStoreContract('FakeDeployLockStore', async () => new FakeDeployLockStore());
instanceStoreContract('SqliteInstanceStore', async () => new SqliteInstanceStore(await openWithApps()));
instanceStoreContract('FakeInstanceStore', async () => new FakeInstanceStore());
appPortStoreContract('SqliteAppPortStore', async () => new SqliteAppPortStore(await openWithApps()));
appPortStoreContract('FakeAppPortStore', async () => new FakeAppPortStore());
