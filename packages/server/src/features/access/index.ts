import type { Kysely } from 'kysely';
import type { Clock } from '../../clock.ts';
import type { Deployments } from '../../deployments.ts';
import type { Engine } from '../../engines/engine.ts';
import type { Logger } from '../../logger.ts';
import type { Database } from '../../store/database.ts';
import type { AppStore } from '../apps/app-store.ts';
import type { NetworkStore } from '../networks/network-store.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { AccessChanges } from './access-changes.ts';
import { Authorizer } from './authorizer.ts';
import type { Subject } from './decide.ts';
import { describeInert } from './describe-inert.ts';
import { ensureOwner } from './ensure-owner.ts';
import { holds } from './holds.ts';
import { RoleService } from './role-service.ts';
import { routesOfAccess } from './routes-of-access.ts';
import { SqlBindingStore } from './sql-binding-store.ts';
import { SqlTokenStore } from './sql-token-store.ts';
import { SqlUserStore } from './sql-user-store.ts';
import { createTargetDirectory } from './target-directory.ts';
import { TokenAuthenticator } from './token-authenticator.ts';
import { TokenIssuer } from './token-issuer.ts';
import { TokenService } from './token-service.ts';
import { UserService } from './user-service.ts';

export interface AccessDeps {
  readonly db: Kysely<Database>;
  readonly apps: AppStore;
  readonly deployments: Pick<Deployments, 'appOfBuild' | 'appOfDeploy'>;
  readonly networks: Pick<NetworkStore, 'get' | 'isLeft'>;
  readonly sessions: Pick<SessionStore, 'get'>;
  readonly engine: {
    readonly capabilities: Pick<Engine['capabilities'], 'isolated'>;
    isolationProblem: Engine['isolationProblem'];
  };
  /** Name of the user of the operating system whom the platform belongs to, and the token that proves it. */
  readonly owner: { readonly name: string; readonly token: string };
  readonly clock: Clock;
  readonly log: Logger;
}

/** Puts users, tokens, roles and decisions together. */
export async function createAccess(deps: AccessDeps) {
  const { apps, clock, db, deployments, engine, log, networks, sessions } = deps;
  const users = new SqlUserStore(db);
  const tokens = new SqlTokenStore(db);
  const bindings = new SqlBindingStore(db);
  const changes = new AccessChanges();
  const owner = await ensureOwner(deps.owner.name, { users, bindings, clock });
  const directory = createTargetDirectory({ apps, networks, deployments, sessions, users, tokens });
  const { capabilities } = engine;
  const issuer = new TokenIssuer({ tokens, changes, clock });
  const ownerId = owner.id;
  const subjectOf = async (userId: string): Promise<Subject | undefined> => {
    const user = await users.getById(userId);
    if (user === undefined || user.disabledAt !== null) return undefined;
    const grants = await bindings.listOf(userId);
    return {
      userId,
      kind: user.kind,
      grants: grants.filter((binding) => holds(binding, capabilities.isolated)),
    };
  };
  return {
    directory,
    /** A user as they are now; undefined for one that is gone or disabled. */
    subjectOf,
    routes: routesOfAccess({
      apps,
      users: new UserService({ users, tokens, ownerId, changes, clock }),
      tokens: new TokenService({ tokens, issuer, clock }),
      roles: new RoleService({ users, bindings, apps, directory, ownerId, capabilities, changes, clock }),
    }),
    users,
    tokens,
    bindings,
    changes,
    owner,
    authenticator: new TokenAuthenticator({
      users,
      tokens,
      bindings,
      owner: { userId: owner.id, token: deps.owner.token },
      capabilities,
      clock,
      log,
    }),
    /** Roles that were granted and do not hold here. */
    problems: async () => {
      const all = await bindings.listAll();
      const inert = all.filter((binding) => !holds(binding, capabilities.isolated));
      return describeInert(inert.length, engine.isolationProblem());
    },
    authorizer: new Authorizer(directory),
    issuer,
  };
}
