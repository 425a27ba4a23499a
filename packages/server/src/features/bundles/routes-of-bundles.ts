import { giveBack } from '@rig-ops/bundle';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { BundleService } from './bundle-service.ts';

export function routesOfBundles(
  service: BundleService,
): Pick<RouteHandlers, 'getLimits' | 'putBlocks' | 'putBundle' | 'putPack' | 'commitBundle'> {
  return {
    getLimits: async () => ({ bundle: { ...service.limits } }),
    putBlocks: ({ params, body }) => service.takeBlocks(params.app, body),
    putBundle: ({ params, body }) => service.announce(params.app, params.bundle, body),
    async putPack({ params, body }) {
      const stored = await service.putPack(params.app, params.pack, body);
      giveBack(body);
      return { stored };
    },
    commitBundle: ({ params }) => service.commit(params.app, params.bundle),
  };
}
