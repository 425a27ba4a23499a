import { openDatabase } from '../../store/database.ts';
import { SqliteAppStore } from '../apps/sqlite-app-store.ts';
import { SqliteBindingStore } from './sqlite-binding-store.ts';
import { SqliteTokenStore } from './sqlite-token-store.ts';
import { SqliteUserStore } from './sqlite-user-store.ts';
import { accessStoreContract } from './testing/access-store-contract.ts';
import { FakeAccessStores } from './testing/fake-access-stores.ts';

accessStoreContract('Sqlite stores', async () => {
  const db = await openDatabase(':memory:');
  const app = { id: 'app_1', name: 'shop', network: 'default', createdAt: '2026-01-02T03:04:05.678Z' };
  await new SqliteAppStore(db).create(app);
  return {
    users: new SqliteUserStore(db),
    tokens: new SqliteTokenStore(db),
    bindings: new SqliteBindingStore(db),
  };
});
accessStoreContract('FakeAccessStores', async () => new FakeAccessStores());
