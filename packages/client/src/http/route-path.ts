import { RigError } from '@rig-ops/contract/errors';
import type { RouteName } from '@rig-ops/contract/routes';
import { routeTable } from '@rig-ops/contract/route-table';

/** Path and query string of one call. Throws `invalid_input` for a parameter that would change the path. */
export function routePath(
  route: RouteName,
  params: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const path = routeTable[route].path.replace(/:([a-z]+)/gi, (_, name: string) => {
    const value = params[name] ?? '';
    if (value === '' || value === '.' || value === '..') {
      throw new RigError('invalid_input', `"${value}" cannot name what is asked for (${name}).`);
    }
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}
