import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  `create table builds (
    id text primary key,
    app_id text not null references apps (id) on delete cascade,
    bundle_id text not null,
    detector text,
    status text not null check (status in ('pending', 'running', 'succeeded', 'failed')),
    plan text,
    steps text not null,
    failure text,
    created_at text not null,
    ended_at text
  ) strict`,
  'create index builds_of_app on builds (app_id, created_at, id)',
  `create table deploys (
    id text primary key,
    app_id text not null references apps (id) on delete cascade,
    app_name text not null,
    kind text not null check (kind in ('deploy', 'rollback')),
    status text not null check (status in ('running', 'succeeded', 'failed')),
    step text check (step in ('build', 'start', 'health', 'switch', 'drain')),
    bundle_id text not null,
    build_id text references builds (id),
    release_version integer,
    rollback_to integer,
    message text,
    url text,
    error text,
    created_by text not null,
    created_at text not null,
    step_started_at text,
    ended_at text
  ) strict`,
  'create index deploys_of_app on deploys (app_id)',
  // One deploy per app at a time, whoever asks.
  `create unique index running_deploy_of_app on deploys (app_id) where status = 'running'`,
  `create table deploy_events (
    deploy_id text not null references deploys (id) on delete cascade,
    seq integer not null,
    event text not null,
    primary key (deploy_id, seq)
  ) strict, without rowid`,
  `create table releases (
    app_id text not null references apps (id) on delete cascade,
    version integer not null check (version > 0),
    deploy_id text not null unique,
    status text not null check (status in ('pending', 'live', 'superseded', 'failed')),
    build_id text not null references builds (id),
    bundle_id text not null,
    detector text not null,
    runtime text not null,
    rollback_of integer,
    message text,
    created_by text not null,
    created_at text not null,
    live_at text,
    failure text,
    primary key (app_id, version)
  ) strict, without rowid`,
  `create unique index live_release_of_app on releases (app_id) where status = 'live'`,
  `create table instances (
    id text primary key,
    app_id text not null references apps (id) on delete cascade,
    release_version integer not null,
    process text not null,
    ordinal integer not null check (ordinal > 0),
    port integer unique,
    host text,
    desired text not null check (desired in ('run', 'drain', 'stop')),
    health text not null check (health in ('unknown', 'healthy', 'unhealthy')),
    restarts integer not null default 0,
    created_at text not null,
    unique (app_id, release_version, process, ordinal)
  ) strict`,
  `create table app_ports (
    app_id text primary key references apps (id) on delete cascade,
    port integer not null unique
  ) strict`,
];

/** Builds, deploys with their events, releases, instances, and the ports of apps at the edge. */
export const migration: Migration = {
  version: 2,
  name: 'deployments',
  up: async (db: Kysely<unknown>) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
