import Type from 'typebox';
import { ConfigChangedSchema, ConfigChangeSchema, ConfigSchema } from '../resources.ts';
import type { Route } from './route.ts';

export const configRoutes = {
  getConfig: {
    method: 'GET',
    path: '/v1/apps/:app/config',
    summary: 'The configuration of an app, without the values of its secrets.',
    access: { verb: 'config.read', on: 'app' },
    audit: null,
    response: ConfigSchema,
    status: 200,
  },
  changeConfig: {
    method: 'POST',
    path: '/v1/apps/:app/config/changes',
    summary: 'Changes the configuration of an app, and makes a release with it.',
    access: { verb: 'config.write', on: 'app' },
    audit: 'config.change',
    body: Type.Object(
      {
        ...ConfigChangeSchema.properties,
        deploy: Type.Optional(
          Type.Boolean({
            description: 'False keeps the change for the next release; true when absent.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    response: ConfigChangedSchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;
