import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { RigError } from '@rig-ops/contract/errors';
import { type PlatformLayout, platformLayout } from '@rig-ops/contract/layout';
import {
  SUPERVISOR_PROTOCOL,
  type SupervisorConfig,
  type SupervisorRecord,
} from '@rig-ops/contract/supervisor';
import { createApi } from './api/supervisor-api.ts';
import { createHandlers } from './api/create-handlers.ts';
import { canNestNamespaces } from './isolation/can-nest-namespaces.ts';
import { findLauncher } from './isolation/launcher.ts';
import { openIsolation } from './isolation/open-isolation.ts';
import { acquireLock } from './lock/acquire-lock.ts';
import type { Log } from './log.ts';
import { Platform } from './platform.ts';
import { ownIdentity } from './proc/process-identity.ts';
import type { ContainersContext } from './runtimes/containers.ts';
import { serveProbes } from './probes/serve-probes.ts';
import { writeFileAtomic } from './records/write-file-atomic.ts';

export interface RunningSupervisor {
  /** Ends everything in order, or all but what runs in pods; may be called again. */
  stop(options?: { leavePods?: boolean }): Promise<void>;
  /** Settles when everything has ended, whoever asked for it. */
  stopped: Promise<void>;
}

/** Starts the supervisor of a platform; null when another one has it. */
export async function startSupervisor(config: SupervisorConfig, log: Log): Promise<RunningSupervisor | null> {
  const layout = platformLayout(config.rigHome);
  for (const dir of [layout.root, layout.ownLogs, layout.sockets]) makeOwnFolder(dir);
  const lock = await acquireLock(layout.lock);
  if (lock === null) return null;
  let stopping = false;
  const probes =
    config.probes == null
      ? null
      : await serveProbes({ ...config.probes, rigdSocket: layout.rigdSocket, ends: () => stopping });
  const startedAt = new Date().toISOString();
  const cookie = randomBytes(32).toString('base64url');
  const launcher = findLauncher();
  const [opened, nests] = await Promise.all([
    openIsolation(config, layout, launcher),
    canNestNamespaces(launcher),
  ]);
  if (opened.why !== null) log.info('apps are not isolated', { why: opened.why });
  const openContainers =
    config.docker == null
      ? null
      : (await import('./runtimes/docker/open-docker.ts')).openDocker(config, config.docker, layout);
  const openPods = async (context: ContainersContext) =>
    (await import('./runtimes/kubernetes/open-kubernetes.ts')).openKubernetes(config, layout, context);
  const platform = new Platform({
    config,
    layout,
    startedAt,
    log,
    opened,
    launcher,
    nests,
    openContainers,
    openPods,
  });
  const { promise: stopped, resolve, reject } = Promise.withResolvers<void>();
  const stop = async ({ leavePods = false } = {}) => {
    if (!stopping) {
      stopping = true;
      log.info('stopping');
      const release = () => {
        probes?.close();
        lock.release();
      };
      end({ platform, server, layout, leavePods, release }).then(resolve, reject);
    }
    await stopped;
  };
  const server = createApi({ ...createHandlers(platform, async () => await stop(), log), cookie, log });
  // Instances first: what is told on the socket is complete from the first answer on.
  await platform.adopt();
  await listen(server, layout.supervisorSocket);
  const record: SupervisorRecord = {
    ...(await ownIdentity()),
    protocol: SUPERVISOR_PROTOCOL,
    version: config.version,
    cookie,
    startedAt,
  };
  writeFileAtomic(layout.supervisorRecord, JSON.stringify(record));
  log.info('listening', { pid: process.pid, version: config.version });
  await platform.startChildren();
  return { stop, stopped };
}

async function end({
  platform,
  server,
  layout,
  leavePods,
  release,
}: {
  platform: Platform;
  server: Server;
  layout: PlatformLayout;
  leavePods: boolean;
  release: () => void;
}): Promise<void> {
  await platform.end({ leavePods });
  rmSync(layout.supervisorRecord, { force: true });
  server.close();
  server.closeAllConnections();
  rmSync(layout.supervisorSocket, { force: true });
  release();
}

/** A folder for its owner alone; the sockets may lie where others can write, and theirs would be a trap. */
function makeOwnFolder(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const found = lstatSync(dir);
  if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) {
    throw new RigError('platform_start_failed', `${dir} is not a folder of yours.`);
  }
  chmodSync(dir, 0o700);
}

async function listen(server: Server, socket: string): Promise<void> {
  // Whoever left it behind is dead: the lock is ours.
  rmSync(socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  chmodSync(socket, 0o600);
}
