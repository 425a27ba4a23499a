import { openDatabase } from '../../store/database.ts';
import { SqlNetworkStore } from '../networks/sql-network-store.ts';
import { SqlAppStore } from './sql-app-store.ts';
import { appStoreContract } from './testing/app-store-contract.ts';
import { FakeAppStore } from './testing/fake-app-store.ts';
import { networkOf } from '../networks/testing/network-of.ts';

appStoreContract('SqlAppStore', async () => {
  const db = await openDatabase(':memory:');
  await new SqlNetworkStore(db).create(networkOf('other'));
  return new SqlAppStore(db);
});
appStoreContract('FakeAppStore', async () => new FakeAppStore());
