import type { DatabaseSync } from 'node:sqlite';
import { describePlace, isDatabaseUrl, placeOfUrl } from '@rig-ops/contract/database-place';
import type { RigError } from '@rig-ops/contract/errors';
import { Kysely, SqliteDialect } from 'kysely';
import type { BindingTable, TokenTable, UserTable } from '../features/access/access-tables.ts';
import type { AccessPolicyTable } from '../features/access-policies/policy-table.ts';
import type { ApprovalTable } from '../features/approvals/approval-table.ts';
import type { AppTable } from '../features/apps/app-table.ts';
import type { BuildArchiveTable } from '../features/artifacts/build-archive-table.ts';
import type { AuditEventTable } from '../features/audit/audit-event-table.ts';
import type { AuditRecordTable } from '../features/audit/audit-record-table.ts';
import type { BrowserSessionTable } from '../features/browser-sessions/browser-session-table.ts';
import type { AuditDrainTable } from '../features/audit/drains/audit-drain-table.ts';
import type { BuildTable } from '../features/builds/build-table.ts';
import type { BundleTable, ManifestBlockTable, PackTable } from '../features/bundles/bundle-tables.ts';
import type { AppConfigTable, ConfigSetTable } from '../features/config/config-tables.ts';
import type {
  AppPortTable,
  DeployEventTable,
  DeployLockTable,
  DeployQueueTable,
  DeployTable,
} from '../features/deploys/deploy-tables.ts';
import type { AppDomainTable } from '../features/domains/domain-store.ts';
import type { EventTable } from '../features/events/event-table.ts';
import type { InstanceTable } from '../features/instances/instance-table.ts';
import type { LogDrainPositionTable, LogDrainTable } from '../features/log-drains/log-drain-tables.ts';
import type { LoginTable } from '../features/logins/login-table.ts';
import type { MetricPointTable } from '../features/metrics/metric-table.ts';
import type { NetworkRemovalTable } from '../features/networks/network-removal-table.ts';
import type { NetworkTable } from '../features/networks/network-table.ts';
import type { AppScaleTable } from '../features/operate/scale-store.ts';
import type { RecordingTable } from '../features/recordings/recording-table.ts';
import type { ReleaseTable, ReleaseTagTable } from '../features/releases/release-table.ts';
import type { SessionTable } from '../features/sessions/session-table.ts';
import type {
  WebhookAttemptTable,
  WebhookDeliveryTable,
  WebhookTable,
} from '../features/webhooks/webhook-tables.ts';
import { adaptSqlite } from './adapt-sqlite.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations.ts';
import { openSqlite } from './open-sqlite.ts';
import type { SettingTable } from './settings.ts';

/** Every table; the type of each lies beside its store. */
export interface Database {
  settings: SettingTable;
  users: UserTable;
  tokens: TokenTable;
  bindings: BindingTable;
  access_policies: AccessPolicyTable;
  approvals: ApprovalTable;
  logins: LoginTable;
  networks: NetworkTable;
  network_removals: NetworkRemovalTable;
  apps: AppTable;
  bundles: BundleTable;
  manifest_blocks: ManifestBlockTable;
  packs: PackTable;
  audit_events: AuditEventTable;
  audit_records: AuditRecordTable;
  audit_drains: AuditDrainTable;
  log_drains: LogDrainTable;
  log_drain_positions: LogDrainPositionTable;
  events: EventTable;
  config_sets: ConfigSetTable;
  app_configs: AppConfigTable;
  app_scales: AppScaleTable;
  metric_points: MetricPointTable;
  app_domains: AppDomainTable;
  browser_sessions: BrowserSessionTable;
  builds: BuildTable;
  build_archives: BuildArchiveTable;
  recordings: RecordingTable;
  releases: ReleaseTable;
  release_tags: ReleaseTagTable;
  deploys: DeployTable;
  deploy_events: DeployEventTable;
  deploy_locks: DeployLockTable;
  deploy_queue: DeployQueueTable;
  app_ports: AppPortTable;
  instances: InstanceTable;
  sessions: SessionTable;
  webhooks: WebhookTable;
  webhook_deliveries: WebhookDeliveryTable;
  webhook_attempts: WebhookAttemptTable;
}

export interface OpenDatabaseOptions {
  /** Refuse a second process on the same database; it waits a while for the first one to end. */
  exclusive?: boolean;
  /** Told when the database of a server is this process's no more, and will not be again. */
  onLost?: (error: RigError) => void;
}

/**
 * Opens a database and brings its schema up to date. Transactions come one after another; inside of one use only its
 * own handle, since SQLite has one connection for all: a query on the outer one waits for the transaction to end.
 * @param place path of a SQLite database (`:memory:` for one that is not kept), or URL of a PostgreSQL database
 * @throws RigError `platform_start_failed` when it is of a newer rig, damaged or in use; `disk_full`;
 * `database_unavailable`, `database_unusable`, `database_in_use` from a server
 */
export async function openDatabase(
  place: string,
  options: OpenDatabaseOptions = {},
): Promise<Kysely<Database>> {
  if (isDatabaseUrl(place)) return await openServer(place, options);
  const sqlite: DatabaseSync = openSqlite(place, options);
  const db = new Kysely<Database>({ dialect: new SqliteDialect({ database: adaptSqlite(sqlite) }) });
  try {
    await migrate(db, place, migrations);
  } catch (error) {
    if (sqlite.isOpen) sqlite.close();
    throw error;
  }
  return db;
}

async function openServer(
  url: string,
  { exclusive = false, onLost = () => {} }: OpenDatabaseOptions,
): Promise<Kysely<Database>> {
  // Those who have SQLite need not wait for it to load.
  const { openPostgres } = await import('./postgres/open-postgres.ts');
  const db = await openPostgres<Database>(url, { exclusive, onLost });
  try {
    await migrate(db, describePlace(placeOfUrl(url)), migrations);
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}
