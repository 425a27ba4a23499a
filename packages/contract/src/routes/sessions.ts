import Type from 'typebox';
import { SessionSchema } from '../resources.ts';
import { NameSchema } from '../resources/names.ts';
import { listOf, PageQuery, type Route } from './route.ts';

export const sessionsRoutes = {
  listSessions: {
    method: 'GET',
    path: '/v1/sessions',
    summary: 'Sessions that run, with `state=all` also those that have ended, newest first; own ones always.',
    access: { verb: 'sessions.read', on: 'each' },
    audit: null,
    query: Type.Object({
      ...PageQuery.properties,
      state: Type.Optional(
        Type.Enum(['running', 'all'], {
          description: 'Those that run when absent; `all`: also those that have ended.',
        }),
      ),
      app: Type.Optional(NameSchema),
      user: Type.Optional(Type.String({ maxLength: 100, description: 'Of this user alone.' })),
    }),
    response: listOf('sessions', SessionSchema),
    status: 200,
  },
  getSession: {
    method: 'GET',
    path: '/v1/sessions/:session',
    summary: 'One session, also after its end.',
    access: { verb: 'sessions.read', on: 'session' },
    audit: null,
    response: SessionSchema,
    status: 200,
  },
  killSession: {
    method: 'POST',
    path: '/v1/sessions/:session/kill',
    summary: 'Ends a session and everything it has started.',
    access: { verb: 'sessions.end', on: 'session' },
    audit: 'session.kill',
    response: SessionSchema,
    status: 202,
  },
} as const satisfies Record<string, Route>;
