import { PluginPolicySchema } from '../resources.ts';
import { type Route } from './route.ts';

export const pluginPolicyRoutes = {
  getPluginPolicy: {
    method: 'GET',
    path: '/v1/plugin-policy',
    summary: 'Which plugins users of the platform may have.',
    access: 'signed-in',
    audit: null,
    response: PluginPolicySchema,
    status: 200,
  },
  setPluginPolicy: {
    method: 'PUT',
    path: '/v1/plugin-policy',
    summary: 'Says which plugins users of the platform may have.',
    access: { verb: 'platform.manage', on: 'platform' },
    audit: 'plugin-policy.set',
    body: PluginPolicySchema,
    response: PluginPolicySchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;
