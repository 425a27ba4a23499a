import type { AppDetails, Status } from '@rig-ops/contract/resources';

export type AppChange =
  | { type: 'app'; change: 'added' | 'changed'; name: string; app: AppDetails }
  | { type: 'app'; change: 'removed'; name: string; app: null };

export type HealthChange = { type: 'health' } & Pick<Status, 'healthy' | 'problems'>;

/** What differs between two looks at a platform, use of CPU and memory aside: those are measured all the time. */
export function findChanges(before: Status, after: Status): (AppChange | HealthChange)[] {
  const known = new Map(before.apps.map((app) => [app.name, app]));
  const changes: (AppChange | HealthChange)[] = [];
  for (const app of after.apps) {
    const old = known.get(app.name);
    known.delete(app.name);
    if (old === undefined) changes.push({ type: 'app', change: 'added', name: app.name, app });
    else if (essence(old) !== essence(app))
      changes.push({ type: 'app', change: 'changed', name: app.name, app });
  }
  for (const name of known.keys()) changes.push({ type: 'app', change: 'removed', name, app: null });
  const { healthy, problems } = after;
  if (JSON.stringify(before.problems) !== JSON.stringify(problems))
    changes.push({ type: 'health', healthy, problems });
  return changes;
}

function essence(app: AppDetails): string {
  return JSON.stringify({
    ...app,
    instances: app.instances.map((instance) => ({ ...instance, cpuPercent: null, memoryBytes: null })),
  });
}
