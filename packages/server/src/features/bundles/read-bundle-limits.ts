import { readFile } from 'node:fs/promises';
import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import type { BundleLimits } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';

/**
 * Reads what bundles may have at most: `{"entries": …, "totalBytes": …}`, either of them. Without the
 * file, and for what it does not say, those of this version.
 * @throws RigError `config_unreadable`: a limit somebody has set and that does not hold is worse than none
 */
export async function readBundleLimits(path: string): Promise<BundleLimits> {
  const { entries, totalBytes } = BUNDLE_LIMITS;
  let limits: BundleLimits;
  try {
    const set = JSON.parse(await readFile(path, 'utf8')) as Partial<BundleLimits>;
    limits = { entries: set.entries ?? entries, totalBytes: set.totalBytes ?? totalBytes };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { entries, totalBytes };
    throw unreadable(path, (cause as Error).message, cause);
  }
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw unreadable(path, `${name} is ${JSON.stringify(value)}, not a whole number above 0`);
    }
  }
  return limits;
}

function unreadable(path: string, reason: string, cause?: unknown): RigError {
  return new RigError('config_unreadable', `${path} cannot be read: ${reason}`, {
    hint: 'Correct the file or remove it: {"entries": 200000, "totalBytes": 4294967296}.',
    cause,
  });
}
