import { supervisorRoutes } from '@rig-ops/contract/supervisor';

export type SupervisorRouteName = keyof typeof supervisorRoutes;

export interface RouteMatch {
  name: SupervisorRouteName;
  /** Value of `:id`; empty where the route has none. */
  id: string;
}

const routes = Object.entries(supervisorRoutes).map(([name, route]) => {
  const [method = '', path = ''] = route.split(' ');
  const pattern = new RegExp(`^${path.replace(':id', '([^/]+)')}$`);
  return { name: name as SupervisorRouteName, method, pattern };
});

/** Finds the route of a request; null when there is none. */
export function matchRoute(method: string, path: string): RouteMatch | null {
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (match !== null) return { name: route.name, id: match[1] ?? '' };
  }
  return null;
}
