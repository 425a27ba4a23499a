import type { RouteName, routes } from '@rig-ops/contract/routes';

/**
 * Method and path of every route. They repeat `routes` of contract, to the letter as the compiler
 * checks, because that module loads a schema library, which costs a short command most of its time.
 */
export const routeTable = {
  getVersion: { method: 'GET', path: '/v1/version' },
  getOpenApi: { method: 'GET', path: '/v1/openapi.json' },
  whoami: { method: 'GET', path: '/v1/whoami' },
  getLogin: { method: 'GET', path: '/v1/logins/:code' },
  approveLogin: { method: 'POST', path: '/v1/logins/:code/approve' },
  denyLogin: { method: 'POST', path: '/v1/logins/:code/deny' },
  logout: { method: 'POST', path: '/v1/logout' },
  listBindings: { method: 'GET', path: '/v1/access' },
  grantRole: { method: 'POST', path: '/v1/access/grants' },
  revokeRole: { method: 'POST', path: '/v1/access/revocations' },
  explainAccess: { method: 'GET', path: '/v1/access/explain' },
  listUsers: { method: 'GET', path: '/v1/users' },
  createUser: { method: 'POST', path: '/v1/users' },
  getUser: { method: 'GET', path: '/v1/users/:user' },
  disableUser: { method: 'POST', path: '/v1/users/:user/disable' },
  enableUser: { method: 'POST', path: '/v1/users/:user/enable' },
  removeUser: { method: 'DELETE', path: '/v1/users/:user' },
  listTokens: { method: 'GET', path: '/v1/users/:user/tokens' },
  createToken: { method: 'POST', path: '/v1/users/:user/tokens' },
  revokeToken: { method: 'DELETE', path: '/v1/tokens/:token' },
  getStatus: { method: 'GET', path: '/v1/status' },
  listEvents: { method: 'GET', path: '/v1/events' },
  listAudit: { method: 'GET', path: '/v1/audit' },
  readAuditChain: { method: 'GET', path: '/v1/audit/records' },
  listAuditCheckpoints: { method: 'GET', path: '/v1/audit/checkpoints' },
  createAuditCheckpoint: { method: 'POST', path: '/v1/audit/checkpoints' },
  getAuditRetention: { method: 'GET', path: '/v1/audit/retention' },
  setAuditRetention: { method: 'PUT', path: '/v1/audit/retention' },
  listApps: { method: 'GET', path: '/v1/apps' },
  createApp: { method: 'POST', path: '/v1/apps' },
  getApp: { method: 'GET', path: '/v1/apps/:app' },
  destroyApp: { method: 'DELETE', path: '/v1/apps/:app' },
  putBundle: { method: 'PUT', path: '/v1/apps/:app/bundles/:bundle' },
  putPack: { method: 'PUT', path: '/v1/apps/:app/packs/:pack' },
  commitBundle: { method: 'POST', path: '/v1/apps/:app/bundles/:bundle/commit' },
  createDeploy: { method: 'POST', path: '/v1/apps/:app/deploys' },
  createRollback: { method: 'POST', path: '/v1/apps/:app/rollbacks' },
  getDeploy: { method: 'GET', path: '/v1/deploys/:deploy' },
  listReleases: { method: 'GET', path: '/v1/apps/:app/releases' },
  getRelease: { method: 'GET', path: '/v1/apps/:app/releases/:version' },
  listBuilds: { method: 'GET', path: '/v1/apps/:app/builds' },
  getBuild: { method: 'GET', path: '/v1/builds/:build' },
  getPluginPolicy: { method: 'GET', path: '/v1/plugin-policy' },
  setPluginPolicy: { method: 'PUT', path: '/v1/plugin-policy' },
} as const satisfies {
  [N in RouteName]: Pick<(typeof routes)[N], 'method' | 'path'>;
};
