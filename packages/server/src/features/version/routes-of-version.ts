import { API_VERSION } from '@rig-ops/contract/api-version';
import type { RouteHandlers } from '../../http/route-handlers.ts';

/** What answers here, and its description. */
export function routesOfVersion(version: string): Pick<RouteHandlers, 'getVersion' | 'getOpenApi'> {
  return {
    getVersion: async () => ({ version, api: API_VERSION }),
    async getOpenApi() {
      const { makeOpenApi } = await import('./make-open-api.ts');
      return makeOpenApi(version);
    },
  };
}
