import { routeTable } from '@rig-ops/contract/route-table';
import type { RouteName } from '@rig-ops/contract/routes';
import { ApiError } from './api-error.ts';

/** Path and query of one call. Throws for a parameter that would change the path. */
export function routeUrl(
  route: RouteName,
  params: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, unknown>> = {},
): string {
  const path = routeTable[route].path.replace(/:([a-z]+)/gi, (_, name: string) => {
    const value = params[name] ?? '';
    if (value === '' || value === '.' || value === '..') {
      throw new ApiError({ code: 'invalid_input', message: `"${value}" cannot name what is asked for.` }, 0);
    }
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      search.set(name, String(value));
    }
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}
