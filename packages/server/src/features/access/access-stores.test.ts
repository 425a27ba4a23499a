import { openDatabase } from '../../store/database.ts';
import { SqlAppStore } from '../apps/sql-app-store.ts';
import { SqlBindingStore } from './sql-binding-store.ts';
import { SqlTokenStore } from './sql-token-store.ts';
import { SqlUserStore } from './sql-user-store.ts';
import { accessStoreContract } from './testing/access-store-contract.ts';
import { FakeAccessStores } from './testing/fake-access-stores.ts';

accessStoreContract('Sqlite stores', async () => {
  const db = await openDatabase(':memory:');
  const app = { id: 'app_1', name: 'shop', network: 'default', createdAt: '2026-01-02T03:04:05.678Z' };
  await new SqlAppStore(db).create(app);
  return {
    users: new SqlUserStore(db),
    tokens: new SqlTokenStore(db),
    bindings: new SqlBindingStore(db),
  };
});
accessStoreContract('FakeAccessStores', async () => new FakeAccessStores());
