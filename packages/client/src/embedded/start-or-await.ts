import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { SupervisorConfig } from '@rig-ops/contract/supervisor';
import { withFileLock } from '../files/file-lock.ts';
import { signalProcess } from '../files/process-identity.ts';
import { awaitPlatform, markLogs } from './await-platform.ts';
import { makeBaseEnvironment } from './base-environment.ts';
import { checkPortFree } from './check-port.ts';
import { checkDatabaseUrl, keepDatabaseUrl } from './database-url.ts';
import { keepCluster } from './cluster-file.ts';
import { checkDaemon, engineSettings } from './engine-settings.ts';
import { namedDaemon } from './named-daemon.ts';
import { endPlatform, hasEnded, ORDERLY_MS } from './end-platform.ts';
import type { EnsureOptions, FoundPlatform } from './ensure-embedded.ts';
import { podSettings } from './pod-settings.ts';
import { readRunningParts, readSupervisorConfig } from './platform-records.ts';
import { ensureToken, makeFolders, writeConfig } from './prepare-platform.ts';
import { type StartedSupervisor, spawnSupervisor } from './spawn-supervisor.ts';

const START_MS = 20_000;
const TERM_MS = 5_000;

/**
 * Starts the platform, or waits for one that is on its way up: the slow half of `ensureEmbedded`, loaded
 * by the few commands that need it.
 */
export async function startOrAwait(layout: PlatformLayout, options: EnsureOptions): Promise<FoundPlatform> {
  const { signal, patienceMs = START_MS } = options;
  await makeFolders(layout);
  const lock = { patienceMs: 2 * patienceMs, signal };
  return await withFileLock(join(layout.root, 'start.lock'), lock, async () => {
    const token = await ensureToken(layout);
    const marks = await markLogs(layout);
    const { supervisor } = await readRunningParts(layout);
    const before = await readSupervisorConfig(layout);
    const restore = supervisor === null ? await takeFiles(layout, options) : undefined;
    let started: StartedSupervisor | undefined;
    try {
      started = supervisor === null ? await start(layout, before, options) : undefined;
      const ready = await awaitPlatform(layout, token, { marks, started, patienceMs, signal });
      // Another one may have come first. Ours must not outlast that one unnoticed.
      if (started !== undefined && ready.supervisor.pid !== started.identity?.pid)
        await endUnrecorded(started);
      if (started !== undefined && (options.engine === 'docker' || options.docker !== undefined))
        await checkDaemon(layout, ready.supervisor, signal);
      return { token, ready };
    } catch (error) {
      if (started !== undefined) await undoStart(layout, started, { interrupted: signal?.aborted === true });
      if (signal?.aborted !== true) {
        await restore?.();
        // The next start is to be as the last one that came about.
        if (started !== undefined) await keepConfig(layout, before);
      }
      throw error;
    }
  });
}

/** Keeps what is not in the settings. @returns what puts back what was there */
async function takeFiles(layout: PlatformLayout, options: EnsureOptions): Promise<() => Promise<void>> {
  const ofDatabase = await takeDatabase(layout, options);
  const { kubeconfig } = options;
  if (kubeconfig === undefined) return ofDatabase;
  const ofCluster = await keepCluster(layout, kubeconfig);
  return async () => {
    await ofDatabase();
    await ofCluster();
  };
}

/** Keeps the URL of the database where rigd finds it, also when it is started again. */
async function takeDatabase(
  layout: PlatformLayout,
  { databaseUrl, env = process.env }: EnsureOptions,
): Promise<() => Promise<void>> {
  const named = env.RIG_DATABASE_URL;
  const wanted =
    databaseUrl === undefined && named !== undefined && named !== ''
      ? checkDatabaseUrl(named, 'RIG_DATABASE_URL')
      : databaseUrl;
  return wanted === undefined ? async () => {} : await keepDatabaseUrl(layout, wanted);
}

async function start(
  layout: PlatformLayout,
  before: SupervisorConfig | null,
  options: EnsureOptions,
): Promise<StartedSupervisor> {
  const { entries, node = process.execPath, nodeArguments = [], version, env = process.env } = options;
  const apiPort = options.apiPort ?? before?.apiPort ?? 0;
  const edgePort = options.edgePort ?? before?.edgePort ?? 0;
  await checkPorts(layout, apiPort, edgePort);
  options.onNote?.('Starting the platform on this machine (once; `rig platform stop` ends it).');
  const config = {
    rigHome: resolve(options.rigHome),
    node,
    nodeArguments,
    entries: { supervisor: entries.supervisor, rigd: entries.rigd, edge: entries.edge },
    apiPort,
    edgePort,
    listen: options.listen === undefined ? (before?.listen ?? null) : options.listen,
    baseEnvironment: makeBaseEnvironment(env, node),
    pods: podSettings(options.pods, before?.pods),
    registry: options.registry === undefined ? (before?.registry ?? null) : options.registry,
    ...engineSettings(options, before, () => namedDaemon(env)),
    version,
  };
  await writeConfig(layout, config);
  options.signal?.throwIfAborted();
  return await spawnSupervisor(layout, config, entries.supervisor);
}

async function keepConfig(layout: PlatformLayout, before: SupervisorConfig | null): Promise<void> {
  if (before === null) await rm(layout.supervisorConfig, { force: true });
  else await writeConfig(layout, before);
}

/** The programs would find out themselves, but later, and one by one. */
async function checkPorts(layout: PlatformLayout, apiPort: number, edgePort: number): Promise<void> {
  const { platform } = await readRunningParts(layout);
  // Left behind by a supervisor that was killed: the ports are its own, and the new one takes them over.
  if (platform !== null) return;
  if (apiPort !== 0) await checkPortFree(apiPort, 'the API', '`rig platform start --port`');
  if (edgePort !== 0) await checkPortFree(edgePort, 'the edge', '`rig platform start --edge-port`');
}

/**
 * After a failure nothing may go on. After Ctrl-C a platform that has its record may: it gets ready by
 * itself, and may have taken over running apps; without a record nobody would know of it.
 */
async function undoStart(
  layout: PlatformLayout,
  started: StartedSupervisor,
  { interrupted }: { interrupted: boolean },
): Promise<void> {
  const { supervisor } = await readRunningParts(layout);
  if (supervisor === null || supervisor.pid !== started.identity?.pid) await endUnrecorded(started);
  else if (!interrupted) await endPlatform(layout, supervisor, { patienceMs: ORDERLY_MS, signal: undefined });
}

/** Ends a supervisor that has no record yet, and so has started nothing. */
async function endUnrecorded({ identity }: StartedSupervisor): Promise<void> {
  if (identity === null) return;
  await signalProcess(identity, 'SIGTERM');
  if (!(await hasEnded(identity, TERM_MS, undefined))) await signalProcess(identity, 'SIGKILL');
}
