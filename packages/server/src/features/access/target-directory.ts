import type { Deployments } from '../../deployments.ts';
import type { AppRecord, AppStore } from '../apps/app-store.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { NetworkStore } from '../networks/network-store.ts';
import type { TokenStore } from './token-store.ts';
import type { UserRecord, UserStore } from './user-store.ts';

/** Finds what a request names; undefined for what is not there. */
export interface TargetDirectory {
  app(name: string): Promise<AppRecord | undefined>;
  appOfBuild(id: string): Promise<AppRecord | undefined>;
  appOfDeploy(id: string): Promise<AppRecord | undefined>;
  session(id: string): Promise<NamedSession | undefined>;
  hasNetwork(name: string): Promise<boolean>;
  user(name: string): Promise<UserRecord | undefined>;
  ownerOfToken(id: string): Promise<UserRecord | undefined>;
}

/** What is to know of a session to decide who may do what with it. */
interface NamedSession {
  /** Null where it is in a network, or its app is gone. */
  readonly app: AppRecord | null;
  readonly network: string;
  readonly userId: string;
  readonly kind: 'shell' | 'command';
}

export interface TargetDirectoryDeps {
  readonly sessions: Pick<SessionStore, 'get'>;
  readonly apps: AppStore;
  readonly networks: Pick<NetworkStore, 'get' | 'isLeft'>;
  readonly deployments: Pick<Deployments, 'appOfBuild' | 'appOfDeploy'>;
  readonly users: UserStore;
  readonly tokens: TokenStore;
}

export function createTargetDirectory({
  apps,
  networks,
  deployments,
  sessions,
  users,
  tokens,
}: TargetDirectoryDeps): TargetDirectory {
  return {
    // One whose removal failed half-way is hidden, and may be removed again by those who could before.
    app: async (name) =>
      (await apps.get(name)) ?? (await apps.listDestroying()).find((app) => app.name === name),
    appOfBuild: (id) => deployments.appOfBuild(id),
    appOfDeploy: (id) => deployments.appOfDeploy(id),
    async session(id) {
      const row = await sessions.get(id);
      if (row === undefined) return undefined;
      const app = row.appId === null ? undefined : await apps.getById(row.appId);
      return { app: app ?? null, network: row.network, userId: row.userId, kind: row.kind };
    },
    // One of which something is left may be removed again.
    hasNetwork: async (name) => (await networks.get(name)) !== undefined || (await networks.isLeft(name)),
    user: (name) => users.get(name),
    async ownerOfToken(id) {
      const token = await tokens.get(id);
      return token && users.getById(token.userId);
    },
  };
}
