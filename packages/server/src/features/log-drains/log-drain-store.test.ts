import { openDatabase } from '../../store/database.ts';
import { SqlLogDrainStore } from './sql-log-drain-store.ts';
import { FakeLogDrainStore } from './testing/fake-log-drain-store.ts';
import { logDrainStoreContract } from './testing/log-drain-store-contract.ts';

logDrainStoreContract('SqlLogDrainStore', async () => new SqlLogDrainStore(await openDatabase(':memory:')));
logDrainStoreContract('FakeLogDrainStore', async () => new FakeLogDrainStore());
