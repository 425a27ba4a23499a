import type { Static, TSchema } from 'typebox';
import { accessRoutes } from './routes/access.ts';
import { accessPoliciesRoutes } from './routes/access-policies.ts';
import { approvalsRoutes } from './routes/approvals.ts';
import { appsRoutes } from './routes/apps.ts';
import { artifactsRoutes } from './routes/artifacts.ts';
import { auditRoutes } from './routes/audit.ts';
import { browserSessionsRoutes } from './routes/browser-sessions.ts';
import { buildsRoutes } from './routes/builds.ts';
import { bundlesRoutes } from './routes/bundles.ts';
import { configRoutes } from './routes/config.ts';
import { deploysRoutes } from './routes/deploys.ts';
import { domainsRoutes } from './routes/domains.ts';
import { loginsRoutes } from './routes/logins.ts';
import { locksRoutes } from './routes/locks.ts';
import { logDrainsRoutes } from './routes/log-drains.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { networksRoutes } from './routes/networks.ts';
import { logRetentionRoutes } from './routes/log-retention.ts';
import { operationsRoutes } from './routes/operations.ts';
import { platformRoutes } from './routes/platform.ts';
import { pluginPolicyRoutes } from './routes/plugin-policy.ts';
import { recordingsRoutes } from './routes/recordings.ts';
import { releasesRoutes } from './routes/releases.ts';
import { ticketsRoutes } from './routes/tickets.ts';
import { sessionsRoutes } from './routes/sessions.ts';
import { tokensRoutes } from './routes/tokens.ts';
import { usersRoutes } from './routes/users.ts';
import { webhooksRoutes } from './routes/webhooks.ts';

export type { DeployGuard } from './routes/deploy-guard.ts';
export type { Route } from './routes/route.ts';

/** Every route of the API; a file below `routes/` for each noun. */
export const routes = {
  ...platformRoutes,
  ...metricsRoutes,
  ...accessRoutes,
  ...accessPoliciesRoutes,
  ...approvalsRoutes,
  ...ticketsRoutes,
  ...loginsRoutes,
  ...browserSessionsRoutes,
  ...usersRoutes,
  ...tokensRoutes,
  ...auditRoutes,
  ...logDrainsRoutes,
  ...webhooksRoutes,
  ...networksRoutes,
  ...logRetentionRoutes,
  ...appsRoutes,
  ...operationsRoutes,
  ...domainsRoutes,
  ...configRoutes,
  ...bundlesRoutes,
  ...deploysRoutes,
  ...locksRoutes,
  ...releasesRoutes,
  ...buildsRoutes,
  ...artifactsRoutes,
  ...sessionsRoutes,
  ...recordingsRoutes,
  ...pluginPolicyRoutes,
};

export type RouteName = keyof typeof routes;

type ParamNames<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;

/** What one call of a route takes. */
export type RouteInput<N extends RouteName> = ([ParamNames<(typeof routes)[N]['path']>] extends [never]
  ? { params?: undefined }
  : { params: Record<ParamNames<(typeof routes)[N]['path']>, string> }) &
  ((typeof routes)[N] extends { query: infer Q extends TSchema }
    ? { query?: Static<Q> }
    : { query?: undefined }) &
  ((typeof routes)[N] extends { body: 'binary' }
    ? { body: Uint8Array }
    : (typeof routes)[N] extends { body: infer B extends TSchema }
      ? { body: Static<B> }
      : { body?: undefined });

/** What a route answers; bytes have no document. */
export type RouteOutput<N extends RouteName> = (typeof routes)[N]['response'] extends infer R extends TSchema
  ? Static<R>
  : never;

/** Routes that answer with bytes. */
export type BinaryRouteName = {
  [N in RouteName]: (typeof routes)[N]['response'] extends 'binary' ? N : never;
}[RouteName];

export { CONNECT_PATH } from './route-table.ts';
