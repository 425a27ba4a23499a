import { packIndexContract } from '@rig-ops/bundle/testing';
import { openDatabase } from '../../store/database.ts';
import { SqliteAppStore } from '../apps/sqlite-app-store.ts';
import { SqliteBundleStore } from './sqlite-bundle-store.ts';
import { SqlitePackIndex } from './sqlite-pack-index.ts';
import { bundleStoreContract } from './testing/bundle-store-contract.ts';
import { FakeBundleStore } from './testing/fake-bundle-store.ts';

bundleStoreContract('SqliteBundleStore', async () => {
  const db = await openDatabase(':memory:');
  const apps = new SqliteAppStore(db);
  for (const name of ['a', 'b']) {
    await apps.create({ id: `app_${name}`, name, network: 'default', createdAt: '' });
  }
  return new SqliteBundleStore(db);
});
bundleStoreContract('FakeBundleStore', async () => new FakeBundleStore());

packIndexContract('SqlitePackIndex', async () => new SqlitePackIndex(await openDatabase(':memory:')));
