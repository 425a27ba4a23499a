import { openDatabase } from '../../store/database.ts';
import { SqliteNetworkStore } from '../networks/sqlite-network-store.ts';
import { SqliteAppStore } from './sqlite-app-store.ts';
import { appStoreContract } from './testing/app-store-contract.ts';
import { FakeAppStore } from './testing/fake-app-store.ts';

appStoreContract('SqliteAppStore', async () => {
  const db = await openDatabase(':memory:');
  const createdAt = '2026-01-02T03:04:05.678Z';
  await new SqliteNetworkStore(db).create({ name: 'other', createdAt, createdBy: 'ann' });
  return new SqliteAppStore(db);
});
appStoreContract('FakeAppStore', async () => new FakeAppStore());
