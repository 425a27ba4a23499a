import type { DeployLock } from '@rig-ops/contract/resources';
import { formatRelativeTime } from '@rig-ops/kit/text';

/** Who holds a lock, since when and why, in one line. */
export function describeLock({ owner, reason, since, until }: DeployLock): string {
  const end = until === null ? '' : `, until ${until}`;
  return `${owner}, ${formatRelativeTime(since)}${end}${reason === null ? '' : `: ${reason}`}`;
}
