import { AppLogRetentionChangeSchema, LogRetentionChangeSchema, LogRetentionSchema } from '../resources.ts';
import { type Route } from './route.ts';

export const logRetentionRoutes = {
  getLogRetention: {
    method: 'GET',
    path: '/v1/log-retention',
    summary: 'How much of logs is kept, and how fast they may grow.',
    access: { verb: 'platform.read', on: 'platform' },
    audit: null,
    response: LogRetentionSchema,
    status: 200,
  },
  setLogRetention: {
    method: 'PUT',
    path: '/v1/log-retention',
    summary: 'Changes how much of logs is kept, and how fast they may grow.',
    access: { verb: 'platform.manage', on: 'platform' },
    audit: 'log-retention.set',
    body: LogRetentionChangeSchema,
    response: LogRetentionSchema,
    status: 200,
  },
  getAppLogRetention: {
    method: 'GET',
    path: '/v1/apps/:app/log-retention',
    summary: 'How much of the logs of an app is kept, and how fast they may grow.',
    access: { verb: 'logs.read', on: 'app' },
    audit: null,
    response: LogRetentionSchema,
    status: 200,
  },
  // The space is that of everybody: who may change an app may not take it.
  setAppLogRetention: {
    method: 'PUT',
    path: '/v1/apps/:app/log-retention',
    summary: 'Changes how much of the logs of an app is kept, and how fast they may grow.',
    access: { verb: 'platform.manage', on: 'platform' },
    audit: 'log-retention.set',
    body: AppLogRetentionChangeSchema,
    response: LogRetentionSchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;
