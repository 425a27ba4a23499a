import { LogDrainSchema, NewLogDrainSchema } from '../resources.ts';
import { Done, listOf, type Route } from './route.ts';

export const logDrainsRoutes = {
  listLogDrains: {
    method: 'GET',
    path: '/v1/drains',
    summary: 'Where logs are sent, and how that goes.',
    access: { verb: 'drains.read', on: 'platform' },
    audit: null,
    response: listOf('drains', LogDrainSchema),
    status: 200,
  },
  createLogDrain: {
    method: 'POST',
    path: '/v1/drains',
    summary: 'Sends the logs of an app or a network on to a receiver.',
    access: { verb: 'drains.manage', on: 'platform' },
    audit: 'drain.create',
    body: NewLogDrainSchema,
    response: LogDrainSchema,
    status: 201,
  },
  testLogDrain: {
    method: 'POST',
    path: '/v1/drains/:drain/test',
    summary: 'Sends one line that says it is a test.',
    access: { verb: 'drains.manage', on: 'platform' },
    audit: 'drain.test',
    response: Done,
    status: 200,
  },
  removeLogDrain: {
    method: 'DELETE',
    path: '/v1/drains/:drain',
    summary: 'Stops sending logs to a receiver.',
    access: { verb: 'drains.manage', on: 'platform' },
    audit: 'drain.remove',
    response: Done,
    status: 200,
  },
} as const satisfies Record<string, Route>;
