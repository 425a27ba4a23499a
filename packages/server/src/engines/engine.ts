import type {
  InstanceReport,
  InstanceSpec,
  JobReport,
  JobSpec,
  ProcessUsage,
} from '@rig-ops/contract/supervisor';
import type { RootCapability } from '@rig-ops/contract/supervisor-containers';
import type { PodArtifact, PodHealth } from '@rig-ops/contract/supervisor-clusters';
import type { CopySpec } from '@rig-ops/contract/supervisor-copy';
import type { ForwardSpec } from '@rig-ops/contract/supervisor-forward';
import type {
  KillSessionRequest,
  SessionAttachSpec,
  SessionReport,
  SessionSpec,
} from '@rig-ops/contract/supervisor-sessions';
import type { Channel } from '@rig-ops/wire';

/** What an engine can promise; features ask here instead of asking for its name. */
export interface EngineCapabilities {
  /** Whether instances, their output and sessions outlive rigd. */
  readonly outlivesControlPlane: boolean;
  /** Whether instances are isolated from one another and from rigd. May be known only after {@link Engine.prepare}. */
  readonly isolated: boolean;
  /** How apps of a network find one another, and whether those of others are kept out. */
  readonly networks: { readonly discovery: 'variables' | 'names'; readonly isolated: boolean };
  /** Whether a session can be had as another user of the instance. */
  readonly users: boolean;
  /** Whether {@link Engine.usage} knows CPU and memory. */
  readonly usage: boolean;
  /** Whether releases are images: instances and sessions without one cannot be started. */
  readonly images: boolean;
  /**
   * Whether instances fetch what they run: images from registries, by digest, and the files of a release that is none into
   * one that is not of the release.
   */
  readonly fetchesFiles: boolean;
  /** Where the steps of a build run. */
  readonly builds: 'machine' | 'container';
  /** Whether an instance can be kept to so much memory and CPU. */
  readonly limits: boolean;
  /** What is promised of an app's log; `gaps-told`: what could not be kept is said in its place. */
  readonly logs: 'exactly-once' | 'gaps-told';
  /** What holds all that a session starts beside an instance: what gets away from `processes` lives until its instance ends. */
  readonly sessions: 'pid-namespace' | 'cgroup' | 'processes';
  /** Which ports of an instance can be connected to: all that its processes listen on, or only what is published. */
  readonly forward: 'listening' | 'published';
  /** Whether files can be copied to and from instances. */
  readonly copy: boolean;
}

/** The port that `web` listens on in an image that says nothing else. */
export const IMAGE_PORT = 8080;

/** What an engine of images needs to know beside the program. */
export interface ImagePlacement {
  /** Id of an image that the engine has; its name with a digest where instances fetch it. */
  readonly image: string;
  /** Name of the network, and the names it is known by there. */
  readonly network: string;
  readonly aliases: readonly string[];
  /** Port of this machine that the program is to be reached at; null for none. */
  readonly port: number | null;
  /** Whether the files of the image cannot be changed. */
  readonly readOnly?: boolean;
  /** What root may in it; none when absent. A cluster gives none. */
  readonly capabilities?: readonly RootCapability[];
  /** Port that it listens on inside; {@link IMAGE_PORT} when absent. */
  readonly inside?: number;
  readonly limits?: { readonly memoryBytes: number | null; readonly cpus: number | null };
  /** Whom its programs run as, by numbers; whom the engine or the image says when absent. */
  readonly user?: string;
  /** Name of the cluster, where the network has one of its own. */
  readonly cluster?: string;
  /** The files of the release, where they are not in the image. */
  readonly artifact?: PodArtifact | null;
  /** What the engine itself may ask it, where it does. */
  readonly health?: PodHealth | null;
  /** Between SIGTERM and SIGKILL, where the engine has to know beforehand. */
  readonly graceSeconds?: number;
  /** Whether it ends by itself and is not started again. */
  readonly once?: boolean;
}

/** What is in the way of an engine. */
export interface EngineProblem {
  /** Of the error that whoever starts something would get; absent where it is none of its own. */
  readonly code?: string;
  readonly message: string;
  readonly fix: string;
}

/** Where something is to be started. */
export interface PlaceAsked {
  readonly cluster: string;
  /** Whether it is looked at anew, which may take seconds; as it was found last otherwise. */
  readonly now: boolean;
}

/** What an engine tells about, in the order it happened. A snapshot replaces everything told before. */
export type EngineEvent =
  | { type: 'snapshot'; instances: InstanceReport[]; builds: JobReport[]; sessions: SessionReport[] }
  | { type: 'instance'; instance: InstanceReport }
  | { type: 'build'; build: JobReport }
  | { type: 'session'; session: SessionReport };

