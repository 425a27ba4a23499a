import type { DeployGuard } from '@rig-ops/contract/routes';
import { parseTimeSpan } from './time-span.ts';

const DEFAULT_WAIT_SECONDS = 30 * 60;
const MOST_WAIT_SECONDS = 24 * 60 * 60;

/** What the flags say about when a deploy may begin. @throws RigError `usage` */
export function readGuard(flags: { wait: boolean; 'wait-timeout': string | undefined }): DeployGuard {
  const timeout = flags['wait-timeout'];
  if (timeout !== undefined)
    return { waitSeconds: parseTimeSpan(timeout, '--wait-timeout', MOST_WAIT_SECONDS) };
  return flags.wait ? { waitSeconds: DEFAULT_WAIT_SECONDS } : {};
}
