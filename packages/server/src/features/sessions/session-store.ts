import type { SessionEnd, SessionLimits, TerminalSize } from '@rig-ops/contract/channels';
import type { Page, PageQuery } from '../../store/page.ts';
import type { Reach } from '../access/decide.ts';

/** What is remembered of a session; times are RFC 3339. */
export interface SessionRow {
  id: string;
  kind: 'shell' | 'command';
  userId: string;
  user: string;
  /** The token it was begun with; null for the one in the folder of the platform. */
  tokenId: string | null;
  /** Null in a network. */
  appId: string | null;
  app: string | null;
  network: string;
  process: string | null;
  instance: string | null;
  release: number | null;
  /** Without what looks like a secret. */
  argv: string[];
  terminal: TerminalSize | null;
  reason: string | null;
  detached: boolean;
  limits: SessionLimits;
  containment: 'pid-namespace' | 'cgroup' | 'processes';
  client: string;
  invocationId: string | null;
  requestId: string | null;
  startedAt: string;
  lastActiveAt: string;
  endedAt: string | null;
  exitCode: number | null;
  signal: string | null;
  end: SessionEnd | null;
  bytes: { stdin: number; stdout: number; stderr: number };
}

/** How a session ended, or how far it has come. */
export type SessionChange = Partial<
  Pick<
    SessionRow,
    | 'terminal'
    | 'detached'
    | 'containment'
    | 'lastActiveAt'
    | 'endedAt'
    | 'exitCode'
    | 'signal'
    | 'end'
    | 'bytes'
  >
>;

/** How many sessions may run at the same time. */
export interface SessionCounts {
  perUser: number;
  total: number;
}

export interface SessionQuery extends PageQuery {
  /** Also those that have ended. */
  all?: boolean;
  app?: string;
  user?: string;
  /** What the caller may see; own sessions always. */
  reach: Reach;
  userId: string;
}

/** Where sessions are remembered: those that run, and the history of the others. */
export interface SessionStore {
  /**
   * Counts and adds at once. What `hasEnded` knows to have ended does not count, although that is not noted yet:
   * short commands end faster than their ends are made durable.
   * @throws RigError `too_many_sessions`
   */
  create(session: SessionRow, most: SessionCounts, hasEnded?: (id: string) => boolean): Promise<void>;
  /** For one that was not begun after all. */
  remove(id: string): Promise<void>;
  get(id: string): Promise<SessionRow | undefined>;
  change(id: string, change: SessionChange): Promise<void>;
  /** Those that have not ended as far as is known. */
  running(): Promise<SessionRow[]>;
  /** Newest first. */
  page(query: SessionQuery): Promise<Page<SessionRow>>;
  /** Forgets those that ended before a time. */
  prune(before: string): Promise<void>;
}
