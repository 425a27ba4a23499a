import { after } from 'node:test';
import type { Kysely } from 'kysely';
import { type Database, openDatabase } from '../../store/database.ts';
import { SqlAppStore } from '../apps/sql-app-store.ts';
import { SqlBuildStore } from '../builds/sql-build-store.ts';
import { buildStoreContract } from '../builds/testing/build-store-contract.ts';
import { FakeBuildStore } from '../builds/testing/fake-build-store.ts';
import { SqlInstanceStore } from '../instances/sql-instance-store.ts';
import { FakeInstanceStore } from '../instances/testing/fake-instance-store.ts';
import { instanceStoreContract } from '../instances/testing/instance-store-contract.ts';
import { SqlReleaseStore } from '../releases/sql-release-store.ts';
import { FakeReleaseStore } from '../releases/testing/fake-release-store.ts';
import { releaseStoreContract } from '../releases/testing/release-store-contract.ts';
import { SqlAppPortStore } from './sql-app-port-store.ts';
import { SqlDeployLockStore } from './sql-deploy-lock-store.ts';
import { SqlDeployStore } from './sql-deploy-store.ts';
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
  const apps = new SqlAppStore(db);
  for (const name of ['a', 'b'])
    await apps.create({ id: `app_${name}`, name, network: 'default', createdAt });
  return db;
}

/** The same, each app with a build. */
async function openWithBuilds(): Promise<Kysely<Database>> {
  const db = await openWithApps();
  const builds = new SqlBuildStore(db);
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

buildStoreContract('SqlBuildStore', async () => new SqlBuildStore(await openWithApps()));
buildStoreContract('FakeBuildStore', async () => new FakeBuildStore());
releaseStoreContract('SqlReleaseStore', async () => new SqlReleaseStore(await openWithBuilds()));
releaseStoreContract('FakeReleaseStore', async () => new FakeReleaseStore());
deployStoreContract('SqlDeployStore', async () => new SqlDeployStore(await openWithBuilds()));
deployStoreContract('FakeDeployStore', async () => new FakeDeployStore());
deployLockStoreContract('SqlDeployLockStore', async () => new SqlDeployLockStore(await openWithApps()));
deployLockStoreContract('FakeDeployLockStore', async () => new FakeDeployLockStore());
instanceStoreContract('SqlInstanceStore', async () => new SqlInstanceStore(await openWithApps()));
instanceStoreContract('FakeInstanceStore', async () => new FakeInstanceStore());
appPortStoreContract('SqlAppPortStore', async () => new SqlAppPortStore(await openWithApps()));
appPortStoreContract('FakeAppPortStore', async () => new FakeAppPortStore());
