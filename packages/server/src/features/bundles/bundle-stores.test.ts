import { packIndexContract } from '@rig-ops/bundle/testing';
import { openDatabase } from '../../store/database.ts';
import { SqlAppStore } from '../apps/sql-app-store.ts';
import { SqlBundleStore } from './sql-bundle-store.ts';
import { SqlPackIndex } from './sql-pack-index.ts';
import { bundleStoreContract } from './testing/bundle-store-contract.ts';
import { FakeBundleStore } from './testing/fake-bundle-store.ts';

bundleStoreContract('SqlBundleStore', async () => {
  const db = await openDatabase(':memory:');
  const apps = new SqlAppStore(db);
  for (const name of ['a', 'b']) {
    await apps.create({ id: `app_${name}`, name, network: 'default', createdAt: '' });
  }
  return new SqlBundleStore(db);
});
bundleStoreContract('FakeBundleStore', async () => new FakeBundleStore());

packIndexContract('SqlPackIndex', async () => new SqlPackIndex(await openDatabase(':memory:')));
