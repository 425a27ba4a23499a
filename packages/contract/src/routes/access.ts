import { IdentitySchema } from '../resources.ts';
import { type Route } from './route.ts';

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
} as const satisfies Record<string, Route>;
