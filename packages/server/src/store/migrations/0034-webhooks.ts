import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  'alter table events add column network text',
  'alter table events add column actor text',
  "alter table events add column details text not null default '{}'",
  'alter table events add column audit_seq integer',
  'create unique index events_by_audit on events (audit_seq)',
  `create table webhooks (
    id text primary key,
    name text not null unique,
    url text not null,
    events text not null,
    app text,
    network text,
    headers text not null,
    header_names text not null,
    ca text,
    allow_private integer not null,
    secrets text not null,
    state text not null,
    reason text,
    position integer not null,
    missed integer not null,
    failing_since text,
    failures integer not null,
    last_error text,
    last_success_at text,
    created_at text not null,
    created_by text not null
  ) strict`,
  `create table webhook_deliveries (
    id text primary key,
    seq integer not null,
    webhook_id text not null references webhooks (id) on delete cascade,
    event integer,
    type text not null,
    payload text not null,
    state text not null,
    tries integer not null,
    due_at text,
    created_at text not null,
    ended_at text,
    unique (webhook_id, event)
  ) strict`,
  'create index webhook_deliveries_by_due on webhook_deliveries (webhook_id, state, due_at)',
  'create unique index webhook_deliveries_by_seq on webhook_deliveries (webhook_id, seq)',
  `create table webhook_attempts (
    delivery_id text not null references webhook_deliveries (id) on delete cascade,
    number integer not null,
    at text not null,
    cause text not null,
    duration_ms integer not null,
    status integer,
    error text,
    response text,
    primary key (delivery_id, number)
  ) strict`,
];

/** Events that say more, and where they are sent. */
export const migration: Migration = {
  version: 34,
  name: 'webhooks',
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
