import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import { type ListenSettings, type PodSettings, SUPERVISOR_PROTOCOL } from '@rig-ops/contract/supervisor';
import type { ReadyPlatform } from './await-platform.ts';
import type { AskedEngine } from './engine-settings.ts';
import { readSupervisorConfig } from './platform-records.ts';

/** Throws `platform_running` when a port that was asked for is not the one in use. */
export async function checkSettings(
  layout: PlatformLayout,
  { platform }: ReadyPlatform,
  asked: {
    apiPort?: number;
    edgePort?: number;
    listen?: ListenSettings | null;
    databaseUrl?: string | null;
    kubeconfig?: string;
    pods?: Partial<PodSettings>;
    registry?: string | null;
  } & AskedEngine,
): Promise<void> {
  const { apiPort = 0, edgePort = 0 } = asked;
  const inUse = Number(new URL(platform.url).port);
  if (apiPort !== 0 && apiPort !== inUse) {
    throw new RigError('platform_running', `The platform runs already, with its API on port ${inUse}.`);
  }
  if (asked.databaseUrl !== undefined) {
    // Few ask for one, and everybody else is not to wait for it.
    const { checkDatabase } = await import('./database-url.ts');
    await checkDatabase(layout, asked.databaseUrl);
  }
  if (asked.engine !== undefined || asked.docker !== undefined || asked.kubeconfig !== undefined) {
    const { checkEngine } = await import('./engine-settings.ts');
    await checkEngine(layout, asked);
  }
  const { listen, pods, registry } = asked;
  if (edgePort === 0 && listen === undefined && pods === undefined && registry === undefined) return;
  const before = await readSupervisorConfig(layout);
  if (listen !== undefined && !isSame(listen, before?.listen ?? null)) {
    throw new RigError('platform_running', 'The platform runs already, and listens elsewhere or otherwise.');
  }
  if (registry !== undefined && registry !== (before?.registry ?? null)) {
    const now =
      before?.registry == null ? 'and pushes images nowhere' : `and pushes images to ${before.registry}`;
    throw new RigError('platform_running', `The platform runs already, ${now}.`);
  }
  for (const [name, wanted] of Object.entries(pods ?? {}) as [keyof PodSettings, string | null][]) {
    if (wanted === (before?.pods?.[name] ?? null)) continue;
    throw new RigError('platform_running', `The platform runs already, with another --pod-${name}.`);
  }
  const started = before?.edgePort ?? 0;
  if (edgePort === 0) return;
  if (edgePort !== started) {
    const now = started === 0 ? 'a port the system chose' : `port ${started}`;
    throw new RigError('platform_running', `The platform runs already, with its edge on ${now}.`);
  }
}

const isSame = (asked: ListenSettings | null, inUse: ListenSettings | null): boolean =>
  asked?.host === inUse?.host &&
  asked?.port === inUse?.port &&
  (asked?.publicUrl ?? null) === (inUse?.publicUrl ?? null) &&
  asked?.tls?.cert === inUse?.tls?.cert &&
  asked?.tls?.key === inUse?.tls?.key;

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
