import { RigError } from '@rig-ops/contract/errors';
import type { ConfigBook } from '../config/config-book.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import type { DeployRecord } from './deploy-store.ts';

/**
 * The set of variables that the release of a deploy runs with; null for none. The same however often it is
 * asked: while a deploy runs nobody else changes what the app has.
 * @throws RigError `release_not_found`, `config_sealed`
 */
export async function configOfDeploy(
  deploy: DeployRecord,
  { configs, releases }: { configs: Pick<ConfigBook, 'head' | 'settle'>; releases: ReleaseStore },
): Promise<string | null> {
  if (deploy.rollbackOnly === 'code') return (await releases.live(deploy.appId))?.configId ?? null;
  if (deploy.rollbackTo !== null) {
    const old = await releases.get(deploy.appId, deploy.rollbackTo);
    if (old === null) throw new RigError('release_not_found', `There is no v${deploy.rollbackTo}.`);
    return old.configId;
  }
  return deploy.configId === null
    ? configs.head(deploy.appId)
    : configs.settle(deploy.configId, deploy.appId);
}
