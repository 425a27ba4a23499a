import { ExitCode, PluginError, type RouteOutput } from '@rig-ops/kit';

type App = RouteOutput<'listApps'>['apps'][number];

/** Part of the command's contract: it may grow, and nothing in it changes its meaning. */
export interface AppSummary {
  total: number;
  /** Most apps first. */
  statuses: { status: string; apps: number }[];
}

/** Throws `__CODE___no_such_prefix` when a prefix is given and no app has it. */
export function summariseApps(
  apps: readonly Pick<App, 'name' | 'status'>[],
  { prefix = '', status }: { prefix?: string | undefined; status?: string | undefined },
): AppSummary {
  const named = apps.filter((app) => app.name.startsWith(prefix));
  if (prefix !== '' && named.length === 0) {
    throw new PluginError('__CODE___no_such_prefix', `No app has a name that starts with "${prefix}".`, {
      hint: 'Run `rig apps list` for the apps there are.',
      exitCode: ExitCode.notFound,
    });
  }
  const counts = new Map<string, number>();
  for (const app of named) {
    if (status === undefined || app.status === status)
      counts.set(app.status, (counts.get(app.status) ?? 0) + 1);
  }
  const statuses = [...counts].map(([name, count]) => ({ status: name, apps: count }));
  return {
    total: statuses.reduce((total, { apps: count }) => total + count, 0),
    statuses: statuses.toSorted((a, b) => b.apps - a.apps),
  };
}
