import type { Login } from '@rig-ops/contract/resources';
import { RigError } from '@rig-ops/contract/errors';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { BrowserSessionService } from '../browser-sessions/browser-session-service.ts';
import type { TokenIssuer } from '../access/token-issuer.ts';
import type { LoginRecord } from './login-store.ts';
import type { LoginService } from './login-service.ts';

export interface RoutesOfLoginsDeps {
  readonly service: LoginService;
  readonly issuer: TokenIssuer;
  readonly browsers: Pick<BrowserSessionService, 'end'>;
}

type LoginRoutes = 'getLogin' | 'approveLogin' | 'denyLogin' | 'logout';

const toLogin = ({ deviceName, client, createdAt, expiresAt }: LoginRecord): Login => ({
  deviceName,
  client,
  createdAt,
  expiresAt,
});

export function routesOfLogins({
  service,
  issuer,
  browsers,
}: RoutesOfLoginsDeps): Pick<RouteHandlers, LoginRoutes> {
  return {
    // Wrong codes count by user: whoever asks here has shown who they are.
    getLogin: async ({ params: { code }, identity: { userId } }) => ({
      login: toLogin(await service.find(code, userId)),
    }),
    approveLogin: async ({ params: { code }, identity: caller }) => ({
      login: toLogin(await service.decide('approved', { code, caller, client: caller.userId })),
    }),
    denyLogin: async ({ params: { code }, identity: caller }) => ({
      login: toLogin(await service.decide('denied', { code, caller, client: caller.userId })),
    }),
    async logout({ identity: { browser, token, userId }, page }) {
      if (browser !== undefined) {
        await browsers.end(browser.id, userId);
        page.keepCookie(null, 0);
        return { done: true };
      }
      if (token.id === null) {
        throw new RigError('not_permitted', "The token in the platform's own folder cannot be revoked.", {
          hint: 'Remove the file and start the platform again for a new one.',
        });
      }
      await issuer.revoke(token.id);
      return { done: true };
    },
  };
}
