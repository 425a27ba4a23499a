import Type from 'typebox';
import { DeployLockSchema } from '../resources.ts';
import { type Route } from './route.ts';

export const locksRoutes = {
  lockApp: {
    method: 'PUT',
    path: '/v1/apps/:app/lock',
    summary:
      'Keeps everybody else from deploying an app; asked again by its owner, it says the new reason and end.',
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'app.lock',
    body: Type.Object(
      {
        reason: Type.Optional(Type.String({ maxLength: 500, description: 'Why, for those who meet it.' })),
        seconds: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 31_536_000,
            description: 'After how long it ends by itself; never when absent.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    response: DeployLockSchema,
    status: 200,
  },
  unlockApp: {
    method: 'DELETE',
    path: '/v1/apps/:app/lock',
    summary: "Ends a lock, with `force` also somebody else's.",
    access: { verb: 'app.deploy', on: 'app' },
    audit: 'app.unlock',
    query: Type.Object({
      force: Type.Optional(
        Type.Enum(['true', 'false'], { description: 'Whether to end it whoever took it.' }),
      ),
    }),
    response: Type.Object({
      released: Type.Union([DeployLockSchema, Type.Null()], {
        description: 'The lock that was ended; null when there was none.',
      }),
    }),
    status: 200,
  },
} as const satisfies Record<string, Route>;
