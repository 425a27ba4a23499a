import type { LogSource } from './log-record.ts';
import type { ContainerSpec, DockerReport, DockerSettings } from './supervisor-containers.ts';
import type { ClusterName, ClusterReport, PodSpec } from './supervisor-clusters.ts';
import type { SessionReport } from './supervisor-sessions.ts';

/**
 * The language between rigd and rig-supervisor: HTTP with JSON bodies over a unix socket, and a
 * WebSocket for sessions. Every request carries `authorization: Bearer <cookie>` with the cookie of
 * the supervisor record. Both come from one installation, so shapes are types, not schemas; the
 * supervisor refuses a client whose `SUPERVISOR_PROTOCOL` differs.
 */
export const SUPERVISOR_PROTOCOL = 1;

/** What apps can run on. */
export type EngineKind = 'process' | 'docker' | 'kubernetes';

/** What the launcher hands to the supervisor, as a file. */
export interface SupervisorConfig {
  rigHome: string;
  /** Absolute path of the Node that runs rig; children use it too. */
  node: string;
  /** Arguments of Node before the entry, as `--conditions=rig-source`. */
  nodeArguments: string[];
  /** Without that of the supervisor, as in a file of an older version, rigd does not start it again. */
  entries: { supervisor?: string; rigd: string; edge: string };
  /** Port of the API on loopback; 0 lets the system choose, and the choice is kept in the platform record. */
  apiPort: number;
  /** Port for routing by host name; 0 lets the system choose. */
  edgePort: number;
  /** Address that the edge routes by host name on; loopback when absent. Ports of single apps are on loopback always. */
  edgeHost?: string;
  /**
   * Whether it is the first program of a pod or container that is made anew when it ends: told to end by a signal it
   * leaves what runs in pods to the next one.
   */
  isRoot?: boolean;
  /** Where probes are answered, for whoever runs the container it is the first program of; absent or null for nowhere. */
  probes?: { host: string; port: number } | null;
  /** Where else the API listens; null, or absent in a file of an older version, for loopback alone. */
  listen?: ListenSettings | null;
  /** Environment apps and builds start from: PATH, LANG, HOME of the user; nothing else. */
  baseEnvironment: Record<string, string>;
  /** Whether jobs may get cgroups of their own; where the system lets them when absent. */
  cgroups?: boolean;
  /** `off` leaves the programs of apps with all rights of the platform; `auto`, or absent: with less where the system lets them. */
  isolation?: 'off' | 'auto';
  /** What apps run on; `process` when absent. */
  engine?: EngineKind;
  /** The daemon that containers run on; absent or null where none is used. */
  docker?: DockerSettings | null;
  /** Where images that are built are pushed to, as `ghcr.io/team`; absent or null for nowhere. */
  registry?: string | null;
  /** How pods reach the platform; absent or null where there are none. */
  pods?: PodSettings | null;
  /** Version of the command line that started it. */
  version: string;
}

/** What pods are told of the platform. */
export interface PodSettings {
  /** Where they reach the API, as `http://rig.rig.svc:7080`; null where nothing was said. */
  url: string | null;
  /** Path of a PEM file with the authority of its certificate; null for one that everybody knows. */
  authority: string | null;
  /** Reference of rig's own image; null for the one that belongs to this version. */
  image: string | null;
}

/** The supervisor's exit code when another one holds the platform. */
export const SUPERVISOR_HELD = 3;

/** It passes bytes on: V8 need not let 48 MiB of young objects gather before it looks which are still in use. */
const YOUNG_GENERATION = '--max-semi-space-size=2';

/** Arguments of the Node that runs the supervisor, the same whoever starts it. */
export function supervisorArguments(
  { nodeArguments }: Pick<SupervisorConfig, 'nodeArguments'>,
  entry: string,
  configPath: string,
): string[] {
  return [YOUNG_GENERATION, ...nodeArguments, entry, configPath];
}

/** How the API is opened to other machines. */
export interface ListenSettings {
  /** An address of this machine, as `0.0.0.0`. */
  host: string;
  port: number;
  /** Absolute paths of PEM files; null for plain HTTP. */
  tls: { cert: string; key: string } | null;
  /** Whether plain HTTP beyond loopback was asked for. */
  insecure: boolean;
  /** Origin that others know it by, where a proxy in front of it has TLS, as `https://rig.example.com`; null or absent for its own address. */
  publicUrl?: string | null;
}

