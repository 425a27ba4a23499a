import { openDatabase } from '../../store/database.ts';
import { SqliteAppStore } from './sqlite-app-store.ts';
import { appStoreContract } from './testing/app-store-contract.ts';
import { FakeAppStore } from './testing/fake-app-store.ts';

appStoreContract('SqliteAppStore', async () => new SqliteAppStore(await openDatabase(':memory:')));
appStoreContract('FakeAppStore', async () => new FakeAppStore());
