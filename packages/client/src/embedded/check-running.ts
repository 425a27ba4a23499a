import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import { SUPERVISOR_PROTOCOL } from '@rig-ops/contract/supervisor';
import type { ReadyPlatform } from './await-platform.ts';
import { readSupervisorConfig } from './platform-records.ts';

/** Throws `platform_running` when a port that was asked for is not the one in use. */
export async function checkSettings(
  layout: PlatformLayout,
  { platform }: ReadyPlatform,
  asked: { apiPort?: number; edgePort?: number },
): Promise<void> {
  const { apiPort = 0, edgePort = 0 } = asked;
  const inUse = Number(new URL(platform.url).port);
  if (apiPort !== 0 && apiPort !== inUse) {
    throw new RigError('platform_running', `The platform runs already, with its API on port ${inUse}.`);
  }
  if (edgePort === 0) return;
  const started = (await readSupervisorConfig(layout))?.edgePort ?? 0;
  if (edgePort !== started) {
    const now = started === 0 ? 'a port the system chose' : `port ${started}`;
    throw new RigError('platform_running', `The platform runs already, with its edge on ${now}.`);
  }
}

/** A platform outlives an update of the command line. */
export function noteOtherVersion(
  { supervisor }: ReadyPlatform,
  { version, onNote }: { version: string; onNote?: (text: string) => void },
): void {
  if (supervisor.version === version && supervisor.protocol === SUPERVISOR_PROTOCOL) return;
  onNote?.(
    `The platform on this machine is version ${supervisor.version}, this rig is ${version}. ` +
      'To update it, and restart its apps: `rig platform stop`, then `rig platform start`.',
  );
}