/** Written once the supervisor listens; removed when it stops in order. */
export interface SupervisorRecord {
  pid: number;
  /** Start time as the kernel tells it (`/proc/<pid>/stat` field 22, in clock ticks since boot; elsewhere the text of `ps -o lstart=`). */
  startTime: string;
  protocol: number;
  version: string;
  cookie: string;
  startedAt: string;
}

/** Written by rigd once it listens. */
export interface PlatformRecord {
  pid: number;
  startTime: string;
  version: string;
  /** `http://127.0.0.1:<port>`. */
  url: string;
  /** Where other machines reach it, as `https://0.0.0.0:7443`; null when they do not. */
  publicUrl?: string | null;
  socket: string;
  startedAt: string;
}

export interface InstanceSpec {
  id: string;
  app: string;
  appId: string;
  process: string;
  /** As `web.1`. */
  name: string;
  release: number;
  argv: string[];
  /** In a container a path of its image; the one that the image names when empty. */
  cwd: string;
  /** The whole environment; nothing is inherited, but for what the image of a container sets. */
  env: Record<string, string>;
  /** The container it runs in; absent for a program of this machine. */
  container?: ContainerSpec;
  /** The pod it runs in, on a cluster; absent elsewhere. */
  pod?: PodSpec;
}

/** `starting`: its program does not run yet, as where a cluster looks for a node or fetches an image. */
export type InstanceRunState = 'starting' | 'running' | 'stopping' | 'exited';

export interface InstanceReport {
  spec: InstanceSpec;
  state: InstanceRunState;
  /** That of its program; 1 in a pod, of which no process is known here. */
  pid: number;
  startTime: string;
  /** RFC 3339. */
  startedAt: string;
  endedAt: string | null;
  /** Exit code, 128 + n for signal n; null while running, or when it ended unseen. */
  exitCode: number | null;
  signal: string | null;
  /** Why it could not be started, as `ENOENT: …`; null otherwise. */
  startError: string | null;
  /** Whether it was ended because it took more memory than it may. */
  outOfMemory?: boolean;
  /** What one that is `starting` waits for, for people; null or absent where nothing is known. */
  waiting?: string | null;
}

export interface JobStep {
  name: string;
  argv: string[];
  cwd: string;
  /** The whole environment, but for `RIG_BUILD`, which the supervisor sets to the id of the job. */
  env: Record<string, string>;
  timeoutMs: number;
  /** What the log says at its begin, as `install: from the cache`; name and argv when absent. */
  title?: string;
  /** Whether the job goes on when it fails. */
  mayFail?: boolean;
}

/** What a job may take in all, with everything that it starts. */
export interface JobLimits {
  timeoutMs: number;
  /** What its steps may print. */
  outputBytes: number;
  memoryBytes: number;
  processes: number;
}

/** A build: steps run one after the other until one fails. Output goes to log store `builds/<id>`. */
export interface JobSpec {
  id: string;
  steps: JobStep[];
  /** Lines written to the job's log before the first step, as source `platform`. */
  preamble: string[];
  limits?: JobLimits;
  /** The app it is of; it runs as those of the app do. Absent from an rigd of an older version. */
  appId?: string;
  /** Folders that are its own: what works in one of them belongs to it and ends with it. */
  folders?: string[];
  /** Folders of its app that it reads. */
  readable?: string[];
  /**
   * The container that its steps run in, one after the other, with `folders` and `readable` at the same paths; absent
   * for programs of this machine.
   */
  container?: ContainerSpec;
}

/** How the processes of a job are known and held. */
export interface Containment {
  /** `cgroup`: nothing can leave. `processes`: by group, descent, a mark in the environment and the folder they work in. */
  orphans: 'cgroup' | 'processes';
  /** `cgroup`: the kernel holds it. `watch`: what they use is measured four times a second. */
  memory: 'cgroup' | 'watch';
}

/**
 * How the programs of an app are kept from those of others and from the platform. `users`: a uid for each app and a
 * view of the files and processes that are for it. `namespaces`: such a view under the platform's own uid. `none`:
 * they are not.
 */
