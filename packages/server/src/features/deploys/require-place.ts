import { type ErrorCode, RigError } from '@rig-ops/contract/errors';
import type { PlatformEngines } from '../../engines/platform-engines.ts';
import type { AppRecord } from '../apps/app-store.ts';

export interface PlaceDeps {
  readonly engines: Pick<PlatformEngines, 'of' | 'clusterOf' | 'problemIn'>;
  /** Whether pods know where they fetch the files of a release. @throws RigError `pod_url_missing` */
  readonly requirePodAddress: () => void;
}

/**
 * Before anything is built: what would be in the way of the release is told at once.
 * @param fetches whether instances fetch the files of the release themselves, where their engine has them do so
 */
export type RequirePlace = (app: AppRecord, fetches: boolean) => Promise<void>;

/** @throws RigError `pod_url_missing`, `cluster_…` */
export const requirePlaceOn =
  ({ engines, requirePodAddress }: PlaceDeps): RequirePlace =>
  async ({ network }, fetches) => {
    if (fetches && engines.of(network).capabilities.fetchesFiles) requirePodAddress();
    if (engines.clusterOf(network) === null) return;
    const found = await engines.problemIn(network);
    if (found?.code === undefined) return;
    const { code, fix: hint, message } = found;
    // Of the supervisor, which has the same registry.
    throw new RigError(code as ErrorCode, message, { hint });
  };
