import Type from 'typebox';
import {
  BindingSchema,
  DecisionSchema,
  IdentitySchema,
  RoleSchema,
  TargetNameSchema,
  UserNameSchema,
  VerbSchema,
} from '../resources.ts';
import { Done, type Route } from './route.ts';

const RoleAtTarget = Type.Object(
  { user: UserNameSchema, role: RoleSchema, target: TargetNameSchema },
  { additionalProperties: false },
);

export const accessRoutes = {
  whoami: {
    method: 'GET',
    path: '/v1/whoami',
    summary: 'Whom the platform takes you for.',
    access: 'signed-in',
    audit: null,
    response: IdentitySchema,
    status: 200,
  },
  listBindings: {
    method: 'GET',
    path: '/v1/access',
    summary: 'Who has which role where, in the order they were granted; of it what the caller may see.',
    access: { verb: 'access.read', on: 'each' },
    audit: null,
    query: Type.Object({
      user: Type.Optional(Type.String({ maxLength: 100, description: 'Only of this user.' })),
      target: Type.Optional(Type.String({ maxLength: 100, description: 'Only at this target.' })),
    }),
    response: Type.Object({
      bindings: Type.Array(BindingSchema, { description: 'Each role of each user.' }),
    }),
    status: 200,
  },
  grantRole: {
    method: 'POST',
    path: '/v1/access/grants',
    summary: 'Gives a user a role at a target. Repeating it does nothing.',
    access: { verb: 'access.manage', on: 'target', from: 'body' },
    audit: 'access.grant',
    body: RoleAtTarget,
    response: BindingSchema,
    status: 200,
  },
  revokeRole: {
    method: 'POST',
    path: '/v1/access/revocations',
    summary: 'Takes a role at a target from a user, and ends what was open by it.',
    access: { verb: 'access.manage', on: 'target', from: 'body' },
    audit: 'access.revoke',
    body: RoleAtTarget,
    response: Done,
    status: 200,
  },
  explainAccess: {
    method: 'GET',
    path: '/v1/access/explain',
    summary: 'Whether a user may do something, and which rule decides.',
    access: { verb: 'users.read', on: 'user', from: 'query' },
    audit: null,
    query: Type.Object({
      user: Type.String({ maxLength: 100, description: 'Who; `me` is the caller.' }),
      verb: VerbSchema,
      target: TargetNameSchema,
    }),
    response: DecisionSchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;
