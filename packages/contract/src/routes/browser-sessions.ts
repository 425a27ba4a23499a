import Type from 'typebox';
import {
  BrowserLoginSchema,
  BrowserLoginStateSchema,
  BrowserSessionSchema,
  NewBrowserSessionSchema,
} from '../resources.ts';
import { Done, type Route } from './route.ts';

const Ended = Type.Object({
  ended: Type.Integer({ description: 'How many sessions of browsers were ended.' }),
});

export const browserSessionsRoutes = {
  createBrowserLogin: {
    method: 'POST',
    path: '/v1/browser-logins',
    summary: 'Gives a ticket that logs one browser in as the caller, once, within a minute.',
    access: 'signed-in',
    audit: 'browser.ticket',
    response: BrowserLoginSchema,
    status: 201,
  },
  getBrowserLogin: {
    method: 'GET',
    path: '/v1/browser-logins/:login',
    summary: 'What has become of a login of a browser that the caller asked for.',
    access: 'signed-in',
    audit: null,
    response: BrowserLoginStateSchema,
    status: 200,
  },
  redeemBrowserLogin: {
    method: 'POST',
    path: '/v1/browser-logins/redeem',
    summary: 'Logs the browser in whose page sends it; taken from pages of the platform itself.',
    access: 'anyone',
    audit: 'browser.login',
    body: Type.Object(
      {
        ticket: Type.String({ maxLength: 200, description: 'From `POST /v1/browser-logins`.' }),
        replace: Type.Optional(
          Type.Boolean({
            description:
              'Go on also where the browser is logged in as somebody else, who is logged out then.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    response: NewBrowserSessionSchema,
    status: 201,
  },
  listBrowserSessions: {
    method: 'GET',
    path: '/v1/users/:user/browser-sessions',
    summary: 'Browsers that are logged in as a user, latest use first; `me` is the caller.',
    access: { verb: 'tokens.read', on: 'user' },
    audit: null,
    response: Type.Object({
      sessions: Type.Array(BrowserSessionSchema, { description: 'Every one that has not ended.' }),
      current: Type.Union([Type.String(), Type.Null()], {
        description: 'Id of the one that asks; null where no browser does.',
      }),
    }),
    status: 200,
  },
  endBrowserSessions: {
    method: 'DELETE',
    path: '/v1/users/:user/browser-sessions',
    summary: 'Logs a user out of every browser, and ends what is open there.',
    access: { verb: 'tokens.revoke', on: 'user' },
    audit: 'browser.logout',
    response: Ended,
    status: 200,
  },
  endBrowserSession: {
    method: 'DELETE',
    path: '/v1/users/:user/browser-sessions/:browser',
    summary: 'Logs a user out of one browser, and ends what is open there.',
    access: { verb: 'tokens.revoke', on: 'user' },
    audit: 'browser.logout',
    response: Done,
    status: 200,
  },
} as const satisfies Record<string, Route>;
