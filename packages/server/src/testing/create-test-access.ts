import { systemClock } from '../clock.ts';
import { AccessChanges } from '../features/access/access-changes.ts';
import { Authorizer } from '../features/access/authorizer.ts';
import { ensureOwner } from '../features/access/ensure-owner.ts';
import { FakeAccessStores } from '../features/access/testing/fake-access-stores.ts';
import { TokenAuthenticator } from '../features/access/token-authenticator.ts';
import { TokenIssuer } from '../features/access/token-issuer.ts';
import type { AppRecord } from '../features/apps/app-store.ts';
import type { Logger } from '../logger.ts';
import { TEST_TOKEN } from './test-token.ts';

const appNamed = (name: string): AppRecord => ({
  id: `app_${name}`,
  name,
  network: 'default',
  createdAt: '2026-01-02T03:04:05.678Z',
});

/** Access for a platform where every app, build and deploy that is named is there, owned by "ann". */
export async function createTestAccess(log: Logger) {
  const { users, tokens, bindings } = new FakeAccessStores();
  const clock = systemClock;
  const changes = new AccessChanges();
  const owner = await ensureOwner('ann', { users, bindings, clock });
  return {
    users,
    tokens,
    bindings,
    changes,
    owner,
    apps: { getById: async (id: string) => appNamed(id.replace(/^app_/, '')) },
    issuer: new TokenIssuer({ tokens, changes, clock }),
    authenticator: new TokenAuthenticator({
      users,
      tokens,
      bindings,
      owner: { userId: owner.id, token: TEST_TOKEN },
      capabilities: { isolated: false },
      clock,
      log,
    }),
    authorizer: new Authorizer({
      app: async (name) => appNamed(name),
      appOfBuild: async () => appNamed('shop'),
      appOfDeploy: async () => appNamed('shop'),
      session: async () => undefined,
      hasNetwork: async () => true,
      user: (name) => users.get(name),
      ownerOfToken: async (id) => {
        const token = await tokens.get(id);
        return token && users.getById(token.userId);
      },
    }),
  };
}
