import { resolve } from 'node:path';
import { type PlatformLayout, platformLayout } from '@rig-ops/contract/layout';
import type { EngineKind, ListenSettings, PodSettings } from '@rig-ops/contract/supervisor';
import type { DockerSettings } from '@rig-ops/contract/supervisor-containers';
import type { Target } from '../target.ts';
import type { ReadyPlatform } from './await-platform.ts';
import { checkSettings, noteOtherVersion } from './check-running.ts';
import { readRunningParts } from './platform-records.ts';
import { readToken } from './read-token.ts';
import { toFolderError } from './folder-error.ts';

/** Absolute paths of the mains of the platform's programs. */
export interface PlatformEntries {
  supervisor: string;
  rigd: string;
  edge: string;
}

export interface EnsureOptions {
  rigHome: string;
  entries: PlatformEntries;
  /** Absolute path of the Node to run on; the one that runs this when absent. */
  node?: string;
  /** Arguments of Node before an entry, as `--conditions=rig-source`. */
  nodeArguments?: string[];
  /** Port of the API on loopback, 0 for any; as it was the last time when absent. */
  apiPort?: number;
  /** Port for routing by host name, 0 for any; as it was the last time when absent. */
  edgePort?: number;
  /** Where else the API listens, null for nowhere; as it was the last time when absent. */
  listen?: ListenSettings | null;
  /** What pods are told of the platform; what is undefined is as it was the last time. */
  pods?: Partial<PodSettings>;
  /** URL of the PostgreSQL database that keeps its state, null for SQLite; as it was the last time when absent. */
  databaseUrl?: string | null;
  /** What apps run on; as it was the last time when absent. */
  engine?: EngineKind;
  /** The daemon that containers run on; as it was the last time, or as `DOCKER_HOST` says, when absent. */
  docker?: DockerSettings;
  /** Where images that are built are pushed to, null for nowhere; as it was the last time when absent. */
  registry?: string | null;
  /** Kubeconfig of the cluster of its networks, as JSON; as it was the last time when absent. */
  kubeconfig?: string;
  /** Version of the command line. */
  version: string;
  /** Environment of the user, of which apps get a part; that of this process when absent. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Gets one line when the platform is started, and one when it runs in another version. */
  onNote?: (text: string) => void;
  signal?: AbortSignal;
  /** Milliseconds a start may take; 20 000 when absent. */
  patienceMs?: number;
}

/**
 * The embedded platform, started when it does not run; returns when rigd answers. Any number of
 * processes may call it at once. Interrupted, it leaves none, or one that gets ready by itself; after a
 * failure it leaves none. Throws `platform_start_failed`, `platform_running` (other settings than asked
 * for), `port_taken`, `disk_full`, `docker_…` for a daemon that was asked for, or the signal's reason.
 */
export async function ensureEmbedded(options: EnsureOptions): Promise<Target> {
  const layout = platformLayout(resolve(options.rigHome));
  try {
    const { token, ready } = (await findRunning(layout)) ?? (await startLazily(layout, options));
    await checkSettings(layout, ready, options);
    noteOtherVersion(ready, options);
    return { name: 'embedded', token, credentials: 'platform', socketPath: ready.platform.socket };
  } catch (error) {
    throw toFolderError(error, layout);
  }
}

/**
 * The embedded platform if any part of it runs, as its records tell; undefined otherwise. Asks nobody and starts
 * nothing: a call may find that it does not answer. Throws as {@link ensureEmbedded} where the folder cannot be read.
 */
export async function findEmbedded(
  options: Pick<EnsureOptions, 'rigHome' | 'version' | 'onNote'>,
): Promise<Target | undefined> {
  const layout = platformLayout(resolve(options.rigHome));
  try {
    const [token, { platform, supervisor }] = await Promise.all([
      readToken(layout),
      readRunningParts(layout),
    ]);
    if (token === null || (platform === null && supervisor === null)) return undefined;
    if (platform !== null && supervisor !== null) noteOtherVersion({ platform, supervisor }, options);
    return { name: 'embedded', token, credentials: 'platform', socketPath: layout.rigdSocket };
  } catch (error) {
    throw toFolderError(error, layout);
  }
}

/** A platform and the token for it. */
export interface FoundPlatform {
  token: string;
  ready: ReadyPlatform;
}

/** What most commands meet: everything runs. Asks nobody, since the command itself is about to. */
async function findRunning(layout: PlatformLayout): Promise<FoundPlatform | undefined> {
  const [token, { supervisor, platform }] = await Promise.all([readToken(layout), readRunningParts(layout)]);
  if (token === null || supervisor === null || platform === null) return undefined;
  return { token, ready: { supervisor, platform } };
}

async function startLazily(layout: PlatformLayout, options: EnsureOptions): Promise<FoundPlatform> {
  const { startOrAwait } = await import('./start-or-await.ts');
  return await startOrAwait(layout, options);
}
