import Type from 'typebox';
import {
  AuditChainSchema,
  AuditCheckpointsSchema,
  AuditDrainSchema,
  AuditEventSchema,
  AuditRetentionSchema,
  NewAuditDrainSchema,
} from '../resources.ts';
import { Done, PageQuery, listOf, type Route } from './route.ts';

const word = (what: string) =>
  Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: `${what}; one ending in \`*\` stands for all that begin like it.`,
    }),
  );
const time = (what: string) =>
  Type.Optional(Type.String({ maxLength: 40, description: `${what} (RFC 3339).` }));

export const auditRoutes = {
  listAudit: {
    method: 'GET',
    path: '/v1/audit',
    summary: 'Who did what, newest first.',
    access: { verb: 'audit.read', on: 'platform' },
    audit: 'audit.read',
    query: Type.Object({
      ...PageQuery.properties,
      since: time('Not before'),
      until: time('Before'),
      user: word('Who'),
      action: word('What'),
      target: word('To what'),
      session: word('In or about which session'),
      result: Type.Optional(
        Type.Enum(['started', 'succeeded', 'refused', 'failed'], { description: 'How it ended.' }),
      ),
    }),
    response: listOf('events', AuditEventSchema),
    status: 200,
  },
  readAuditChain: {
    method: 'GET',
    path: '/v1/audit/records',
    summary: 'The records as they are chained, oldest first, to verify or keep them.',
    access: { verb: 'audit.export', on: 'platform' },
    audit: 'audit.export',
    query: Type.Object({
      after: Type.Optional(Type.Integer({ minimum: 0, description: 'Begin behind this record.' })),
      through: Type.Optional(Type.Integer({ minimum: 0, description: 'End with this record.' })),
      limit: PageQuery.properties.limit,
    }),
    response: AuditChainSchema,
    status: 200,
  },
  listAuditCheckpoints: {
    method: 'GET',
    path: '/v1/audit/checkpoints',
    summary: 'Every checkpoint that is kept, oldest first.',
    access: { verb: 'audit.read', on: 'platform' },
    audit: null,
    response: AuditCheckpointsSchema,
    status: 200,
  },
  createAuditCheckpoint: {
    method: 'POST',
    path: '/v1/audit/checkpoints',
    summary: 'Signs the newest record now; answers every checkpoint.',
    access: { verb: 'audit.manage', on: 'platform' },
    audit: 'audit.checkpoint',
    response: AuditCheckpointsSchema,
    status: 200,
  },
  getAuditRetention: {
    method: 'GET',
    path: '/v1/audit/retention',
    summary: 'How long audit records are kept.',
    access: { verb: 'audit.read', on: 'platform' },
    audit: null,
    response: AuditRetentionSchema,
    status: 200,
  },
  setAuditRetention: {
    method: 'PUT',
    path: '/v1/audit/retention',
    summary: 'Sets how long audit records are kept, and removes what is older.',
    access: { verb: 'audit.manage', on: 'platform' },
    audit: 'audit.retention',
    body: AuditRetentionSchema,
    response: AuditRetentionSchema,
    status: 200,
  },
  listAuditDrains: {
    method: 'GET',
    path: '/v1/audit/drains',
    summary: 'Where audit records are sent, and how that goes.',
    access: { verb: 'audit.read', on: 'platform' },
    audit: null,
    response: listOf('drains', AuditDrainSchema),
    status: 200,
  },
  createAuditDrain: {
    method: 'POST',
    path: '/v1/audit/drains',
    summary: 'Sends audit records on to a receiver: syslog or OTLP.',
    access: { verb: 'audit.manage', on: 'platform' },
    audit: 'audit.drain.create',
    body: NewAuditDrainSchema,
    response: AuditDrainSchema,
    status: 201,
  },
  testAuditDrain: {
    method: 'POST',
    path: '/v1/audit/drains/:drain/test',
    summary: 'Sends one record that says it is a test.',
    access: { verb: 'audit.manage', on: 'platform' },
    audit: 'audit.drain.test',
    response: Done,
    status: 200,
  },
  removeAuditDrain: {
    method: 'DELETE',
    path: '/v1/audit/drains/:drain',
    summary: 'Stops sending audit records to a receiver.',
    access: { verb: 'audit.manage', on: 'platform' },
    audit: 'audit.drain.remove',
    response: Done,
    status: 200,
  },
} as const satisfies Record<string, Route>;
