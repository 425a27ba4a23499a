import { RigError } from '@rig-ops/contract/errors';
import { looksLikeVersion } from './release-version.ts';

/**
 * Tells `[APP] [VERSION]` apart: what is alone and looks like a version is one.
 * @throws RigError `usage` when the app is given twice
 */
export function readAppAndVersion(
  [first, second]: readonly [string | undefined, string | undefined],
  appFlag: string | undefined,
): { app: string | undefined; version: string | undefined } {
  if (appFlag !== undefined && second !== undefined)
    throw new RigError('usage', `The app is given twice: ${first} and --app ${appFlag}.`);
  if (appFlag !== undefined) return { app: appFlag, version: first };
  if (second === undefined && first !== undefined && looksLikeVersion(first))
    return { app: undefined, version: first };
  return { app: first, version: second };
}
