import type { Migration } from './migrate.ts';
import { migration as core } from './migrations/0001-core.ts';
import { migration as deployments } from './migrations/0002-deployments.ts';
import { migration as access } from './migrations/0003-access.ts';
import { migration as logins } from './migrations/0005-logins.ts';
import { migration as auditChain } from './migrations/0006-audit-chain.ts';
import { migration as auditDrains } from './migrations/0007-audit-drains.ts';
import { migration as logDrains } from './migrations/0010-log-drains.ts';
import { migration as bundleBlocks } from './migrations/0011-bundle-blocks.ts';
import { migration as sources } from './migrations/0013-sources.ts';
import { migration as builds } from './migrations/0014-builds.ts';
import { migration as config } from './migrations/0016-config.ts';
import { migration as networks } from './migrations/0017-networks.ts';
import { migration as operating } from './migrations/0018-operating.ts';
import { migration as rollouts } from './migrations/0019-rollouts.ts';
import { migration as deployGuard } from './migrations/0021-deploy-guard.ts';
import { migration as releaseTags } from './migrations/0022-release-tags.ts';
import { migration as chunkLists } from './migrations/0024-chunk-lists.ts';
import { migration as sessions } from './migrations/0025-sessions.ts';
import { migration as accessPolicies } from './migrations/0026-access-policies.ts';
import { migration as sessionsToken } from './migrations/0027-sessions-token.ts';
import { migration as recordings } from './migrations/0028-recordings.ts';
import { migration as metrics } from './migrations/0032-metrics.ts';
import { migration as browserSessions } from './migrations/0033-browser-sessions.ts';
import { migration as webhooks } from './migrations/0034-webhooks.ts';
import { migration as engines } from './migrations/0036-engines.ts';
import { migration as images } from './migrations/0037-images.ts';
import { migration as buildArchives } from './migrations/0040-build-archives.ts';
import { migration as networkRemovals } from './migrations/0044-network-removals.ts';

/** Every migration in the order they run; a test compares the list with the folder. */
export const migrations: readonly Migration[] = [
  core,
  deployments,
  access,
  logins,
  auditChain,
  auditDrains,
  logDrains,
  bundleBlocks,
  sources,
  builds,
  config,
  networks,
  operating,
  rollouts,
  deployGuard,
  releaseTags,
  chunkLists,
  sessions,
  accessPolicies,
  sessionsToken,
  recordings,
  metrics,
  browserSessions,
  webhooks,
  engines,
  images,
  buildArchives,
  networkRemovals,
];