/**
 * Runs instances, builds and sessions. Everything is named by an id of the caller, and every call may be
 * repeated: rigd can die between a call and the note that it was made.
 */
export interface Engine {
  readonly name: string;
  readonly capabilities: EngineCapabilities;
  /** Of what it runs on, as of a daemon; null where there is none, or it is not known. */
  readonly version: string | null;
  /** Finds out what it can promise on this machine. What cannot be found out is not promised. */
  prepare(): Promise<void>;
  /** Why instances are not isolated, and what to do about it; null where they are. */
  isolationProblem(): { why: string; fix: string | null } | null;
  /**
   * Why nothing can be started on it at the moment; null when it can. Does not fail.
   * @param at for an engine of clusters: which one; any of them when absent
   */
  problem(at?: PlaceAsked): Promise<EngineProblem | null>;
  /**
   * Starts an instance; does nothing when one of that id is there already, whatever its state. A program
   * that cannot be started becomes an `exited` instance with a `startError`.
   * @param place for an engine of images
   * @throws RigError `unreachable` when the engine does not answer, `image_required`
   */
  startInstance(spec: InstanceSpec, place?: ImagePlacement): Promise<void>;
  /** Asks an instance to end, and ends it by force after `graceMs`. Resolves before it has ended. Unknown ids are no error. */
  stopInstance(id: string, graceMs: number): Promise<void>;
  /** Drops what is left of an instance; one that still runs is ended by force. Unknown ids are no error. */
  forgetInstance(id: string): Promise<void>;
  instances(): Promise<InstanceReport[]>;
  /** CPU and memory of what runs; an instance that is not in it is not known. */
  usage(): Promise<ProcessUsage[]>;
  /** Starts a build; does nothing when one of that id is there already. Its output goes to the log store of the build. */
  runBuild(job: JobSpec): Promise<void>;
  /** Ends a build by force; it becomes `cancelled`. Unknown ids are no error. */
  cancelBuild(id: string): Promise<void>;
  /** Drops what is left of a build; one that still runs is ended by force, and has ended when this resolves. Unknown ids are no error. */
  forgetBuild(id: string): Promise<void>;
  /**
   * Begins with a snapshot and goes on until `signal`. Ends or throws when the engine goes away; who wants to
   * know more watches again, as EngineMirror does.
   */
  watch(signal: AbortSignal): AsyncIterable<EngineEvent>;
  /**
   * Begins a session; ACCEPT, CONTROL and EXIT of the channel are those of sessions in the contract. The session
   * outlives the channel as its limits say. `accepted` rejects with `remote_not_started` or `remote_target_gone`.
   * @param place for an engine of images, where it is beside no instance
   */
  openSession(spec: SessionSpec, place?: ImagePlacement): Promise<Channel>;
  /** Comes to a session. `accepted` rejects with `session_not_found`, `session_ended` or `session_busy`. */
  attachSession(spec: SessionAttachSpec): Promise<Channel>;
  /** Sessions that run, and those that have ended and were not forgotten. */
  sessions(): Promise<SessionReport[]>;
  /** Ends a session with all it has started; the watch tells when. Unknown ids are no error. */
  killSession(id: string, request: KillSessionRequest): Promise<void>;
  /** Tells of an ended session no more; one that runs goes on. Unknown ids are no error. */
  forgetSession(id: string): Promise<void>;
  /**
   * Connects to a port of an instance; the channel's streams are those of `forward` in the contract.
   * `accepted` rejects with `port_not_open`, `port_refused` or `remote_target_gone`.
   */
  openForward(spec: ForwardSpec): Promise<Channel>;
  /**
   * Copies files to or from an instance; the channel's streams, CONTROL and EXIT are those of `copy` in the contract.
   * `accepted` rejects with `remote_target_gone`; what is wrong with a path ends the channel.
   */
  openCopy(spec: CopySpec): Promise<Channel>;
  /**
   * Whoever calls an app by its name in its network reaches these instances from now on, and no others, where that is the
   * engine's to say. Resolves when it is so. @throws RigError where it could not be brought about: it is to be asked again
   */
  leadNeighbours(app: string, instances: readonly string[]): Promise<void>;
  /**
   * Nothing is in a network any more that was destroyed: what stands for it goes as well.
   * @param cluster where it was on one
   * @throws RigError where that cannot be asked
   */
  forgetNetwork(network: string, cluster: string | null): Promise<void>;
  /** Lets go of connections; what runs goes on. */
  close(): Promise<void>;
}
