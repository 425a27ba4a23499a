import Type from 'typebox';
import {
  AccessPolicyAtSchema,
  AccessPolicySchema,
  AccessPolicyViewSchema,
  TargetNameSchema,
} from '../resources.ts';
import { type Route } from './route.ts';

export const accessPoliciesRoutes = {
  listAccessPolicies: {
    method: 'GET',
    path: '/v1/access/policies',
    summary: 'Every policy that was set; of them those the caller may read.',
    access: { verb: 'policy.read', on: 'each' },
    audit: null,
    response: Type.Object({
      policies: Type.Array(AccessPolicyAtSchema, {
        description: 'The one of the platform first.',
      }),
    }),
    status: 200,
  },
  getAccessPolicy: {
    method: 'GET',
    path: '/v1/access/policy',
    summary: 'What is asked of sessions at a target, and by what it is in.',
    access: { verb: 'policy.read', on: 'target', from: 'query' },
    audit: null,
    query: Type.Object({ target: TargetNameSchema }),
    response: AccessPolicyViewSchema,
    status: 200,
  },
  setAccessPolicy: {
    method: 'PUT',
    path: '/v1/access/policy',
    summary: 'Sets the policy of a target as a whole; an empty one asks nothing.',
    access: { verb: 'policy.manage', on: 'target', from: 'body' },
    audit: 'access-policy.set',
    body: Type.Object(
      {
        target: TargetNameSchema,
        policy: AccessPolicySchema,
        revision: Type.Integer({
          minimum: 0,
          description: 'Of the policy that it replaces, as it was read; 0 where there was none.',
        }),
      },
      { additionalProperties: false },
    ),
    response: AccessPolicyViewSchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;
