import type { AccessKind, RecordingMode } from '@rig-ops/contract/resources';
import type { RequestSource } from '../../http/request-source.ts';
import type { Caller } from '../access/caller.ts';
import type { Target } from '../access/target.ts';

/** Where a session is to be. */
type SessionTarget = Extract<Target, { kind: 'app' | 'network' }>;

/** A session that somebody wants to begin and has the verb for. */
export interface SessionRequest {
  readonly identity: Caller;
  readonly source: RequestSource;
  readonly requestId: string;
  readonly kind: AccessKind;
  readonly target: SessionTarget;
  /** What is to run; null where that is the platform's choice, or nothing is. */
  readonly argv: readonly string[] | null;
  /** Variables that the user adds. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | null;
  /** What else of the request an approval holds for, as the user inside, a port or a path. */
  readonly particulars: Readonly<Record<string, string>>;
  readonly reason: string | null;
  /** Id of an approval; null for the one that fits, if there is one. */
  readonly approval: string | null;
}

/** On what terms a session begins. */
export interface SessionTerms {
  /** Null for what no policy limits. */
  readonly limits: { readonly idleSeconds: number | null; readonly maximumSeconds: number | null };
  readonly recording: RecordingMode;
  /** The approval that was used up for it; null where none is needed. */
  readonly approval: { readonly id: string; readonly by: string } | null;
}

/** Decides whether, and on what terms, a session begins; asked each time, behind the check of the verb. */
export interface SessionPolicy {
  /**
   * An approval is used up by this, so ask last before the session begins.
   * @throws RigError `policy_…`, `approval_…`, `opening_too_fast`
   */
  decide(request: SessionRequest): Promise<SessionTerms>;
  /**
   * Whether a session that is under way would still be let in: of who, kind and hours.
   * @throws RigError `policy_…`
   */
  recheck(session: Pick<SessionRequest, 'identity' | 'kind' | 'target'>): Promise<void>;
  /**
   * Whether somebody may come to a session of somebody else.
   * @returns `read` where they may only watch: what was approved for one is not written by another
   * @throws RigError `policy_…`
   */
  join(session: Pick<SessionRequest, 'identity' | 'kind' | 'target'>): Promise<'read' | 'write'>;
}
