import { createRequire } from 'node:module';
import type { PlatformEntries } from '@rig-ops/kit';

/** The program that shares a connection among commands; started, never imported. */
export function agentEntry(): string {
  return createRequire(import.meta.url).resolve('@rig-ops/client/agent-main');
}

/**
 * The programs of the platform that come with this command line; they are started, never imported. Found
 * when asked for: most commands meet a platform that runs.
 */
export function platformEntries(): PlatformEntries {
  const require = createRequire(import.meta.url);
  return {
    get supervisor() {
      return require.resolve('@rig-ops/supervisor/main');
    },
    get rigd() {
      return require.resolve('@rig-ops/server/main');
    },
    get edge() {
      return require.resolve('@rig-ops/edge/main');
    },
  };
}
