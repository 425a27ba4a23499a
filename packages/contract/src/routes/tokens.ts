import Type from 'typebox';
import { NewTokenSchema, TokenSchema } from '../resources.ts';
import { Done, type Route } from './route.ts';

/** A hundred years; longer is `never` by another name. */
const LONGEST_SECONDS = 100 * 366 * 24 * 60 * 60;

export const tokensRoutes = {
  listTokens: {
    method: 'GET',
    path: '/v1/users/:user/tokens',
    summary: 'Tokens of a user, newest first, without their secrets; `me` is the caller.',
    access: { verb: 'tokens.read', on: 'user' },
    audit: null,
    response: Type.Object({
      tokens: Type.Array(TokenSchema, { description: 'Every token that is remembered.' }),
    }),
    status: 200,
  },
  createToken: {
    method: 'POST',
    path: '/v1/users/:user/tokens',
    summary: 'Makes a token for a user; the answer is the one place where it can be read.',
    access: { verb: 'tokens.create', on: 'user' },
    audit: 'token.create',
    body: Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: 100, description: 'What it is for.' }),
        expiresInSeconds: Type.Union([Type.Integer({ minimum: 60, maximum: LONGEST_SECONDS }), Type.Null()], {
          description: 'How long it lasts; null for a token that does not end.',
        }),
      },
      { additionalProperties: false },
    ),
    response: NewTokenSchema,
    status: 201,
  },
  revokeToken: {
    method: 'DELETE',
    path: '/v1/tokens/:token',
    summary: 'Refuses a token from now on and ends what is open with it.',
    access: { verb: 'tokens.revoke', on: 'user' },
    audit: 'token.revoke',
    response: Done,
    status: 200,
  },
} as const satisfies Record<string, Route>;
