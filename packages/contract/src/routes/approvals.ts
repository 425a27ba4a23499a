import Type from 'typebox';
import { ApprovalSchema } from '../resources.ts';
import { type Route } from './route.ts';

const Words = Type.Object(
  { reason: Type.Optional(Type.String({ maxLength: 500, description: 'Why; shown to who asked.' })) },
  { additionalProperties: false },
);

export const approvalsRoutes = {
  listApprovals: {
    method: 'GET',
    path: '/v1/approvals',
    summary: 'Requests for sessions, newest first: of the caller, and those the caller may decide.',
    access: { verb: 'sessions.approve', on: 'each' },
    audit: null,
    query: Type.Object({
      all: Type.Optional(
        Type.Boolean({ description: 'Also those that are denied, used or expired; at most 500.' }),
      ),
    }),
    response: Type.Object({
      approvals: Type.Array(ApprovalSchema, { description: 'Newest first.' }),
    }),
    status: 200,
  },
  getApproval: {
    method: 'GET',
    path: '/v1/approvals/:approval',
    summary: 'A request for a session.',
    access: { verb: 'sessions.approve', on: 'each' },
    audit: null,
    response: ApprovalSchema,
    status: 200,
  },
  approveSession: {
    method: 'POST',
    path: '/v1/approvals/:approval/approve',
    summary: "Approves somebody else's request, for one session within 15 minutes.",
    access: { verb: 'sessions.approve', on: 'each' },
    audit: 'approval.approve',
    body: Words,
    response: ApprovalSchema,
    status: 200,
  },
  denySession: {
    method: 'POST',
    path: '/v1/approvals/:approval/deny',
    summary: "Denies somebody else's request.",
    access: { verb: 'sessions.approve', on: 'each' },
    audit: 'approval.deny',
    body: Words,
    response: ApprovalSchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;
