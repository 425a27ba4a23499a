import type { PodSpec } from './supervisor-clusters.ts';
import type { ContainerSpec } from './supervisor-containers.ts';
import type { SessionEnd, SessionLimits, SessionMode, Terminal, TerminalSize } from './channels/session.ts';

/**
 * Sessions between rigd and rig-supervisor, which holds them: channels of kind `session` begin one, those of
 * kind `session-attach` come to one. ACCEPT, CONTROL and EXIT are those of `channels/session.ts`. The supervisor
 * checks no rights: rigd has done so before.
 */

/** OPEN parameters of `session`. */
export interface SessionSpec {
  id: string;
  kind: 'shell' | 'command';
  /** Who is told in listings. rigd knows what they may. */
  user: string;
  /** Client that begins it. */
  client: SessionClientSpec;
  app: string | null;
  /** Whose programs it runs as and beside; null in a network. */
  appId: string | null;
  network: string;
  process: string | null;
  instanceName: string | null;
  release: number | null;
  /** Instance whose folder it runs in, ended with it when the instance is forgotten; null for none. */
  instance: string | null;
  argv: string[];
  /** For listings: without what looks like a secret. */
  shownArgv: string[];
  /** Relative to a folder of its own when it is not absolute; only a session without instance has one. */
  cwd: string;
  /** The whole environment; nothing is inherited. */
  env: Record<string, string>;
  terminal: Terminal | null;
  reason: string | null;
  limits: SessionLimits;
  detach: boolean;
  timeoutMs: number | null;
  recording: RecordingSpec | null;
  /** Nobody is told of it and nothing is kept when it has ended: a check of the platform's own. */
  untold: boolean;
  /** The container that is made for it; absent for one in an instance, and for a program of this machine. */
  container?: ContainerSpec;
  /** The pod that is made for it; absent for one in an instance, and elsewhere. */
  pod?: PodSpec;
  /** Whom it runs as in the container of its instance, as `docker exec --user`; that of the container when absent. */
  runAs?: string;
}

/** How a session is to be recorded, by its supervisor, into a file of its own. */
export interface RecordingSpec {
  /** Absolute path of the file to make. */
  path: string;
  /** Output stops being recorded behind so many bytes of the file. */
  maxBytes: number;
  /** Whether what is typed is recorded. */
  input: boolean;
  /** The session does not begin, or ends, when it cannot be recorded. */
  required: boolean;
}

export interface SessionClientSpec {
  id: string;
  user: string;
  address: string;
}

/** OPEN parameters of `session-attach`. */
export interface SessionAttachSpec {
  session: string;
  client: SessionClientSpec;
  /** Null: writes when nobody else does, and watches otherwise. */
  mode: SessionMode | null;
  steal: boolean;
  /** Goes on where this client was; null for a first visit, which is redrawn. */
  from: { stdout: number; stderr: number } | null;
  terminal: Terminal | null;
}

export interface SessionClientReport extends SessionClientSpec {
  mode: SessionMode;
  /** RFC 3339. */
  since: string;
}

/** Body of `POST /v1/sessions/:id/kill`. */
export interface KillSessionRequest {
  why: Extract<SessionEnd, 'killed' | 'revoked' | 'target-gone'>;
  /** SIGHUP first, SIGKILL after this. */
  graceMs: number;
}

export interface SessionReport {
  spec: Omit<SessionSpec, 'env' | 'argv' | 'client' | 'terminal'>;
  state: 'running' | 'ended';
  pid: number | null;
  terminal: TerminalSize | null;
  startedAt: string;
  endedAt: string | null;
  lastActiveAt: string;
  /** Null while running, and where the end was not seen. */
  exitCode: number | null;
  signal: string | null;
  end: SessionEnd | null;
  bytes: { stdin: number; stdout: number; stderr: number };
  clients: SessionClientReport[];
  /** RFC 3339; null when no limit will end it as things are. */
  endsAt: string | null;
  containment: 'pid-namespace' | 'cgroup' | 'processes';
  recording: RecordingReport | null;
}

export interface RecordingReport {
  path: string;
  bytes: number;
  /** Hex; null while it is written. */
  sha256: string | null;
  truncated: boolean;
  /** Why it broke; null otherwise. */
  failure: string | null;
}
