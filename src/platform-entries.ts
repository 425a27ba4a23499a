import { createRequire } from 'node:module';
import type { PlatformEntries } from '@rig-ops/kit';

/** The programs of the platform that come with this command line; they are started, never imported. */
export function platformEntries(): PlatformEntries {
  const require = createRequire(import.meta.url);
  return {
    supervisor: require.resolve('@rig-ops/supervisor/main'),
    rigd: require.resolve('@rig-ops/server/main'),
    edge: require.resolve('@rig-ops/edge/main'),
  };
}