export type IsolationKind = 'users' | 'namespaces' | 'none';

export interface IsolationReport {
  kind: IsolationKind;
  /** Why there is none, for people; null where there is. */
  why: string | null;
  /** What a person can do to get it; null where nothing is known to help. */
  fix: string | null;
  /** What holds the processes of sessions. */
  sessions: 'pid-namespace' | 'cgroup' | 'processes';
}

export interface JobStepReport {
  name: string;
  status: 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped';
  exitCode: number | null;
  durationMs: number | null;
}

export interface JobReport {
  id: string;
  state: 'running' | 'succeeded' | 'failed' | 'cancelled' | 'lost';
  steps: JobStepReport[];
  /** Why it failed, for people; null otherwise. `lost`: the supervisor died while it ran. */
  failure: string | null;
  endedAt: string | null;
}

export interface ProcessUsage {
  instance: string;
  /** Percent of one core since the sample before. */
  cpuPercent: number;
  memoryBytes: number;
}

export interface SupervisorState {
  pid: number;
  startedAt: string;
  rigd: ChildReport;
  edge: ChildReport;
  instances: InstanceReport[];
  jobs: JobReport[];
  /** Absent from a supervisor of an older version. */
  sessions?: SessionReport[];
  /** Of jobs; absent from a supervisor of an older version. */
  containment?: Containment;
  /** Of instances, jobs and sessions; absent from a supervisor of an older version. */
  isolation?: IsolationReport;
  /** Of containers; absent where no daemon is used. */
  docker?: DockerReport;
  /** Of clusters that something runs on; absent where there are none. */
  clusters?: ClusterReport[];
}

/** One of the two programs the supervisor keeps alive. */
export interface ChildReport {
  pid: number | null;
  restarts: number;
  lastExit: string | null;
}

/** One line of `GET /v1/watch` (NDJSON): first `snapshot`, then changes. */
export type SupervisorEvent =
  | { type: 'snapshot'; state: SupervisorState }
  | { type: 'instance'; instance: InstanceReport }
  | { type: 'job'; job: JobReport }
  | { type: 'session'; session: SessionReport }
  | { type: 'child'; name: 'rigd' | 'edge'; child: ChildReport };

/**
 * Routes of the supervisor. PUT is idempotent by id; a stop answers at once and the watch tells the end.
 * `WS /v1/connect` speaks `packages/wire`; its channel kinds are in `supervisor-sessions.ts`.
 */
export const supervisorRoutes = {
  state: 'GET /v1/state',
  watch: 'GET /v1/watch',
  usage: 'GET /v1/usage',
  startInstance: 'PUT /v1/instances/:id',
  stopInstance: 'POST /v1/instances/:id/stop',
  forgetInstance: 'DELETE /v1/instances/:id',
  startJob: 'PUT /v1/jobs/:id',
  cancelJob: 'POST /v1/jobs/:id/cancel',
  forgetJob: 'DELETE /v1/jobs/:id',
  listSessions: 'GET /v1/sessions',
  killSession: 'POST /v1/sessions/:id/kill',
  forgetSession: 'DELETE /v1/sessions/:id',
  forgetNetwork: 'DELETE /v1/networks/:id',
  leadNeighbours: 'PUT /v1/apps/:id/neighbours',
  lookAtClusters: 'POST /v1/clusters/look',
  stopPlatform: 'POST /v1/stop',
} as const;

export interface StopRequest {
  /** SIGTERM first; SIGKILL to the process group after so many milliseconds. */
  graceMs: number;
}

/** Which instances of an app those reach that call it by its name. */
export interface LeadRequest {
  instances: string[];
}

/** How clusters are: those that were not used before are opened. */
export interface LookRequest {
  /** Id of the platform. */
  platform: string;
  clusters: ClusterName[];
  /** As they are now, and whether something can be started there; otherwise as they were found last. Takes seconds at the most. */
  now: boolean;
}

export interface LookAnswer {
  clusters: ClusterReport[];
}

/** What a network was on that is to be forgotten; without a cluster, whatever else there is. */
export interface ForgetNetworkRequest {
  cluster?: ClusterName;
}

/** Source labels of the lines of an instance or job. */
export type SupervisedLogSource = LogSource;
