import { LoginAnswerSchema } from '../resources/logins.ts';
import { Done, type Route } from './route.ts';

export const loginsRoutes = {
  getLogin: {
    method: 'GET',
    path: '/v1/logins/:code',
    summary: 'The login that waits for approval under a code.',
    access: 'signed-in',
    audit: null,
    response: LoginAnswerSchema,
    status: 200,
  },
  approveLogin: {
    method: 'POST',
    path: '/v1/logins/:code/approve',
    summary: 'Lets another machine log in as the caller.',
    access: 'signed-in',
    audit: 'login.approve',
    response: LoginAnswerSchema,
    status: 200,
  },
  denyLogin: {
    method: 'POST',
    path: '/v1/logins/:code/deny',
    summary: 'Refuses the login of another machine.',
    access: 'signed-in',
    audit: 'login.deny',
    response: LoginAnswerSchema,
    status: 200,
  },
  logout: {
    method: 'POST',
    path: '/v1/logout',
    summary: 'Revokes the token of this very request, or ends the session of the browser it comes from.',
    access: 'signed-in',
    audit: 'logout',
    response: Done,
    status: 200,
  },
} as const satisfies Record<string, Route>;
