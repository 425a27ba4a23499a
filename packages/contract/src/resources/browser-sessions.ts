import Type, { type Static } from 'typebox';
import { description, literals, nullable, timestamp } from './describe.ts';

export const BrowserLoginSchema = Type.Object(
  {
    id: Type.String(description('Names the login; no secret.')),
    ticket: Type.String(description('What logs one browser in, once. It belongs behind the `#` of `path`.')),
    path: Type.String(
      description('Where in the platform the browser has to go, the ticket included: `/ui/#/login/…`.'),
    ),
    user: Type.String(description('Whom the browser will act as.')),
    expiresAt: timestamp('Until when it can be used'),
  },
  { $id: 'BrowserLogin', description: 'A way for one browser to log in.' },
);

export const BrowserLoginStateSchema = Type.Object(
  {
    id: Type.String(description('Names the login.')),
    state: literals(['waiting', 'used', 'expired'], 'What has become of it.'),
    session: nullable(Type.String(), 'Id of the session of the browser that used it; null before.'),
    expiresAt: timestamp('Until when it can be used'),
  },
  { $id: 'BrowserLoginState', description: 'What has become of a login of a browser.' },
);

export const BrowserSessionSchema = Type.Object(
  {
    id: Type.String(description('Names the session; no secret.')),
    user: Type.String(description('Whom the browser acts as.')),
    token: nullable(
      Type.String(),
      'Id of the token it was begun with, and ends with; null for the one in the folder of the platform.',
    ),
    browser: Type.String(description('What the browser calls itself, in short: `Firefox on Linux`.')),
    client: Type.String(description('Address it logged in from.')),
    createdAt: timestamp('When it logged in'),
    lastUsedAt: timestamp('When it was last used, to about a minute'),
    expiresAt: timestamp('When it ends at the latest; earlier where it is not used for 12 hours'),
  },
  { $id: 'BrowserSession', description: 'A browser that is logged in.' },
);

export const NewBrowserSessionSchema = Type.Object(
  {
    pageKey: Type.String(
      description(
        'The half of the session that the page keeps, and sends as `x-rig-page-key`. The other is a cookie.',
      ),
    ),
    session: BrowserSessionSchema,
  },
  { $id: 'NewBrowserSession', description: 'A browser that has just logged in.' },
);

export type BrowserLogin = Static<typeof BrowserLoginSchema>;
export type BrowserLoginState = Static<typeof BrowserLoginStateSchema>;
export type BrowserSession = Static<typeof BrowserSessionSchema>;
export type NewBrowserSession = Static<typeof NewBrowserSessionSchema>;
