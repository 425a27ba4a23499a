import { join } from 'node:path';

/** A unix socket's path holds at most 107 bytes and a NUL on Linux (`sun_path`, unix(7)), 103 on macOS. */
const MAX_SOCKET_PATH_BYTES = 100;

/** Where the parts of an embedded platform keep their state, derived from `RIG_HOME` alone. */
export interface PlatformLayout {
  /** Folder (0700) of everything the platform owns. */
  root: string;
  /** SQLite database of rigd, unless a server keeps its state. */
  database: string;
  /** URL (0600) of the PostgreSQL database that keeps it instead, when `rig platform start` was given one. */
  databaseUrl: string;
  /** Which database has the state that belongs to the rest of the folder: see `DatabaseRecord` of rigd. */
  databaseRecord: string;
  /** Packs and materialised trees. */
  blobs: string;
  /** One folder per build: the artifact. */
  artifacts: string;
  /** Artifacts as archives, for pods to fetch; made anew when they are missed. */
  archives: string;
  /** One folder per running instance: its HOME and TMPDIR. */
  instances: string;
  /** One folder per app: what its programs find in place of /tmp and of some files in /etc. */
  isolated: string;
  /** The uid of each app. */
  appUids: string;
  /** Whether apps are to be isolated; written by the user, if at all. */
  isolation: string;
  /** What the supervisor remembers about the processes it started, for the one after it. */
  supervised: string;
  /** Spool files of instances and jobs, between them and the log store. */
  spool: string;
  /** Log stores: `apps/<appId>`, `builds/<buildId>`, and the edge's own `edge/<appId>`. */
  logs: string;
  /** Folder (0700) of the recordings of sessions. */
  recordings: string;
  /** How much of logs is kept, and how fast they may grow; written by the user, if at all. */
  logLimits: string;
  /** Credentials (0600) for registries of images, as `docker login` writes them. */
  dockerConfig: string;
  /** What a bundle may have at most, where the user has set it: see `BundleLimits`. */
  bundleLimits: string;
  /** What builds may take; written by the user, if at all. */
  buildLimits: string;
  /** How many sessions there may be, and how long they last; written by the user, if at all. */
  sessionLimits: string;
  /** The platform's own logs: `supervisor.log`, `rigd.log`, `edge.log`. */
  ownLogs: string;
  /** Written by whoever starts the supervisor: see `SupervisorConfig`. */
  supervisorConfig: string;
  /** Written by the supervisor once it listens (0600): see `SupervisorRecord`. */
  supervisorRecord: string;
  /** Id by which a cluster knows what is of this platform; made when it is first needed. */
  platformId: string;
  /** Folder (0700) of the kubeconfigs (0600) of clusters, `<name>.yaml`. */
  clusters: string;
  /** Held by the one supervisor; contains its pid and start time. */
  lock: string;
  /** Written by rigd once it listens (0600): see `PlatformRecord`. */
  platformRecord: string;
  /** Admin token of the embedded platform (0600). */
  token: string;
  /** Keys (0600) that the configuration of apps is encrypted with. */
  configKeys: string;
  /** Folder (0700) of the audit log's key and checkpoints, apart from the database. */
  audit: string;
  /** Port for routing by host name that the system chose once, kept over restarts of the edge. */
  edgePort: string;
  /** Routes of the edge, replaced atomically by rigd: see `EdgeRoutes`. */
  edgeRoutes: string;
  /** Folder (0700) of the sockets; short, since socket paths are. */
  sockets: string;
  rigdSocket: string;
  supervisorSocket: string;
  edgeSocket: string;
}

/**
 * Lays out a platform below `rigHome`. Sockets live beside the rest unless their paths would be too
 * long; then in `<temporary>/rig-<digest of rigHome>`. Computes paths only; creates nothing.
 */
export function platformLayout(rigHome: string, temporary = '/tmp'): PlatformLayout {
  const root = join(rigHome, 'platform');
  const nearby = join(root, 'run');
  const longest = join(nearby, 'supervisor.sock');
  const sockets =
    Buffer.byteLength(longest) <= MAX_SOCKET_PATH_BYTES ? nearby : elsewhere(rigHome, temporary);
  return {
    root,
    database: join(root, 'rigd.sqlite'),
    databaseUrl: join(root, 'database-url'),
    databaseRecord: join(root, 'database.json'),
    blobs: join(root, 'blobs'),
    artifacts: join(root, 'artifacts'),
    archives: join(root, 'archives'),
    instances: join(root, 'instances'),
    isolated: join(root, 'isolated'),
    appUids: join(root, 'app-uids.json'),
    isolation: join(root, 'isolation.json'),
    supervised: join(root, 'supervised'),
    spool: join(root, 'spool'),
    logs: join(root, 'logs'),
    recordings: join(root, 'recordings'),
    logLimits: join(root, 'log-limits.json'),
    dockerConfig: join(root, 'docker-config.json'),
    bundleLimits: join(root, 'bundle-limits.json'),
    buildLimits: join(root, 'build-limits.json'),
    sessionLimits: join(root, 'session-limits.json'),
    ownLogs: join(root, 'own-logs'),
    supervisorConfig: join(root, 'supervisor-config.json'),
    supervisorRecord: join(root, 'supervisor.json'),
    platformId: join(root, 'platform-id'),
    clusters: join(root, 'clusters'),
    lock: join(root, 'supervisor.lock'),
    platformRecord: join(root, 'platform.json'),
    token: join(root, 'token'),
    configKeys: join(root, 'config-keys.json'),
    audit: join(root, 'audit'),
    edgePort: join(root, 'edge-port'),
    edgeRoutes: join(root, 'edge-routes.json'),
    sockets,
    rigdSocket: join(sockets, 'rigd.sock'),
    supervisorSocket: join(sockets, 'supervisor.sock'),
    edgeSocket: join(sockets, 'edge.sock'),
  };
}

function elsewhere(rigHome: string, temporary: string): string {
  // Not imported: it takes longer to load than a path takes to compute, and is seldom needed.
  const { createHash } = process.getBuiltinModule('node:crypto');
  return join(temporary, `rig-${createHash('sha256').update(rigHome).digest('hex').slice(0, 16)}`);
}
