import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The folder of the built pages: a package of its own, which rigd takes nothing from but files.
 * @throws where the package is not installed
 */
export function findPages(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('@rig-ops/web/package.json')), 'dist');
}
