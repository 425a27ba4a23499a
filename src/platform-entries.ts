import { fileURLToPath } from 'node:url';
import type { PlatformEntries } from '@rig-ops/kit';

/** The programs of the platform that come with this command line; they are started, never imported. */
export function platformEntries(): PlatformEntries {
  return {
    supervisor: fileURLToPath(import.meta.resolve('@rig-ops/supervisor/main')),
    rigd: fileURLToPath(import.meta.resolve('@rig-ops/server/main')),
    edge: fileURLToPath(import.meta.resolve('@rig-ops/edge/main')),
  };
}
