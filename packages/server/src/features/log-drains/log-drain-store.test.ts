import { openDatabase } from '../../store/database.ts';
import { SqliteLogDrainStore } from './sqlite-log-drain-store.ts';
import { FakeLogDrainStore } from './testing/fake-log-drain-store.ts';
import { logDrainStoreContract } from './testing/log-drain-store-contract.ts';

logDrainStoreContract(
  'SqliteLogDrainStore',
  async () => new SqliteLogDrainStore(await openDatabase(':memory:')),
);
logDrainStoreContract('FakeLogDrainStore', async () => new FakeLogDrainStore());
