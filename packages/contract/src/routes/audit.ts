import { AuditEventSchema } from '../resources.ts';
import { PageQuery, listOf, type Route } from './route.ts';

export const auditRoutes = {
  listAudit: {
    method: 'GET',
    path: '/v1/audit',
    summary: 'Who did what, newest first.',
    auth: 'token',
    audit: null,
    query: PageQuery,
    response: listOf('events', AuditEventSchema),
    status: 200,
  },
} as const satisfies Record<string, Route>;
