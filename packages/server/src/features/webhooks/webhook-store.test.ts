import { openDatabase } from '../../store/database.ts';
import { SqlWebhookStore } from './sql-webhook-store.ts';
import { FakeWebhookStore } from './testing/fake-webhook-store.ts';
import { webhookStoreContract } from './testing/webhook-store-contract.ts';

webhookStoreContract('SqlWebhookStore', async () => new SqlWebhookStore(await openDatabase(':memory:')));
webhookStoreContract('FakeWebhookStore', async () => new FakeWebhookStore());
