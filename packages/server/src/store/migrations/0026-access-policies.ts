import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  `create table access_policies (
    network text references networks (name) on delete cascade,
    app_id text references apps (id) on delete cascade,
    policy text not null,
    revision integer not null,
    updated_at text not null,
    updated_by text not null,
    check (network is null or app_id is null)
  ) strict`,
  `create unique index policy_of_place on access_policies (coalesce(network, ''), coalesce(app_id, ''))`,
  'create index policies_of_app on access_policies (app_id)',
  `create table approvals (
    id text primary key,
    user_id text not null references users (id) on delete cascade,
    user text not null,
    kind text not null,
    network text not null,
    app_id text references apps (id) on delete cascade,
    target text not null,
    digest text not null,
    argv text not null,
    details text not null,
    reason text,
    state text not null check (state in ('pending', 'approved', 'denied', 'used', 'expired')),
    created_at text not null,
    expires_at text not null,
    decided_at text,
    decided_by_id text,
    decided_by text,
    decision_reason text
  ) strict`,
  'create index approvals_of_user on approvals (user_id, digest)',
  'create index approvals_by_time on approvals (created_at, id)',
  // One that waits for each thing asked for.
  `create unique index approval_pending on approvals (user_id, digest) where state = 'pending'`,
];

/** What is asked of sessions, and who approved which. */
export const migration: Migration = {
  version: 26,
  name: 'access-policies',
  up: async (db: Kysely<unknown>) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
