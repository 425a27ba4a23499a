import type {
  AppDetails,
  AuditEvent,
  Instance,
  PlatformEvent,
  Release,
  Session,
} from '@rig-ops/contract/resources';
import { type AppRow, describeApps } from './app-rows.ts';
import { matchesFilter, type Sortable, sortRows } from './arrange-rows.ts';
import type { DashboardData } from './dashboard-data.ts';
import type { Step } from './metrics-history.ts';
import type { AppSort, ListScreen, Screen } from './screens.ts';

/** Rows of a list as they stand on the screen: filtered and in order. */
export type ListRows =
  | { readonly kind: 'apps'; readonly rows: readonly AppRow[]; readonly total: number }
  | { readonly kind: 'instances'; readonly rows: readonly Keyed<Instance>[]; readonly total: number }
  | { readonly kind: 'releases'; readonly rows: readonly Keyed<Release>[]; readonly total: number }
  | { readonly kind: 'events'; readonly rows: readonly Keyed<PlatformEvent>[]; readonly total: number }
  | { readonly kind: 'sessions'; readonly rows: readonly Keyed<Session>[]; readonly total: number }
  | { readonly kind: 'audit'; readonly rows: readonly Keyed<AuditEvent>[]; readonly total: number };

export interface Keyed<T> {
  readonly key: string;
  readonly item: T;
}

const severity = { unhealthy: 0, degraded: 1, deploying: 2, running: 3, empty: 4 };

const sortValues: Record<AppSort, (row: AppRow) => Sortable> = {
  name: (row) => row.key,
  status: (row) => severity[row.condition],
  cpu: (row) => row.cpu,
  memory: (row) => row.memory,
  requests: (row) => row.requests,
  errors: (row) => row.errors,
  p95: (row) => row.p95,
  restarts: (row) => row.restarts,
  age: (row) => row.since,
};

export function findApp(data: DashboardData, name: string): AppDetails | undefined {
  return data.status?.apps.find((app) => app.name === name);
}

export function isListScreen(screen: Screen): screen is ListScreen {
  return 'list' in screen;
}

export function listRows(screen: ListScreen, data: DashboardData, range: Step): ListRows {
  const { filter } = screen.list;
  switch (screen.kind) {
    case 'apps': {
      const { histories } = data;
      const all = describeApps(data.status?.apps ?? [], {
        live: histories['1s'],
        settled: histories['10s'],
        trend: histories[range],
      });
      const rows = all.filter(({ key, network, condition, release }) =>
        matchesFilter([key, network, condition, `v${release ?? 0}`], filter),
      );
      return {
        kind: 'apps',
        rows: sortRows(rows, sortValues[screen.sort], screen.descending),
        total: all.length,
      };
    }
    case 'app':
      return screen.tab === 'instances' ? instanceRows(screen.app, filter, data) : releaseRows(filter, data);
    case 'events':
      return eventRows(screen.app, filter, data);
    case 'sessions':
      return {
        kind: 'sessions',
        total: data.sessions.items.length,
        rows: data.sessions.items
          .filter(({ id, user, app, network, instance, kind }) =>
            matchesFilter([id, user, app, network, instance, kind], filter),
          )
          .map((item) => ({ key: item.id, item })),
      };
    case 'audit':
      break;
  }
  return {
    kind: 'audit',
    total: data.audit.items.length,
    rows: data.audit.items
      .filter(({ user, action, target, result, client }) =>
        matchesFilter([user, action, target, result, client], filter),
      )
      .map((item) => ({ key: String(item.id), item })),
  };
}

function instanceRows(app: string, filter: string, data: DashboardData): ListRows {
  const instances = findApp(data, app)?.instances ?? [];
  return {
    kind: 'instances',
    total: instances.length,
    rows: instances
      .filter(({ name, state, health, release }) =>
        matchesFilter([name, state, health, `v${release}`], filter),
      )
      .map((item) => ({ key: item.id, item })),
  };
}

function releaseRows(filter: string, data: DashboardData): ListRows {
  const { items } = data.releases;
  return {
    kind: 'releases',
    total: items.length,
    rows: items
      .filter(({ version, status, message, createdBy, tags }) =>
        matchesFilter([`v${version}`, status, message, createdBy, ...tags], filter),
      )
      .map((item) => ({ key: String(item.version), item })),
  };
}

/** Newest first. */
function eventRows(app: string | null, filter: string, data: DashboardData): ListRows {
  const all = app === null ? data.events : data.events.filter((event) => event.app === app);
  return {
    kind: 'events',
    total: all.length,
    rows: all
      .filter((event) => matchesFilter([event.kind, event.app, event.message], filter))
      .map((item) => ({ key: String(item.id), item }))
      .toReversed(),
  };
}
