import Type from 'typebox';
import { UserDetailsSchema, UserKindSchema, UserNameSchema, UserSchema } from '../resources.ts';
import { Done, listOf, PageQuery, type Route } from './route.ts';

export const usersRoutes = {
  listUsers: {
    method: 'GET',
    path: '/v1/users',
    summary: 'Users and service accounts, by name.',
    access: { verb: 'users.read', on: 'platform' },
    audit: null,
    query: PageQuery,
    response: listOf('users', UserSchema),
    status: 200,
  },
  createUser: {
    method: 'POST',
    path: '/v1/users',
    summary: 'Creates a user or a service account, which may do nothing yet.',
    access: { verb: 'users.manage', on: 'platform' },
    audit: 'user.create',
    body: Type.Object({ name: UserNameSchema, kind: UserKindSchema }, { additionalProperties: false }),
    response: UserSchema,
    status: 201,
  },
  getUser: {
    method: 'GET',
    path: '/v1/users/:user',
    summary: 'One user with its roles; `me` is the caller.',
    access: { verb: 'users.read', on: 'user' },
    audit: null,
    response: UserDetailsSchema,
    status: 200,
  },
  disableUser: {
    method: 'POST',
    path: '/v1/users/:user/disable',
    summary: 'Refuses a user from now on and ends what it has open.',
    access: { verb: 'users.manage', on: 'user' },
    audit: 'user.disable',
    response: UserSchema,
    status: 200,
  },
  enableUser: {
    method: 'POST',
    path: '/v1/users/:user/enable',
    summary: 'Takes a disabled user again, with the tokens and roles it had.',
    access: { verb: 'users.manage', on: 'user' },
    audit: 'user.enable',
    response: UserSchema,
    status: 200,
  },
  removeUser: {
    method: 'DELETE',
    path: '/v1/users/:user',
    summary: 'Removes a user with its tokens and roles.',
    access: { verb: 'users.manage', on: 'user' },
    audit: 'user.remove',
    response: Done,
    status: 200,
  },
} as const satisfies Record<string, Route>;
