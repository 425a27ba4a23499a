import Type from 'typebox';
import { AppOperationSchema, MAX_INSTANCES, NAME_PATTERN, NameSchema } from '../resources.ts';
import type { Route } from './route.ts';

export const operationsRoutes = {
  restartApp: {
    method: 'POST',
    path: '/v1/apps/:app/restarts',
    summary: 'Replaces instances of the live release, each by a new one that is healthy first.',
    access: { verb: 'app.operate', on: 'app' },
    audit: 'app.restart',
    body: Type.Object(
      {
        process: Type.Optional(NameSchema),
        instance: Type.Optional(Type.String({ maxLength: 60, description: 'As `web.1`.' })),
      },
      { additionalProperties: false },
    ),
    response: AppOperationSchema,
    status: 202,
  },
  scaleApp: {
    method: 'POST',
    path: '/v1/apps/:app/scale',
    summary: 'Sets how many instances of processes there are to be, now and in later releases.',
    access: { verb: 'app.operate', on: 'app' },
    audit: 'app.scale',
    body: Type.Object(
      {
        processes: Type.Record(
          Type.String({ pattern: NAME_PATTERN }),
          Type.Integer({ minimum: 0, maximum: MAX_INSTANCES }),
          { description: 'Instances by process; others stay as they are.' },
        ),
      },
      { additionalProperties: false },
    ),
    response: AppOperationSchema,
    status: 202,
  },
  getOperation: {
    method: 'GET',
    path: '/v1/apps/:app/operation',
    summary: 'The latest restart or scaling of an app; waits up to 20 seconds for its end.',
    access: { verb: 'app.read', on: 'app' },
    audit: null,
    response: Type.Object({
      operation: Type.Union([AppOperationSchema, Type.Null()], {
        description: 'Null where none is known: the platform forgets them when it is restarted.',
      }),
    }),
    status: 200,
  },
} as const satisfies Record<string, Route>;
